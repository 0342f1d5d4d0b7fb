// What counts as missed by event: a violation that was not there at the last sweep, and that no event's record knows.
import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { addRule, inForce } from '../../../lib/sandbox/index.ts';
import { startTables } from '../../faults/table.ts';
import { groupId, makeRegion, open, pass, ruleId, sweepOnce } from './sweeping.ts';
import { makeEvent, reconcile, type TestWorld, tcp } from './world.ts';

function missed({ log }: TestWorld): readonly string[] | undefined {
  const last = log.findLast(([message]) => message === 'sweep')?.[1] as
    | { sweep: { missed?: readonly string[] } }
    | undefined;
  return last?.sweep.missed;
}

/** The event of the rule that opens a port of a group, as it is brought here. */
async function bring({ world }: TestWorld, index: number, port: number): Promise<void> {
  const rule = { ...tcp(ruleId(index, port), port), GroupId: groupId(index) };
  const event = makeEvent([rule], {
    eventID: `event-${index}`,
    eventTime: world.now().toISOString(),
    requestParameters: { groupId: groupId(index), ipPermissions: {} },
    responseElements: {
      _return: true,
      securityGroupRuleSet: {
        items: [{ groupId: groupId(index), securityGroupRuleId: rule.SecurityGroupRuleId, isEgress: false }],
      },
    },
  });
  await reconcile({ ...world, config: { ...world.config, mode: 'dry-run' } }, event);
}

describe('missed by event', () => {
  it('is not known at the first sweep', async () => {
    const region = makeRegion(3, () => true);

    await sweepOnce(region);

    expect(missed(region)).toBeUndefined();
    expect(region.account.messages[0]?.versions?.email).toContain('no earlier sweep to compare with');
  });

  it('is a rule that no event brought', async () => {
    const region = makeRegion(3, () => true);
    await sweepOnce(region);
    await pass(region, 300);
    open(region, 5, [22]);

    await pass(region, 60);
    await sweepOnce(region);

    expect(missed(region)).toEqual([ruleId(5, 22)]);
    expect(region.metrics.slice(-4)).toEqual([
      ['sweeps', 1],
      ['sweep-violations', 4],
      ['sweep-undecided', 0],
      ['missed-by-event', 1],
    ]);
    expect(region.account.messages[1]?.subject).toContain(
      '1 new violation, 4 critical in all, 1 missed by event',
    );
    expect(region.account.messages[1]?.versions?.email).toContain('new; missed by event');
  });

  it('is counted once', async () => {
    const region = makeRegion(1);
    await sweepOnce(region);
    open(region, 5, [22]);
    await sweepOnce(region);

    await pass(region, 360);
    await sweepOnce(region);

    expect(missed(region)).toEqual([]);
  });

  it('is not a rule that an event brought and that was left, as in a dry run', async () => {
    const region = makeRegion(3);
    await sweepOnce(region);
    await pass(region, 300);
    open(region, 5, [22]);
    await bring(region, 5, 22);

    await pass(region, 60);
    await sweepOnce(region);

    expect(missed(region)).toEqual([]);
    expect(region.account.messages.at(-1)?.subject).toContain('1 new');
  });

  it('is not a rule whose event arrives while the sweep is waiting for it', async () => {
    const region = makeRegion(3);
    await sweepOnce(region);
    open(region, 5, [22]);
    const late = {
      ...region.world,
      wait: async (milliseconds: number) => {
        if (milliseconds > 60_000) await bring(region, 5, 22);
        return region.world.wait(milliseconds);
      },
    };

    await sweepOnce({ ...region, world: late });

    expect(missed(region)).toEqual([]);
  });

  it('is not a rule whose event was recorded by a clock that is half a minute behind', async () => {
    const region = makeRegion(3);
    const began = region.world.now().getTime();
    await sweepOnce(region);
    open(region, 5, [22]);
    await bring({ ...region, world: { ...region.world, now: () => new Date(began - 30_000) } }, 5, 22);

    await sweepOnce(region);

    expect(missed(region)).toEqual([]);
  });

  it('is not known after the policies have changed', async () => {
    const region = makeRegion(3);
    await sweepOnce(region);
    open(region, 5, [22]);
    const [, ...policies] = region.world.policies;

    await sweepOnce({ ...region, world: { ...region.world, policies } });

    expect(missed(region)).toBeUndefined();
  });

  it('is not a rule that an enforcing sweep had closed: its own records do not count as events', async () => {
    const region = makeRegion(1);
    await sweepOnce(region, { mode: 'enforce' });
    open(region, 5, [22]);

    await sweepOnce(region, { mode: 'enforce' });

    expect(missed(region)).toEqual([ruleId(5, 22)]);
  });
});

describe('on a DynamoDB that checks its requests', () => {
  it('a rule that an event brought is known, and one that none brought is missed', async () => {
    const tables = await startTables();
    const made = makeRegion(1);
    const region = { ...made, world: { ...made.world, ledger: await tables.make() } };
    await sweepOnce(region);
    await pass(region, 300);
    open(region, 5, [22]);
    open(region, 6, [22]);
    await bring(region, 5, 22);

    await sweepOnce(region);
    await tables.close();

    expect(missed(region)).toEqual([ruleId(6, 22)]);
  });
});

describe('a rule that an exception for its maker may excuse', () => {
  const policy = policySchema.parse({
    ...{ id: 'no-ssh', title: 'No SSH', severity: 'high', description: 'Use the VPN.', action: 'revoke' },
    match: { ports: [22], source: 'world' },
    exceptions: [
      { principals: ['arn:aws:iam::*:role/break-glass'], reason: 'r', owner: 'o', expires: '2099-01-01' },
    ],
  });

  it('is reported, left open, and not called missed: nobody knows here who made it', async () => {
    const region = makeRegion(1);
    const world = { ...region.world, policies: [compilePolicy(policy)] };
    await sweepOnce({ ...region, world }, { mode: 'enforce' });
    addRule(region.account, { GroupId: groupId(0), ...tcp('sgr-glass', 22) });

    await sweepOnce({ ...region, world }, { mode: 'enforce' });

    expect(missed(region)).toEqual([]);
    expect(region.account.calls.map(({ api }) => api)).not.toContain('RevokeSecurityGroupIngress');
    expect(region.account.messages[0]?.subject).toContain('1 new violation');
  });

  it('does not keep what another policy condemns from going', async () => {
    const region = makeRegion(1);
    const world = { ...region.world, policies: [compilePolicy(policy), ...region.world.policies] };
    addRule(region.account, { GroupId: groupId(0), ...tcp('sgr-inside', 22, { CidrIpv4: '10.0.0.0/8' }) });
    addRule(region.account, { GroupId: groupId(0), ...tcp('sgr-rdp', 3389) });

    await sweepOnce({ ...region, world }, { mode: 'enforce' });

    expect(inForce(region.account, groupId(0)).map((rule) => rule.SecurityGroupRuleId)).toEqual([
      ruleId(0, 443),
      'sgr-inside',
    ]);
  });
});
