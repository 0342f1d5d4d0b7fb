// An enforcing sweep asks once whether it may close what it would close, before its first revoke.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { release, stopRevoking } from '../../../lib/io/ledger/breaker.ts';
import * as gate from '../../../lib/io/ledger/sweep-gate.ts';
import { loadSweep } from '../../../lib/io/ledger/sweep-state.ts';
import { tick } from '../../../lib/io/tick.ts';
import { SWEEP } from '../../../lib/plan/breaker-sweep.ts';
import { addRule, inForce } from '../../../lib/sandbox/index.ts';
import { seeing } from '../../faults/fault.ts';
import { bring, groupId, makeRegion, open, pass, type Region, sweepOnce } from './sweeping.ts';
import { ACCOUNT, calls, mails, policyOf, REGION, subjects, tcp } from './world.ts';

const SIX_HOURS = 360;

const revokes = (region: Region) => calls(region).filter((api) => api.startsWith('Revoke')).length;
const openGroups = (region: Region, count: number) =>
  Array.from({ length: count }, (_, index) => index).filter(
    (index) => inForce(region.account, groupId(index)).length > 1,
  );

/** The region, where EC2 denies every revoke of these groups while `isDenied` says so. */
function denying(region: Region, isDenied: (GroupId: string) => boolean): Region {
  const ec2 = seeing(region.world.ec2, async (api, { input }, send) => {
    const { GroupId = '' } = input as { GroupId?: string };
    if (api.startsWith('Revoke') && isDenied(GroupId)) {
      throw Object.assign(new Error('an SCP'), {
        name: 'UnauthorizedOperation',
        $metadata: { httpStatusCode: 403 },
      });
    }
    return send();
  });
  return { ...region, world: { ...region.world, ec2 } };
}

afterEach(() => vi.restoreAllMocks());

describe('a sweep that would close rules in more groups than the limit', () => {
  it('closes none, and says how many, why, and how the next one is let through', async () => {
    const region = makeRegion(60, (index) => index < 11);

    await sweepOnce(region, { mode: 'enforce' });

    expect(revokes(region)).toBe(0);
    expect(subjects(region)).toEqual([
      'ACTION: sweep on hold, 11 rules in 11 groups still open (111122223333/eu-west-1)',
    ]);
    expect(mails(region)[0]).toContain(
      [
        'On hold      Nothing was revoked. This sweep would revoke 11 rules in 11 groups, more than the limit of 10 groups.',
        '             A policy may be wrong, or these rules may have been open for a long time. Look at them before you decide:',
        '             npx --no -- portcullis audit --region eu-west-1',
        'It is right  npx --no -- portcullis breaker release sweep --stage prod --region eu-west-1',
        '             The next sweep then revokes them.',
      ].join('\n'),
    );
  });

  it('reports them again after a day, and not with every sweep', async () => {
    const region = makeRegion(60, (index) => index < 11);

    for (let sweeps = 0; sweeps < 5; sweeps += 1) {
      await sweepOnce(region, { mode: 'enforce' });
      await pass(region, SIX_HOURS);
    }

    expect(subjects(region)).toHaveLength(2);
  });

  it('still reports what else it finds, with what it counts', async () => {
    const region = makeRegion(130, (index) => index < 111);

    await sweepOnce(region, { mode: 'enforce' });

    const sweep = await loadSweep(region.world.ledger);
    expect(sweep?.totals).toMatchObject({ groups: 130, violations: 111, byStatus: { held: 111 } });
  });
});

describe('a sweep that would close little, just after events have closed as much as the limit', () => {
  it('closes nothing, says why, and leaves it to the next one without a person', async () => {
    const made = makeRegion(30);
    const region = { ...made, world: { ...made.world, policies: [policyOf('no-ssh', [22], 'revoke')] } };
    for (let index = 0; index < 10; index += 1) await bring(region, index, 22);
    open(region, 30, [22]);
    await sweepOnce(region, { mode: 'enforce' });
    expect(openGroups(region, 31)).toEqual([30]);
    expect(mails(region).at(-1)).toContain(
      'On hold   Nothing was revoked. This sweep would revoke 1 rule in 1 group. With what was revoked just before, that is',
    );

    await pass(region, SIX_HOURS);
    await sweepOnce(region, { mode: 'enforce' });

    expect(openGroups(region, 31)).toEqual([]);
  });
});

