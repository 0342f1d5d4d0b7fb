// Rules that a change names, or may be about, and that it has not changed: the last complete sweep saw them as they are.
import { ModifySecurityGroupRulesCommand, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addGroup, addRule, ec2Of } from '../../../lib/sandbox/index.ts';
import { dieAt } from '../../faults/die.ts';
import { seeing } from '../../faults/fault.ts';
import { sweepOnce } from './sweeping.ts';
import {
  ACCOUNT,
  calls,
  GROUP,
  left,
  mails,
  makeEvent,
  makeWorld,
  policyOf,
  rdp,
  reconcile,
  ssh,
  subjects,
  type TestWorld,
  tcp,
} from './world.ts';

const HOUR = 3_600_000;

/** A world with a rule that was there before the deployment, swept by a deployment that only reports. */
async function swept(
  rules = [ssh],
  policies = [policyOf('no-admin', [22, 3389], 'revoke')],
): Promise<TestWorld> {
  const made = makeWorld(rules);
  const test = { ...made, world: { ...made.world, policies } };
  await sweepOnce(test);
  await test.world.wait(HOUR);
  return test;
}

/** The event of a call, some seconds ago. */
function event({ world }: TestWorld, eventName: string, more: object): object {
  return {
    ...{ eventName, eventSource: 'ec2.amazonaws.com', eventID: 'event-1', awsRegion: 'eu-west-1' },
    eventTime: new Date(world.now().getTime() - 90_000).toISOString(),
    recipientAccountId: ACCOUNT,
    ...more,
  };
}

/** Modifies SSH in EC2, and answers the event. */
async function modify(test: TestWorld, CidrIpv4: string, Description: string): Promise<object> {
  const rule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4, Description };
  const SecurityGroupRules = [{ SecurityGroupRuleId: 'sgr-0ssh', SecurityGroupRule: rule }];
  await ec2Of(test.account).send(new ModifySecurityGroupRulesCommand({ GroupId: GROUP, SecurityGroupRules }));
  const request = {
    GroupId: GROUP,
    SecurityGroupRule: { SecurityGroupRuleId: 'sgr-0ssh', SecurityGroupRule: rule },
  };
  return event(test, 'ModifySecurityGroupRules', {
    requestParameters: { ModifySecurityGroupRulesRequest: request },
    responseElements: { ModifySecurityGroupRulesResponse: { return: true } },
  });
}

/** A call whose parameters CloudTrail left out but for the group. */
const oversized = (test: TestWorld) =>
  event(test, 'AuthorizeSecurityGroupIngress', {
    requestParameters: { groupId: GROUP },
    responseElements: null,
  });

describe('a modification', () => {
  it('that only changes a description does not close a rule that the last sweep saw', async () => {
    const test = await swept();

    await reconcile(test.world, await modify(test, '0.0.0.0/0', 'only the text changed'));

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(subjects(test)).toHaveLength(1);
  });

  it('that opens a rule closes it', async () => {
    const test = await swept([tcp('sgr-0ssh', 22, { CidrIpv4: '10.0.0.0/8' })]);

    await reconcile(test.world, await modify(test, '0.0.0.0/0', 'open'));

    expect(left(test)).toEqual([]);
  });

  it('counts as a change before the first sweep', async () => {
    const made = makeWorld([ssh]);

    await reconcile(made.world, await modify(made, '0.0.0.0/0', 'only the text changed'));

    expect(left(made)).toEqual([]);
  });

  it('counts as a change under other policies than those of the sweep', async () => {
    const test = await swept();
    const policies = [policyOf('no-admin', [22, 3389], 'revoke', { severity: 'low' })];

    await reconcile({ ...test.world, policies }, await modify(test, '0.0.0.0/0', 'only the text changed'));

    expect(left(test)).toEqual([]);
  });

  it('closes what it opens, though a sweep saw that before the event came', async () => {
    const test = await swept([tcp('sgr-0ssh', 22, { CidrIpv4: '10.0.0.0/8' })]);
    const late = await modify(test, '0.0.0.0/0', 'open');
    await sweepOnce(test);

    await reconcile(test.world, late);

    expect(left(test)).toEqual([]);
  });

  it('closes what it opens at a second try, though a sweep saw that after the first', async () => {
    const test = await swept([tcp('sgr-0ssh', 22, { CidrIpv4: '10.0.0.0/8' })]);
    const late = await modify(test, '0.0.0.0/0', 'open');
    const ec2 = seeing(test.world.ec2, async () => {
      throw Object.assign(new Error('slow down'), { name: 'RequestLimitExceeded' });
    });
    await expect(reconcile({ ...test.world, ec2 }, late)).rejects.toThrow('slow down');
    await sweepOnce(test);
    await test.world.wait(HOUR / 5);

    await reconcile(test.world, late);

    expect(left(test)).toEqual([]);
  });
});

