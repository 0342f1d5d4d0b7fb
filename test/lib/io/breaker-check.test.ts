import { describe, expect, it } from 'vitest';
import { addGroup, addRule } from '../../../lib/sandbox/index.ts';
import { dieAt } from '../../faults/die.ts';
import { wrap } from '../../faults/fault.ts';
import {
  ACCOUNT,
  GROUP,
  left,
  mails,
  makeEvent,
  makeWorld,
  REGION,
  reconcile,
  subjects,
  type TestWorld,
  tcp,
} from './world.ts';

const ssh = tcp('sgr-0ssh', 22);

function withConfig(test: TestWorld, config: object): TestWorld {
  return { ...test, world: { ...test.world, config: { ...test.world.config, ...config } } };
}

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

describe('the breaker', () => {
  it('lets revoke up to its limit, then leaves all open, says so once, and puts the rest on record', async () => {
    const test = withConfig(makeWorld([]), { breakerLimit: 2 });
    for (let i = 1; i <= 5; i += 1)
      await open(test, `sgr-${i}`, `e-${i}`, tcp(`sgr-${i}`, 22, { CidrIpv4: `${i * 8}.0.0.0/5` }));

    expect(left(test)).toEqual(['sgr-3', 'sgr-4', 'sgr-5']);
    expect(subjects(test)).toEqual([
      expect.stringContaining('Revoked'),
      expect.stringContaining('Revoked'),
      expect.stringContaining('BREAKER OPEN in 111122223333, eu-west-1. LEFT OPEN: SSH'),
    ]);
    expect(mails(test)[2]).toContain(
      `npx --no portcullis breaker reset --account ${ACCOUNT} --region ${REGION} --table ledger\n`,
    );
    expect([...test.account.items.keys()].filter((id) => id.startsWith('e-'))).toHaveLength(5);
  });

  it('closes by itself when its time is over', async () => {
    const test = withConfig(makeWorld([]), { breakerLimit: 1 });
    await open(test, 'sgr-1', 'e-1', tcp('sgr-1', 22, { CidrIpv4: '8.0.0.0/5' }));
    await open(test, 'sgr-2', 'e-2');
    await test.world.wait(25 * 60_000);
    await open(test, 'sgr-3', 'e-3', tcp('sgr-3', 3389));

    expect(left(test)).toEqual(['sgr-2']);
  });

  it('lets no more go than its limit in any quarter of an hour, wherever it begins', async () => {
    const test = withConfig(makeWorld([]), { breakerLimit: 4 });
    const went: number[] = [];
    for (let i = 0; i < 60; i += 1) {
      const before = left(test).length;
      await open(test, `sgr-${i}`, `e-${i}`, tcp(`sgr-${i}`, 22, { CidrIpv4: '0.0.0.0/0', ToPort: 22 + i }));
      if (left(test).length === before) went.push(test.world.now().getTime());
      await test.world.wait(((i * 7919) % 240) * 1000);
    }
    const most = went.map((from) => went.filter((at) => from <= at && at < from + 15 * 60_000).length);

    expect(Math.max(...most)).toBe(4);
    expect(went.length).toBeGreaterThan(20);
  });

  it('counts again from nothing once it has closed, though rules came while it was open', async () => {
    const test = withConfig(makeWorld([]), { breakerLimit: 1 });
    for (let minute = 0; minute <= 24; minute += 2) {
      const rule = tcp(`sgr-${minute}`, 22, { CidrIpv4: '0.0.0.0/0', ToPort: 22 + minute });
      await open(test, `sgr-${minute}`, `e-${minute}`, rule);
      await test.world.wait(2 * 60_000);
    }

    expect(left(test)).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22].map((minute) => `sgr-${minute}`));
  });

  it('counts every rule of a change, and takes all of it or none', async () => {
    const rules = [1, 2, 3].map((i) => tcp(`sgr-${i}`, 22, { CidrIpv4: `${i * 8}.0.0.0/5` }));
    const test = withConfig(makeWorld(rules), { breakerLimit: 2 });
    await reconcile(test.world, makeEvent(rules));

    expect(left(test)).toHaveLength(3);
  });

  it('does not count what a dry run would do', async () => {
    const test = withConfig(makeWorld([ssh], 'dry-run'), { breakerLimit: 0 });
    await reconcile(test.world, makeEvent([ssh]));

    expect(subjects(test)).toEqual([expect.stringContaining('Would revoke')]);
  });

  it('holds what it held when the event comes again', async () => {
    const test = withConfig(makeWorld([ssh]), { breakerLimit: 0 });
    for (let i = 0; i < 3; i += 1) await reconcile(test.world, makeEvent([ssh]));

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(subjects(test)).toHaveLength(1);
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
      `is protected by ${GROUP} in the parameter protect`,
    ],
    ['listed by name', { protected: [{ names: ['web-*'] }] }, [], 'is protected by name=web-* in'],
    [
      'listed by tag',
      { protected: [{ tags: { keep: 'yes' } }] },
      [{ Key: 'keep', Value: 'yes' }],
      'is protected by tag:keep=yes in',
    ],
  ])('%s keeps its rules, and people are told why', async (_, config, Tags, why) => {
    const test = withConfig(makeWorld([ssh]), config);
    addGroup(test.account, { GroupId: GROUP, GroupName: 'web-prod', Tags });
    const { plan } = await reconcile(test.world, makeEvent([ssh]));

    expect(left(test)).toEqual(['sgr-0ssh']);
    expect(plan.held.map(({ because }) => because)).toEqual(['protected']);
    expect(subjects(test)).toEqual([expect.stringContaining('LEFT OPEN: SSH')]);
    expect(mails(test)[0]).toContain(why);
  });

  it('is not what has other tags or names', async () => {
    const test = withConfig(makeWorld([ssh]), { protected: [{ ids: ['sg-0other'] }, { names: ['db-*'] }] });
    await reconcile(test.world, makeEvent([ssh]));

    expect(left(test)).toEqual([]);
  });
});