describe('a policy that waits for a person', () => {
  /** SSH and RDP are open in three groups each; the events have latched the policy about SSH. */
  async function latched(): Promise<Region> {
    const policies = [policyOf('no-ssh', [22], 'revoke'), policyOf('no-rdp', [3389], 'revoke')];
    const made = makeRegion(20);
    const region = { ...made, world: { ...made.world, policies } };
    for (let index = 0; index < 12; index += 1) await bring(region, index, 22);
    for (const index of [15, 16]) open(region, index, [22]);
    for (const index of [16, 17]) open(region, index, [3389]);
    return region;
  }

  it('has the sweep revoke nothing that only this policy asks for, and say so; others go on', async () => {
    const region = await latched();
    const before = openGroups(region, 20);

    await sweepOnce(region, { mode: 'enforce' });

    expect(before).toEqual([10, 11, 15, 16, 17]);
    expect(openGroups(region, 20)).toEqual([10, 11, 15, 16]);
    expect(inForce(region.account, groupId(16)).map(({ FromPort }) => FromPort)).toEqual([443, 22]);
    const sweep = await loadSweep(region.world.ledger);
    expect(sweep?.totals.byStatus).toEqual({ breaker: 4, revoked: 2 });
  });
});

describe('the question', () => {
  it('is asked once, after all groups are judged and before the first revoke', async () => {
    const region = makeRegion(60, (index) => index % 10 === 0);
    const asked = vi.spyOn(gate, 'askGate');

    await sweepOnce(region, { mode: 'enforce' });

    expect(asked).toHaveBeenCalledOnce();
    expect(asked.mock.calls[0]?.[1]).toMatchObject({
      id: expect.stringMatching(/^sweep\/2026/),
      listed: 60,
      groups: [0, 10, 20, 30, 40, 50].map((index) => ({
        groupId: groupId(index),
        policies: expect.any(Array),
      })),
    });
    expect(revokes(region)).toBe(6);
  });

  it('is about groups, not rules: 120 rules in one group are closed', async () => {
    const region = makeRegion(1);
    for (let host = 0; host < 120; host += 1) {
      const source = { CidrIpv4: `${host + 1}.0.0.0/1` };
      addRule(region.account, { GroupId: groupId(0), ...tcp(`sgr-${host}`, 22, source) });
    }
    const config = { ...region.world.config, breakerLimit: 5 };

    await sweepOnce({ ...region, world: { ...region.world, config } }, { mode: 'enforce' });

    expect(inForce(region.account, groupId(0)).length).toBeLessThanOrEqual(1);
  });

  it('is not asked by a sweep that only reports', async () => {
    const region = makeRegion(60, () => true);
    const asked = vi.spyOn(gate, 'askGate');

    await sweepOnce(region);

    expect(asked).not.toHaveBeenCalled();
  });

  it.each([
    ['ten groups in a small account', 60, 10],
    ['five groups in a hundred', 1000, 50],
    ['as many groups as breakerLimit in a large account', 5000, 100],
  ])('lets %s go', async (_, listed, most) => {
    const groups = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        groupId: groupId(index),
        policies: [{ key: 'ssh#1', severity: 'high' as const }],
      }));
    const id = 'sweep/1';
    const { world } = makeRegion(0);

    expect(await gate.askGate(world, { id, groups: groups(most), listed })).toEqual({
      hold: undefined,
      onHold: [],
    });
    expect(await gate.askGate(world, { id, groups: groups(most + 1), listed })).toEqual({
      hold: { because: 'limit', limit: most },
      onHold: [],
    });
  });
});

