import { ModifySecurityGroupRulesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { readBreaker, release, startRevoking, stopRevoking } from '../../../lib/io/ledger/breaker.ts';
import { listDue } from '../../../lib/io/ledger/due.ts';
import { tick } from '../../../lib/io/tick.ts';
import { NEW_FOR } from '../../../lib/plan/breaker-state.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { addGroup, addRule, fail } from '../../../lib/sandbox/index.ts';
import { dieAt } from '../../faults/die.ts';
import { seeing } from '../../faults/fault.ts';
import { makeRegion, sweepOnce } from './sweeping.ts';
import { tickFor } from './ticking.ts';
import {
  ACCOUNT,
  GROUP,
  left,
  mails,
  makeEvent,
  makeWorld,
  policyOf,
  REGION,
  reconcile,
  ssh,
  subjects,
  type TestWorld,
  tcp,
} from './world.ts';

function withConfig(test: TestWorld, config: object): TestWorld {
  return { ...test, world: { ...test.world, config: { ...test.world.config, ...config } } };
}

function withPolicies(test: TestWorld, ...policies: readonly Policy[]): TestWorld {
  return { ...test, world: { ...test.world, policies } };
}

const anySsh = policyOf('ssh', [22], 'revoke');

/** Opens the rule again, and has the bot see it. */
async function open(
  test: TestWorld,
  id: string,
  eventID: string,
  rule: ReturnType<typeof tcp> = { ...ssh, SecurityGroupRuleId: id },
) {
  addRule(test.account, { GroupId: GROUP, ...rule });
  return reconcile(
    test.world,
    makeEvent([rule], { eventID, userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.13.5' }),
  );
}

/** `sg-0`, `sg-1` and so on, each with these ports open to the world; answers the event of each. */
function openGroups(test: TestWorld, count: number, port: number, prefix = 'sg-'): readonly object[] {
  return Array.from({ length: count }, (_, i) => {
    const rule = { ...tcp(`sgr-${prefix}${i}-${port}`, port), GroupId: `${prefix}${i}` };
    addGroup(test.account, { GroupId: rule.GroupId, GroupName: `${prefix}${i}`, VpcId: 'vpc-0other' });
    addRule(test.account, rule);
    return makeEvent([rule], { eventID: `e-${prefix}${i}-${port}` });
  });
}

async function bringAll(test: TestWorld, events: readonly object[]): Promise<void> {
  for (const event of events) await reconcile(test.world, event);
}

/** The policies have been in force for longer than they are new. */
async function settle(test: TestWorld): Promise<void> {
  await tick(test.world);
  await test.world.wait(NEW_FOR);
}

const openRules = ({ account }: TestWorld) =>
  account.rules.filter(({ goneAt }) => goneAt === undefined).length;
const loud = (test: TestWorld) =>
  subjects(test).filter((subject) => subject?.startsWith('ACTION: ') && /on hold|stopped/.test(subject));
const PLACE = { accountId: ACCOUNT, region: REGION };

describe('the breaker', () => {
  it('lets a hundred and twenty rules of one group go at once', async () => {
    const rules = Array.from({ length: 120 }, (_, i) => ({ ...tcp(`sgr-${i}`, 22), ToPort: 22 + i }));
    const test = withPolicies(makeWorld(rules), anySsh);
    await reconcile(test.world, makeEvent(rules));

    expect(left(test)).toEqual([]);
    expect(loud(test)).toEqual([]);
  });

  it('lets a wrong new policy close at most the limit, says so once, and takes up the rest when it is released', async () => {
    const test = withPolicies(makeWorld([]), anySsh);
    await bringAll(test, openGroups(test, 40, 22));
    expect(openRules(test)).toBe(30);
    expect(loud(test)).toHaveLength(1);
    expect(mails(test).at(-1)).toContain(
      `npx --no -- portcullis breaker release ssh --stage prod --region ${REGION}\n`,
    );

    await tickFor(test, 60);
    expect(openRules(test)).toBe(30);
    const [key = ''] = (await readBreaker(test.world.ledger, PLACE)).latches.keys();
    await release(test.world.ledger, PLACE, [key], test.world.now());
    await tickFor(test, 2);

    expect(openRules(test)).toBe(0);
    expect(await listDue(test.world.ledger, PLACE)).toEqual([]);
  });

  it('closes what is critical at once, though a hundred and one low findings came before', async () => {
    const low = policyOf('telnet', [23], 'revoke', { severity: 'low' });
    const critical = policyOf('ssh', [22], 'revoke', { severity: 'critical' });
    const test = withPolicies(makeWorld([]), low, critical);
    await settle(test);
    await bringAll(test, openGroups(test, 101, 23));
    const before = subjects(test).length;
    await bringAll(test, openGroups(test, 1, 22, 'sg-late-'));

    expect(openRules(test)).toBe(91);
    expect(subjects(test).slice(before)).toEqual([expect.stringMatching(/^Revoked: SSH/)]);
  });

  it('takes up what settled policies ask for as soon as there is room, in any quarter of an hour no more than the limit', async () => {
    const test = withPolicies(makeWorld([]), policyOf('telnet', [23], 'revoke', { severity: 'low' }));
    await settle(test);
    await bringAll(test, openGroups(test, 40, 23));
    const open: number[] = [];
    for (let minute = 0; minute < 90; minute += 1) {
      open.push(openRules(test));
      await tickFor(test, 1);
    }

    expect(open[0]).toBe(30);
    expect(openRules(test)).toBe(0);
    for (let minute = 15; minute < open.length; minute += 1) {
      expect((open[minute - 15] ?? 0) - (open[minute] ?? 0)).toBeLessThanOrEqual(10);
    }
  });

  it('judges what waited by the policies of the day, and closes what is excused now as compliant', async () => {
    const test = withPolicies(makeWorld([]), anySsh);
    await bringAll(test, openGroups(test, 12, 22));
    const excuse = { groups: { names: ['sg-*'] }, reason: 'reviewed', owner: 'web', expires: '2027-01-01' };
    const changed = policyOf('ssh', [22, 2222], 'revoke', { exceptions: [excuse] });
    await tickFor(withPolicies(test, changed), 1);

    expect(openRules(test)).toBe(2);
    expect(await listDue(test.world.ledger, PLACE)).toEqual([]);
  });

  it('has what waits wait on while a dry run is deployed', async () => {
    const test = withPolicies(makeWorld([]), anySsh);
    await bringAll(test, openGroups(test, 12, 22));
    const config = { ...test.world.config, mode: 'dry-run' as const };
    await tick({ ...test.world, config });

    expect(openRules(test)).toBe(2);
    expect(await listDue(test.world.ledger, PLACE)).toHaveLength(2);
  });

  it('holds what it held when the event comes again, and another try of the same message is not sent', async () => {
    const test = withPolicies(makeWorld([]), anySsh);
    const events = openGroups(test, 12, 22);
    await bringAll(test, events);
    await bringAll(test, events);

    expect(openRules(test)).toBe(2);
    expect(loud(test)).toHaveLength(1);
  });

  it('has no room taken by groups that AWS does not let it close', async () => {
    const test = withPolicies(makeWorld([]), anySsh);
    const denied = openGroups(test, 30, 22);
    fail(test.account, 'RevokeSecurityGroupIngress', 'UnauthorizedOperation');
    await bringAll(test, denied);
    test.account.faults.splice(0);
    await bringAll(test, openGroups(test, 5, 22, 'sg-other-'));

    expect(loud(test)).toEqual([]);
    expect(openRules(test)).toBe(30);
  });

  it('does not count what a dry run would do', async () => {
    const test = makeWorld([], 'dry-run');
    await bringAll(test, openGroups(test, 30, 22));

    expect(loud(test)).toEqual([]);
    expect((await readBreaker(test.world.ledger, PLACE)).members).toEqual([]);
  });

  it('closes three hundred decoys without a wait, and keeps no room for them', async () => {
    const critical = policyOf('ssh', [22], 'revoke', { severity: 'critical' });
    const test = withPolicies(makeWorld([]), critical);
    await settle(test);
    await bringAll(test, openGroups(test, 300, 22));

    expect(openRules(test)).toBe(0);
    expect(loud(test)).toEqual([]);
    expect((await readBreaker(test.world.ledger, PLACE)).members).toEqual([]);
  });
});

describe('who keeps opening what is closed at once', () => {
  const critical = { severity: 'critical' };
  const web = policyOf('web', [22, 23, 3389], 'revoke');
  const policies = [
    policyOf('ssh', [22], 'revoke', critical),
    policyOf('rdp', [3389], 'revoke', critical),
    web,
  ];

  it('takes no room from what other settled policies ask for', async () => {
    const test = withPolicies(makeWorld([]), ...policies);
    await settle(test);
    for (let minute = 0; minute < 15; minute += 1) {
      const port = minute % 2 === 0 ? 22 : 3389;
      await bringAll(test, openGroups(test, 1, port, `sg-${minute}-`));
      await tickFor(test, 1);
    }
    await bringAll(test, openGroups(test, 1, 23, 'sg-late-'));

    expect(openRules(test)).toBe(0);
  });

  it('does not fill the item of the breaker', async () => {
    const test = withPolicies(makeWorld([]), web);
    await settle(test);
    for (let second = 0; second < 300; second += 1) {
      await open(test, `sgr-${second}`, `e-${second}`, tcp(`sgr-${second}`, 23));
      await test.world.wait(4000);
      if (second % 15 === 0) await tick(test.world);
    }
    await tickFor(test, 5);

    expect(left(test)).toEqual([]);
    expect((await readBreaker(test.world.ledger, PLACE)).members).toHaveLength(1);
  });
});

it('what the breaker holds is reported though the remediation that was to report it dies, and its rule is gone by then', async () => {
  const test = withPolicies(makeWorld([]), anySsh);
  const events = openGroups(test, 13, 22);
  await bringAll(test, events.slice(0, 10));
  await dieAt(test.world, events[10] ?? {}, 'resolved', 'crash before');
  await bringAll(test, events.slice(11));
  expect(loud(test)).toEqual([]);
  test.account.rules = test.account.rules.filter(({ rule }) => rule.GroupId !== 'sg-10');

  await tickFor(test, 35);
  await reconcile(test.world, events[10]);
  await tickFor(test, 60);

  expect(loud(test)).toHaveLength(1);
  expect(openRules(test)).toBe(2);
});

describe('a stop', () => {
  it('holds what a sweep has been let through with, and a start has it taken up', async () => {
    const region = makeRegion(4, () => true);
    const ec2 = seeing(region.world.ec2, async (api, _, send) => {
      const answer = await send();
      if (api.startsWith('Revoke')) await stopRevoking(region.world.ledger, PLACE, region.world.now());
      return answer;
    });
    await sweepOnce({ ...region, world: { ...region.world, ec2 } }, { mode: 'enforce' });
    const ssh = () =>
      region.account.rules.filter(({ rule, goneAt }) => rule.FromPort === 22 && !goneAt).length;
    expect(ssh()).toBe(3);

    await startRevoking(region.world.ledger, PLACE);
    await tickFor(region, 1);

    expect(ssh()).toBe(0);
  });

  it('has nothing revoked, and a start has it taken up', async () => {
    const test = makeWorld([ssh]);
    await stopRevoking(test.world.ledger, PLACE, test.world.now());
    await reconcile(test.world, makeEvent([ssh]));
    await tickFor(test, 5);
    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(mails(test)[0]).toContain('Somebody stopped all revoking');

    await startRevoking(test.world.ledger, PLACE);
    await tickFor(test, 1);

    expect(left(test)).toEqual([]);
    expect(subjects(test).at(-1)).toMatch(/^Revoked: SSH/);
  });
});

describe('a rule that somebody changes while it is being revoked', () => {
  const rdp = tcp('sgr-0rdp', 3389);
  const SSH = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' };

  /** The policy about SSH is latched; as RDP is about to be revoked, a rule of the group is made one of SSH. */
  async function changing(changed: string, ...rules: readonly (typeof rdp)[]): Promise<TestWorld> {
    const test = withPolicies(makeWorld(rules), anySsh, policyOf('rdp', [3389], 'revoke'));
    await bringAll(test, openGroups(test, 11, 22));
    const { ec2 } = test.world;
    const toSsh = { SecurityGroupRuleId: changed, SecurityGroupRule: SSH };
    let isChanged = false;
    const seen = seeing(ec2, async (api, _, send) => {
      if (api.startsWith('Revoke') && !isChanged) {
        isChanged = true;
        await ec2.send(new ModifySecurityGroupRulesCommand({ GroupId: GROUP, SecurityGroupRules: [toSsh] }));
      }
      return send();
    });
    await reconcile({ ...test.world, ec2: seen }, makeEvent(rules));
    return test;
  }

  it.each([
    ['it is the only one', 'sgr-0rdp', [rdp]],
    [
      'it complied before',
      'sgr-0web',
      [rdp, tcp('sgr-0web', 443), tcp('sgr-0more', 3389, { CidrIpv6: '::/0' })],
    ],
  ])(
    'waits where only a policy that waits forbids it now, and is closed once that is released: %s',
    async (_, id, rules) => {
      const test = await changing(id, ...rules);
      expect(left(test)).toContain(id);
      const [key = ''] = (await readBreaker(test.world.ledger, PLACE)).latches.keys();
      await release(test.world.ledger, PLACE, [key], test.world.now());
      await tickFor(test, 1);

      expect(left(test)).not.toContain(id);
      expect((await listDue(test.world.ledger, PLACE)).filter(({ groupId }) => groupId === GROUP)).toEqual(
        [],
      );
    },
  );
});

describe('what waits in two entries of one event', () => {
  const rdp = tcp('sgr-0rdp', 3389);

  /** RDP waits, and once SSH is visible too, both wait in an entry that comes before the first in the index. */
  async function twice(): Promise<TestWorld> {
    const critical = policyOf('ssh', [22], 'revoke', { severity: 'critical' });
    const test = withPolicies(makeWorld([rdp], 'enforce', 1000), policyOf('rdp', [3389], 'revoke'), critical);
    await stopRevoking(test.world.ledger, PLACE, test.world.now());
    const event = makeEvent([rdp, ssh]);
    await expect(reconcile(test.world, event)).rejects.toThrow('not all visible yet');
    addRule(test.account, { GroupId: GROUP, ...ssh });
    await reconcile(test.world, event);
    expect((await listDue(test.world.ledger, PLACE)).map(({ id }) => id)).toEqual(['event-1.2', 'event-1']);
    await startRevoking(test.world.ledger, PLACE);
    return test;
  }

  it('is all closed, though only one of them is taken up at a time', async () => {
    const test = await twice();
    await tickFor(test, 2);

    expect(left(test)).toEqual([]);
    expect(await listDue(test.world.ledger, PLACE)).toEqual([]);
  });

  it('is closed as far as it may go, though the rest of it goes on waiting for a person', async () => {
    const test = await twice();
    await bringAll(test, [...openGroups(test, 11, 3389), ...openGroups(test, 11, 22, 'sg-other-')]);
    const { latches } = await readBreaker(test.world.ledger, PLACE);
    const released = [...latches.keys()].filter((key) => key.startsWith('ssh#'));
    await tickFor(test, 3);
    expect(left(test)).toEqual(['sgr-0rdp', 'sgr-0ssh']);
    const told = loud(test).length;
    await release(test.world.ledger, PLACE, released, test.world.now());
    await tickFor(test, 3);

    expect(left(test)).toEqual(['sgr-0rdp']);
    expect(loud(test)).toHaveLength(told);
    expect(await listDue(test.world.ledger, PLACE)).toHaveLength(2);
  });

  it('is all closed, though the index has only the first of them at first', async () => {
    const test = await twice();
    const client = seeing(test.world.ledger.client, async (api, _, send) => {
      const answer = (await send()) as { Items?: readonly { id: { S: string } }[] };
      return api === 'Query' ? { Items: answer.Items?.filter(({ id }) => id.S === 'event-1') } : answer;
    });
    await tick({ ...test.world, ledger: { ...test.world.ledger, client } });
    expect(left(test)).toEqual(['sgr-0ssh']);
    await tickFor(test, 1);

    expect(left(test)).toEqual([]);
    expect(await listDue(test.world.ledger, PLACE)).toEqual([]);
  });
});

describe('a protected group', () => {
  it.each([
    ['of EKS', {}, [{ Key: 'aws:eks:cluster-name', Value: 'prod' }], 'says its tag aws:eks:cluster-name'],
    ['of Kubernetes', {}, [{ Key: 'kubernetes.io/cluster/prod', Value: 'owned' }], 'says its tag kubernetes'],
    [
      'of the load balancer controller',
      {},
      [{ Key: 'elbv2.k8s.aws/cluster', Value: 'prod' }],
      'says its tag elbv2',
    ],
    [
      'listed by id',
      { protected: [{ ids: [GROUP] }] },
      [],
      `is protected by ${GROUP} in the setting protect`,
    ],
    ['listed by name', { protected: [{ names: ['web-*'] }] }, [], 'is protected by name=web-* in'],
    [
      'listed by tag',
      { protected: [{ tags: { keep: 'yes' } }] },
      [{ Key: 'keep', Value: 'yes' }],
      'is protected by tag:keep=yes in',
    ],
  ])('%s keeps its rules, and the mail says why', async (_, config, Tags, why) => {
    const test = withConfig(makeWorld([ssh]), config);
    addGroup(test.account, { GroupId: GROUP, GroupName: 'web-prod', Tags });
    const { plan } = await reconcile(test.world, makeEvent([ssh]));

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(plan.held.map(({ because }) => because)).toEqual(['protected']);
    expect(subjects(test)).toEqual([expect.stringContaining('Left open: SSH')]);
    expect(mails(test)[0]).toContain(why);
  });

  it('is not what has other tags or names', async () => {
    const test = withConfig(makeWorld([ssh]), { protected: [{ ids: ['sg-0other'] }, { names: ['db-*'] }] });
    await reconcile(test.world, makeEvent([ssh]));

    expect(left(test)).toEqual([]);
  });
});

describe('a rule that comes back again and again', () => {
  it('is closed each time; the third time the mail says that it keeps coming back, and by what; then no more', async () => {
    const test = makeWorld([]);
    for (let i = 1; i <= 6; i += 1) await open(test, `sgr-${i}`, `e-${i}`);

    expect(left(test)).toEqual([]);
    expect(subjects(test)).toEqual([
      expect.stringMatching(/^Revoked: SSH/),
      expect.stringMatching(/^Revoked: SSH/),
      expect.stringMatching(/^Keeps coming back: SSH/),
    ]);
    expect(mails(test)[2]).toContain('was added 3 times within 60 minutes. Remove it');
  });

  it('does not hide another rule that is new', async () => {
    const test = makeWorld([]);
    for (let i = 1; i <= 4; i += 1) await open(test, `sgr-${i}`, `e-${i}`);
    const both = [tcp('sgr-8', 22), tcp('sgr-9', 3389)];
    for (const rule of both) addRule(test.account, { GroupId: GROUP, ...rule });
    await reconcile(test.world, makeEvent(both, { eventID: 'e-9' }));

    expect(subjects(test)).toHaveLength(4);
  });

  it('is reported wherever an hour of the clock ends, and once an hour while it goes on', async () => {
    const test = makeWorld([]);
    await test.world.wait(20 * 60_000);
    for (let i = 1; i <= 8; i += 1) {
      await open(test, `sgr-${i}`, `e-${i}`);
      await test.world.wait(20 * 60_000);
    }
    const isNotice = subjects(test).map((subject) => subject?.startsWith('Keeps coming back'));

    // At 12:21, 12:41, 13:01 and so on; what is silent has no message.
    expect(left(test)).toEqual([]);
    expect(isNotice).toEqual([false, false, true, true]);
  });

  it('is forgotten after an hour', async () => {
    const test = makeWorld([]);
    for (let i = 1; i <= 5; i += 1) {
      await open(test, `sgr-${i}`, `e-${i}`);
      await test.world.wait(40 * 60_000);
    }

    expect(subjects(test)).toHaveLength(5);
  });
});