describe('a call that names only its group', () => {
  it('claims nothing of a rule that somebody removes before a second try reports it', async () => {
    const test = makeWorld([ssh, rdp]);
    const event = oversized(test);
    await dieAt(test.world, event, 'resolved', 'crash before');
    const gone = { GroupId: GROUP, SecurityGroupRuleIds: ['sgr-0rdp'] };
    await ec2Of(test.account).send(new RevokeSecurityGroupIngressCommand(gone));
    await test.world.wait(HOUR / 5);

    await reconcile(test.world, event);

    expect(subjects(test)).toEqual([expect.stringMatching(/^Notice: SSH/)]);
    expect(mails(test)[0]).not.toContain('sgr-0rdp');
  });

  it('has what the last sweep did not see closed, and leaves the rest', async () => {
    const test = await swept();
    addRule(test.account, { GroupId: GROUP, ...rdp });

    await reconcile(test.world, oversized(test));

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(mails(test).at(-1)).toContain('sgr-0rdp');
  });

  it('does not report again what an event was about since the last sweep, unless it has changed since', async () => {
    const policies = [policyOf('no-admin', [22, 3389], 'notify')];
    const test = await swept([], policies);
    for (const rule of [ssh, rdp]) addRule(test.account, { GroupId: GROUP, ...rule });
    const eventTime = new Date(test.world.now().getTime() - 90_000).toISOString();
    await reconcile(test.world, makeEvent([ssh, rdp], { eventID: 'event-0', eventTime }));
    await modify(test, '0.0.0.0/1', 'changed');

    await reconcile(test.world, oversized(test));

    expect(subjects(test)).toHaveLength(2);
    expect(mails(test)[1]).toContain('sgr-0ssh');
    expect(mails(test)[1]).not.toContain('- inbound RDP');
  });

  it('has closed at its dead letter what failed to its last try', async () => {
    const test = await swept([]);
    addRule(test.account, { GroupId: GROUP, ...ssh });
    const event = oversized(test);
    const refusing = seeing(test.world.ec2, async (api, _, send) => {
      if (api.startsWith('Revoke')) throw Object.assign(new Error('no'), { name: 'InternalError' });
      return send();
    });
    const last = { ...test.world, ec2: refusing, isLastTry: true };
    await expect(reconcile(last, event)).rejects.toThrow('not revoked');

    await reconcile(test.world, event);

    expect(left(test)).toEqual([]);
  });

  it('has everything that violates reported and nothing closed before the first sweep', async () => {
    const test = makeWorld([ssh, rdp]);

    const { outcomes } = await reconcile(test.world, oversized(test));

    expect(outcomes).toEqual([]);
    expect(calls(test).filter((api) => api.startsWith('Revoke'))).toEqual([]);
    expect(left(test)).toHaveLength(2);
    expect(subjects(test)).toHaveLength(1);
    expect(mails(test)[0]).toContain('sgr-0ssh');
  });

  it('does not judge a rule that is excused for its maker under the name of somebody else', async () => {
    const forBreakGlass = { principals: ['arn:aws:iam::*:role/break-glass'] };
    const exceptions = [{ ...forBreakGlass, reason: 'r', owner: 'o', expires: '2027-01-01' }];
    const test = await swept([], [policyOf('no-ssh', [22], 'revoke', { exceptions })]);
    addRule(test.account, { GroupId: GROUP, ...ssh });

    await reconcile(test.world, oversized(test));

    expect(left(test)).toEqual(['sgr-0ssh']);
  });
});

describe('a changed tag, which only policies that look at it are asked about', () => {
  const scope = { groups: { tags: { env: 'prod' } } };

  /** Opens SSH and Telnet, of which only Telnet is reported in the tagged group. */
  async function tagged(action: string): Promise<TestWorld> {
    const policies = [policyOf('no-ssh', [22], action), policyOf('no-telnet', [23], 'notify', { scope })];
    const test = await swept([], policies);
    for (const rule of [ssh, tcp('sgr-0telnet', 23)]) addRule(test.account, { GroupId: GROUP, ...rule });
    addGroup(test.account, { GroupId: GROUP, GroupName: 'web', Tags: [{ Key: 'env', Value: 'prod' }] });
    const requestParameters = {
      resourcesSet: { items: [{ resourceId: GROUP }] },
      tagSet: { items: [{ key: 'env', value: 'prod' }] },
    };
    await reconcile(test.world, event(test, 'CreateTags', { eventID: 'event-0', requestParameters }));
    expect(mails(test)[0]).toContain('sgr-0telnet');
    return test;
  }

  it('keeps no rule open that a call which names only its group has made', async () => {
    const test = await tagged('revoke');

    await reconcile(test.world, oversized(test));

    expect(left(test)).toEqual(['sgr-0telnet']);
  });

  it('does not hide that the event of a rule never came', async () => {
    const test = await tagged('notify');

    const { digest } = await sweepOnce(test);

    expect(digest?.record.missed).toEqual(['sgr-0ssh', 'sgr-0telnet']);
  });
});

it('no other change reads what the sweep saw', async () => {
  const test = await swept([]);
  addRule(test.account, { GroupId: GROUP, ...ssh });
  const read: (string | undefined)[] = [];
  const client = seeing(test.world.ledger.client, async (api, { input }, send) => {
    if (api === 'GetItem') read.push((input as { Key?: { id?: { S?: string } } }).Key?.id?.S);
    return send();
  });
  const ledger = { ...test.world.ledger, client };
  const items = [{ groupId: GROUP, securityGroupRuleId: 'sgr-0ssh', isEgress: false }];

  await reconcile(
    { ...test.world, ledger },
    event(test, 'AuthorizeSecurityGroupIngress', {
      requestParameters: { groupId: GROUP, ipPermissions: {} },
      responseElements: { _return: true, securityGroupRuleSet: { items } },
    }),
  );

  expect(left(test)).toEqual([]);
  expect(read.length).toBeGreaterThan(0);
  expect(read).not.toContain('sweep');
});