describe('a sweep on hold', () => {
  const place = { accountId: ACCOUNT, region: REGION };

  it('keeps the next ones from closing anything, until somebody releases them', async () => {
    const region = makeRegion(60, (index) => index < 11);
    const { ledger, now } = region.world;
    await sweepOnce(region, { mode: 'enforce' });
    for (let index = 0; index < 9; index += 1) region.account.groups.delete(groupId(index));
    await pass(region, SIX_HOURS);
    await sweepOnce(region, { mode: 'enforce' });
    expect(revokes(region)).toBe(0);
    expect((await loadSweep(ledger))?.hold).toEqual({ because: 'latched', limit: 10 });

    await tick(region.world);
    await release(ledger, place, [SWEEP], now());
    await pass(region, SIX_HOURS);
    await sweepOnce(region, { mode: 'enforce' });

    expect(revokes(region)).toBe(2);
    expect(subjects(region)).toHaveLength(2);
  });

  it.each([
    [
      'that was deployed after the release',
      [policyOf('no-ssh', [22], 'revoke'), policyOf('no-web', [443], 'revoke')],
    ],
    ['that was changed after the release', [policyOf('no-ssh', [22, 443], 'revoke')]],
  ])('is not released for a policy %s', async (_, policies) => {
    const made = makeRegion(60, (index) => index < 11);
    const region = { ...made, world: { ...made.world, policies: [policyOf('no-ssh', [22], 'revoke')] } };
    await tick(region.world);
    await sweepOnce(region, { mode: 'enforce' });
    await release(region.world.ledger, place, [SWEEP], region.world.now());
    await pass(region, 60);
    const later = { ...region, world: { ...region.world, policies } };
    await tick(later.world);
    await sweepOnce(later, { mode: 'enforce' });
    expect(revokes(region)).toBe(0);
    expect(subjects(region).at(-1)).toContain('sweep on hold');

    await release(region.world.ledger, place, [SWEEP], region.world.now());
    await sweepOnce(later, { mode: 'enforce' });

    expect(revokes(region)).toBe(60);
  });

  it('says how revoking is started again where a person has stopped it', async () => {
    const region = makeRegion(60, (index) => index < 2);
    await stopRevoking(region.world.ledger, place, region.world.now());

    await sweepOnce(region, { mode: 'enforce' });

    expect(revokes(region)).toBe(0);
    expect(mails(region)[0]).toContain(
      [
        'On hold      Nothing was revoked. This sweep would revoke 2 rules in 2 groups. Somebody has stopped all revoking.',
        'Start again  npx --no -- portcullis breaker start --stage prod --region eu-west-1',
      ].join('\n'),
    );
  });
});

describe('rules that EC2 denies in every sweep', () => {
  it('are reported once a day', async () => {
    const region = denying(
      makeRegion(1, () => true),
      () => true,
    );

    for (let sweeps = 0; sweeps < 8; sweeps += 1) {
      await sweepOnce(region, { mode: 'enforce' });
      await pass(region, SIX_HOURS);
    }

    expect(subjects(region)).toHaveLength(2);
  });

  it('do not keep others open: what the last sweep was denied is not counted', async () => {
    const region = denying(
      makeRegion(60, (index) => index < 10),
      (id) => id < groupId(10),
    );
    await sweepOnce(region, { mode: 'enforce' });
    for (let index = 70; index < 75; index += 1) open(region, index, [22]);

    await pass(region, SIX_HOURS);
    await sweepOnce(region, { mode: 'enforce' });

    expect(openGroups(region, 80)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(subjects(region)[1]).toContain('ACTION: sweep could not revoke 10 rules, 5 revoked');
  });

  it('are counted again from the moment that EC2 revokes one of them', async () => {
    let isDenied = true;
    const region = denying(
      makeRegion(60, (index) => index < 10),
      (id) => isDenied && id < groupId(10),
    );
    await sweepOnce(region, { mode: 'enforce' });
    for (let index = 70; index < 75; index += 1) open(region, index, [22]);
    isDenied = false;

    await pass(region, SIX_HOURS);
    await sweepOnce(region, { mode: 'enforce' });
    const afterOne = openGroups(region, 80);
    await pass(region, SIX_HOURS);
    await sweepOnce(region, { mode: 'enforce' });

    expect(afterOne).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(openGroups(region, 80)).toEqual([]);
  });

  it('stay known as denied while the sweep is on hold', async () => {
    const region = denying(
      makeRegion(60, (index) => index < 10),
      (id) => id < groupId(10),
    );
    await sweepOnce(region, { mode: 'enforce' });
    for (let index = 70; index < 81; index += 1) open(region, index, [22]);
    await pass(region, SIX_HOURS);
    await sweepOnce(region, { mode: 'enforce' });
    expect(subjects(region)[1]).toContain('sweep on hold, 11 rules in 11 groups');

    const standing = (await loadSweep(region.world.ledger))?.totals.standing;
    expect(standing?.held).toHaveLength(21);
    expect(standing?.denied).toHaveLength(10);
  });
});