describe('a rule that comes back again and again', () => {
  it('is closed each time; the third time people hear that it is a fight, and with whom; then no more', async () => {
    const test = makeWorld([]);
    for (let i = 1; i <= 6; i += 1) await open(test, `sgr-${i}`, `e-${i}`);

    expect(left(test)).toEqual([]);
    expect(subjects(test)).toEqual([
      expect.stringMatching(/^Revoked: SSH/),
      expect.stringMatching(/^Revoked: SSH/),
      expect.stringMatching(/^FIGHT over a rule. Revoked: SSH/),
    ]);
    expect(mails(test)[2]).toContain('was made 3 times within 60 minutes (with Terraform)');
  });

  it('does not hide another rule that is new', async () => {
    const test = makeWorld([]);
    for (let i = 1; i <= 4; i += 1) await open(test, `sgr-${i}`, `e-${i}`);
    const both = [tcp('sgr-8', 22), tcp('sgr-9', 3389)];
    for (const rule of both) addRule(test.account, { GroupId: GROUP, ...rule });
    await reconcile(test.world, makeEvent(both, { eventID: 'e-9' }));

    expect(subjects(test)).toHaveLength(4);
  });

  it('is told of wherever an hour of the clock ends, and once an hour while it goes on', async () => {
    const test = makeWorld([]);
    await test.world.wait(20 * 60_000);
    for (let i = 1; i <= 8; i += 1) {
      await open(test, `sgr-${i}`, `e-${i}`);
      await test.world.wait(20 * 60_000);
    }
    const isFight = subjects(test).map((subject) => subject?.startsWith('FIGHT'));

    // At 12:21, 12:41, 13:01 and so on; what is silent has no message.
    expect(left(test)).toEqual([]);
    expect(isFight).toEqual([false, false, true, true]);
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

describe('the one message of the breaker', () => {
  const rdp = tcp('sgr-0rdp', 3389);
  const first = makeEvent([ssh], { eventID: 'first' });
  const second = makeEvent([rdp], { eventID: 'second' });

  /** The first event is the one that tells, and dies as it writes what came of it; the second is held and silent. */
  async function dieAtTheEnd(): Promise<TestWorld> {
    const test = withConfig(makeWorld([ssh, rdp]), { breakerLimit: 0 });
    await dieAt(test.world, first, 'resolved', 'crash before');
    await reconcile(test.world, second);
    expect(subjects(test)).toEqual([]);
    return test;
  }

  it('is sent though the rule of who is to send it is gone by the next try', async () => {
    const test = await dieAtTheEnd();
    test.account.rules = test.account.rules.filter(({ rule }) => rule.SecurityGroupRuleId !== 'sgr-0ssh');
    await test.world.wait(720_000);

    await reconcile(test.world, first);

    expect(left(test)).toEqual(['sgr-0rdp']);
    expect(subjects(test)).toEqual([
      expect.stringContaining('BREAKER OPEN in 111122223333, eu-west-1. Already gone'),
    ]);
  });

  it('does not come of one rule whose record could not be written at first', async () => {
    const test = withConfig(makeWorld([ssh]), { breakerLimit: 1 });
    const tape = { calls: [] as string[] };
    await reconcile(wrap(makeWorld([ssh]).world, tape), first);
    const point = tape.calls.indexOf('PutItem');
    const fault = 'throttled for a while' as const;
    const refused = wrap(test.world, { calls: [] }, { point, fault, pass: () => {}, beside: async () => {} });
    await expect(reconcile(refused, first)).rejects.toThrow();

    await reconcile(test.world, first);

    expect(left(test)).toEqual([]);
  });
});
