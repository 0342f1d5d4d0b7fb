import { describe, expect, it } from 'vitest';
import { EventError } from '../../../lib/change/change.ts';
import { ForeignEventError } from '../../../lib/io/reconcile.ts';
import { RevocationError, unfinishedError } from '../../../lib/remediation/errors.ts';
import { parseRule } from '../../../lib/rule.ts';
import { fail } from '../../../lib/sandbox/index.ts';
import { calls, left, makeEvent, makeWorld, outcomes, reconcile, ssh, tcp } from './world.ts';

const rdp = tcp('sgr-0rdp', 3389);
const https = tcp('sgr-0https', 443);

describe('an event of world-open rules', () => {
  it('ends with the rules gone, in one call, and one message', async () => {
    const test = makeWorld([ssh, rdp, https]);

    expect(await outcomes(test, makeEvent([ssh, rdp, https]))).toEqual([
      'sgr-0rdp: revoked',
      'sgr-0ssh: revoked',
    ]);
    expect(left(test)).toEqual(['sgr-0https']);
    expect(calls(test).filter((api) => api === 'RevokeSecurityGroupIngress')).toHaveLength(1);
    expect(test.account.messages).toHaveLength(1);
  });

  it('reads the group again before it says "revoked"', async () => {
    const test = makeWorld([ssh]);

    await outcomes(test, makeEvent([ssh]));

    expect(calls(test).slice(-7)).toEqual([
      'RevokeSecurityGroupIngress',
      'DescribeSecurityGroupRules',
      // Only now: nothing waits for what is merely told.
      'DescribeNetworkInterfaces',
      'PutItem',
      'UpdateItem',
      'Publish',
      'PutItem',
    ]);
  });

  it('puts the whole rule on record before the revoke is sent', async () => {
    const described = { ...ssh, Description: 'temporary', Tags: [{ Key: 'env', Value: 'prod' }] };
    const test = makeWorld([described]);
    fail(test.account, 'RevokeSecurityGroupIngress', 'UnauthorizedOperation');

    await outcomes(test, makeEvent([described]));

    const [, extra] = test.log.find(([message]) => message === 'finding') ?? ['', {}];
    expect(extra).toMatchObject({ finding: { rule: described } });
  });

  it('touches only the rules that the event made', async () => {
    const test = makeWorld([ssh, rdp]);

    expect(await outcomes(test, makeEvent([ssh]))).toEqual(['sgr-0ssh: revoked']);
    expect(left(test)).toEqual(['sgr-0rdp']);
  });

  it('revokes outbound rules as outbound', async () => {
    const { policies } = makeWorld([]).world;
    const out = { ...tcp('sgr-0out', 25), IsEgress: true };
    const test = makeWorld([out, { ...ssh, IsEgress: true }]);
    const revoking = policies.map((policy) => ({ ...policy, action: 'revoke' as const }));

    await reconcile(
      { ...test.world, policies: revoking },
      makeEvent([out], { eventName: 'AuthorizeSecurityGroupEgress' }),
    );

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(calls(test)).toContain('RevokeSecurityGroupEgress');
  });

  it('is told however long its tags are', async () => {
    const Tags = Array.from({ length: 50 }, (_, i) => ({
      Key: `k${i}`.padEnd(128, 'é'),
      Value: '東'.repeat(256),
    }));
    const rules = Array.from({ length: 14 }, (_, i) => ({
      ...tcp(`sgr-0${i}`, 22),
      CidrIpv4: `${i * 16}.0.0.0/4`,
      Tags,
    }));
    const test = makeWorld(rules);

    await outcomes(test, makeEvent(rules));

    expect(test.account.messages).toHaveLength(1);
  });

  it('whose revoke is not seen to work is told so, and tried again', async () => {
    const test = makeWorld([ssh]);
    test.account.lag = 100;

    await expect(reconcile(test.world, makeEvent([ssh]), true)).rejects.toThrow(RevocationError);
    expect(test.account.messages[0]?.subject).toContain('may still be open');
  });

  it('is harmless when it is delivered again: nothing is left to do or to tell', async () => {
    const test = makeWorld([ssh]);
    const event = makeEvent([ssh]);

    await outcomes(test, event);
    expect(await outcomes(test, event)).toEqual([]);

    expect(test.account.messages).toHaveLength(1);
  });

  it('changes nothing in a dry run, and tells the same plan', async () => {
    const test = makeWorld([ssh], 'dry-run');

    expect(await outcomes(test, makeEvent([ssh]))).toEqual(['sgr-0ssh: dry-run']);
    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(test.account.messages[0]?.subject).toContain('Dry run: SSH');
  });

  it('is evaluated by the live rule, not by what the event says', async () => {
    const test = makeWorld([tcp('sgr-0ssh', 22, { CidrIpv4: '10.0.0.0/8' })]);

    expect(await outcomes(test, makeEvent([ssh]))).toEqual([]);
    expect(left(test)).toEqual(['sgr-0ssh']);
  });
});

