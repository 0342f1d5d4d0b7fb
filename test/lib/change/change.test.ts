import { describe, expect, it } from 'vitest';
import { EventError, parseChange } from '../../../lib/change/change.ts';
import record from '../../fixtures/events/authorize-ingress-terraform-ssh-world-2026.json' with {
  type: 'json',
};

const envelope = {
  account: '444455556666',
  region: 'us-east-1',
  time: '2026-01-24T03:46:00Z',
  detail: record,
};

describe('the carrier', () => {
  it.each([
    ['a bare record', record],
    ['an EventBridge event', { ...envelope, account: record.recipientAccountId, region: record.awsRegion }],
    ['a log file of one record', { Records: [record] }],
    ['an array of one record', [record]],
    ['an array of one EventBridge event', [{ detail: record }]],
  ])('makes no difference: %s', (_, event) => {
    expect(parseChange(event)).toEqual(parseChange(record));
  });

  it.each([
    ['an array of two', [record, record], 'event'],
    ['an empty array', [], 'event'],
    ['a log file of two', { Records: [record, record] }, 'Records'],
    ['a text', 'AuthorizeSecurityGroupIngress', 'event'],
    ['nothing', undefined, 'event'],
    ['fields that are only inherited', Object.create(record), 'eventName'],
    ['an array in a log file', { Records: [[record]] }, 'event'],
    ['an envelope whose record is a text', { detail: JSON.stringify(record) }, 'detail'],
    ['no event name', { ...record, eventName: undefined }, 'eventName'],
    ['an event name that is a number', { ...record, eventName: 5 }, 'eventName'],
    ['an event name that is far too long', { ...record, eventName: 'A'.repeat(100_000) }, 'eventName'],
    ['an error code that is an object', { ...record, errorCode: { code: 1 } }, 'errorCode'],
    ['a source that is a list', { ...record, eventSource: ['ec2.amazonaws.com'] }, 'eventSource'],
  ])('is refused, with the field at fault: %s', (_, event, field) => {
    expect(errorOf(event).field).toBe(field);
  });

  it('is refused with a short plain sentence', () => {
    expect(errorOf([record, record]).message).toBe('event holds 2 records: events come one by one');
  });
});

describe('account, region and time', () => {
  it('are the envelope’s account and region, and the record’s time', () => {
    expect(parseChange(envelope)).toMatchObject({
      accountId: '444455556666',
      region: 'us-east-1',
      time: '2026-01-24T03:45:49Z',
    });
  });

  it('are the record’s where there is no envelope', () => {
    expect(parseChange(record)).toMatchObject({ accountId: '000000000000', region: 'ap-northeast-2' });
  });

  it.each([
    ['the caller’s account', { accountId: '222233334444', arn: record.userIdentity.arn }, '222233334444'],
    ['the account in the caller’s ARN', { arn: 'arn:aws-us-gov:iam::333344445555:user/bob' }, '333344445555'],
    ['unknown', { arn: 'arn:aws:iam' }, undefined],
  ])('of a record without recipient: the account is %s', (_, userIdentity, accountId) => {
    expect(parseChange({ ...record, recipientAccountId: undefined, userIdentity }).accountId).toBe(accountId);
  });

  it.each([
    ['2021-01-24 04:55:45.000', '2021-01-24T04:55:45Z'],
    ['2021-01-24 04:55:45.000 UTC', '2021-01-24T04:55:45Z'],
    ['2021-01-24T04:55:45+02:00', undefined],
    ['2021-13-24T04:55:45Z', undefined],
    [1_611_464_145, undefined],
  ])('come from a time written as %s: %s', (eventTime, time) => {
    expect(parseChange({ ...record, eventTime }).time).toBe(time);
  });

  it('fall back to the envelope’s time', () => {
    expect(parseChange({ ...envelope, detail: { ...record, eventTime: null } }).time).toBe(envelope.time);
  });

  it('come with the event id, by which a second delivery is known', () => {
    expect(parseChange(record).eventId).toBe(record.eventID);
  });
});

describe('no change', () => {
  it.each([
    ['Client.UnauthorizedOperation', 'the call failed: `Client.UnauthorizedOperation`'],
    ['Client.InvalidPermission.Duplicate', 'the call failed: `Client.InvalidPermission.Duplicate`'],
    ['Server.InternalError', 'the call failed: `Server.InternalError`'],
    [503, 'the call failed: `503`'],
    ['Client.`rm`\n\u202Eevil', 'the call failed: `Client. rm evil`'],
    ['x'.repeat(300), `the call failed: \`${'x'.repeat(100)}…\``],
    ['Client.DryRunOperation', 'it was a dry run'],
    ['DryRunOperation', 'it was a dry run'],
  ])('is what a failed call makes, though its request is complete: %s', (errorCode, reason) => {
    const failed = { ...record, errorCode, responseElements: null };

    expect(parseChange(failed)).toMatchObject({ kind: 'none', reason });
  });

  it.each([null, '', undefined])('is not concluded from an error code of %j', (errorCode) => {
    expect(parseChange({ ...record, errorCode }).kind).toBe('changed');
  });

  it('is what a dry run makes even where no error code says so', () => {
    const old = { ...record, requestParameters: { ...record.requestParameters, dryRun: true } };
    const recent = {
      ...record,
      eventName: 'ModifySecurityGroupRules',
      requestParameters: { ModifySecurityGroupRulesRequest: { DryRun: 'true' } },
    };

    expect([old, recent].map(reasonOf)).toEqual(['it was a dry run', 'it was a dry run']);
  });

  it.each([
    ['_return', { _return: false }],
    ['_return as a text', { _return: 'False' }],
    ['return', { AuthorizeSecurityGroupIngressResponse: { return: false } }],
  ])('is what EC2 made when it answers false: %s', (_, responseElements) => {
    expect(reasonOf({ ...record, responseElements })).toBe('EC2 did not carry the call out');
  });

  it('is what another service makes, whatever its action is called', () => {
    expect(reasonOf({ ...record, eventSource: 'iam.amazonaws.com' })).toBe(
      'it is an event of `iam.amazonaws.com`, not of EC2',
    );
  });

  it.each([
    ['RevokeSecurityGroupIngress', 'RevokeSecurityGroupIngress only removes access'],
    ['RevokeSecurityGroupEgress', 'RevokeSecurityGroupEgress only removes access'],
    ['DeleteSecurityGroup', 'DeleteSecurityGroup only removes access'],
    ['DeleteManagedPrefixList', 'DeleteManagedPrefixList only removes access'],
    ['CreateManagedPrefixList', 'CreateManagedPrefixList makes a prefix list that no rule refers to yet'],
    ['DeleteTags', 'it is about no security group'],
    ['RunInstances', '`RunInstances` does not change security group rules'],
    ['authorizesecuritygroupingress', '`authorizesecuritygroupingress` does not change security group rules'],
    ['constructor', '`constructor` does not change security group rules'],
    ['__proto__', '`__proto__` does not change security group rules'],
  ])('is what %s makes', (eventName, reason) => {
    expect(parseChange({ ...record, eventName })).toMatchObject({ kind: 'none', eventName, reason });
  });
});

function reasonOf(event: unknown): string | undefined {
  const change = parseChange(event);
  return change.kind === 'none' ? change.reason : undefined;
}

function errorOf(event: unknown): EventError {
  try {
    parseChange(event);
  } catch (error) {
    if (error instanceof EventError) return error;
    throw error;
  }
  throw new Error('the event could be read');
}