describe('an event that must not lead to anything', () => {
  it.each([
    ['a failed call', { errorCode: 'Client.UnauthorizedOperation', responseElements: null }],
    ['a refused duplicate', { errorCode: 'Client.InvalidPermission.Duplicate' }],
    ['a dry run', { errorCode: 'Client.DryRunOperation' }],
    ['a revoke', { eventName: 'RevokeSecurityGroupIngress' }],
    ['another service', { eventSource: 's3.amazonaws.com' }],
  ])('makes no call to AWS: %s', async (_, record) => {
    const test = makeWorld([ssh]);

    expect(await outcomes(test, makeEvent([ssh], record))).toEqual([]);
    expect(calls(test)).toEqual([]);
  });

  it.each([
    ['account', { recipientAccountId: '999988887777' }],
    ['region', { awsRegion: 'us-east-1' }],
  ])('is refused when it is of another %s', async (_, record) => {
    const test = makeWorld([ssh]);

    await expect(reconcile(test.world, makeEvent([ssh], record))).rejects.toThrow(ForeignEventError);
    expect(calls(test)).toEqual([]);
  });

  it('is refused when it cannot be read', async () => {
    await expect(reconcile(makeWorld([ssh]).world, { detail: {} })).rejects.toThrow(EventError);
  });
});

describe('when AWS refuses', () => {
  it('to revoke for lack of rights, people are notified loudly, and it is not tried again', async () => {
    const test = makeWorld([ssh]);
    fail(test.account, 'RevokeSecurityGroupIngress', 'UnauthorizedOperation');

    expect(await outcomes(test, makeEvent([ssh]))).toEqual(['sgr-0ssh: denied']);
    expect(test.account.messages[0]?.subject).toContain('ACTION: SSH still open');
  });

  it.each([
    ['RequestLimitExceeded', 'ACTION: SSH still open'],
    // It may have been carried out.
    ['InternalError', 'ACTION: SSH may still be open'],
    ['InvalidParameterValue', 'ACTION: SSH still open'],
    ['AuthFailure', 'ACTION: SSH still open'],
    ['RequestExpired', 'ACTION: SSH still open'],
  ])(
    'to revoke with %s, the event is tried again, and people are notified after the last try',
    async (code, told) => {
      const test = makeWorld([ssh]);
      fail(test.account, 'RevokeSecurityGroupIngress', code);

      await expect(reconcile(test.world, makeEvent([ssh]))).rejects.toThrow(RevocationError);
      expect(test.account.messages).toEqual([]);
      await expect(reconcile(test.world, makeEvent([ssh]), true)).rejects.toThrow(RevocationError);
      expect(test.account.messages.map(({ subject }) => subject)).toEqual([expect.stringContaining(told)]);
      expect(left(test)).toEqual(['sgr-0ssh']);
    },
  );

  it('to revoke a thousand rules, the error stays short enough to be parked with its event', () => {
    const rules = Array.from({ length: 1000 }, (_, i) => parseRule(tcp(`sgr-${i}`, 1000 + i)));
    const detail = 'RequestLimitExceeded: Request limit exceeded. '.repeat(4);
    const outcomes = rules.map((rule) => ({ rule, outcome: 'failed' as const, detail }));

    const { message } = unfinishedError(outcomes);

    expect(message).toContain('and 990 more');
    expect(message.length).toBeLessThan(11_000);
  });

  it('to revoke until the last try, the rule is closed when the dead letter is sent back', async () => {
    const test = makeWorld([ssh]);
    fail(test.account, 'RevokeSecurityGroupIngress', 'RequestLimitExceeded');
    await expect(reconcile(test.world, makeEvent([ssh]), true)).rejects.toThrow(RevocationError);
    test.account.faults.length = 0;

    expect(await outcomes(test, makeEvent([ssh]))).toEqual(['sgr-0ssh: revoked']);
    expect(await outcomes(test, makeEvent([ssh]))).toEqual([]);
    expect(test.account.messages.map(({ subject }) => subject?.split(':')[0])).toEqual(['ACTION', 'Revoked']);
  });

  it.each(['UnauthorizedOperation', 'InternalError', 'InvalidPaginationToken'])(
    'to let the group be read with %s, nothing is revoked and the event is tried again',
    async (code) => {
      const test = makeWorld([ssh]);
      fail(test.account, 'DescribeSecurityGroupRules', code);

      await expect(reconcile(test.world, makeEvent([ssh]))).rejects.toThrow(code);
      expect(left(test)).toEqual(['sgr-0ssh']);
    },
  );

  it('the message for a moment, it is sent again: on another try there would be nothing left to tell', async () => {
    const test = makeWorld([ssh]);
    fail(test.account, 'Publish', 'AuthorizationError', 2);

    expect(await outcomes(test, makeEvent([ssh]))).toEqual(['sgr-0ssh: revoked']);
    expect(test.account.messages).toHaveLength(1);
  });

  it('the message, the event is tried again and the message sent then', async () => {
    const test = makeWorld([ssh]);
    fail(test.account, 'Publish', 'AuthorizationError');

    await expect(reconcile(test.world, makeEvent([ssh]))).rejects.toThrow('AuthorizationError');
    test.account.faults.length = 0;
    await reconcile(test.world, makeEvent([ssh]));
    expect(test.account.messages.map(({ subject }) => subject)).toEqual([
      expect.stringContaining('Revoked: SSH open to internet'),
    ]);
  });

  it('only for a moment, nobody notices', async () => {
    const test = makeWorld([ssh]);
    fail(test.account, 'DescribeSecurityGroups', 'RequestLimitExceeded', 2);

    expect(await outcomes(test, makeEvent([ssh]))).toEqual(['sgr-0ssh: revoked']);
  });
});
