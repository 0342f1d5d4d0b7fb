// What the last complete sweep remembers of every rule.
import { describe, expect, it } from 'vitest';
import { readFingerprints, storeFingerprints } from '../../../../lib/io/ledger/fingerprints.ts';
import { fingerprintOf, hashPolicies } from '../../../../lib/remediation/fingerprints.ts';
import { type GroupSnapshot, parseRule } from '../../../../lib/rule.ts';
import { dynamoOf } from '../../../../lib/sandbox/index.ts';
import { fingerprintItems } from '../../../../lib/sweep/fingerprints.ts';
import { seeing } from '../../../faults/fault.ts';
import { groupId, makeRegion, open, pass, type Region, ruleId, sweepOnce } from '../sweeping.ts';
import { ACCOUNT, makeWorld, policyOf, REGION, tcp } from '../world.ts';

/** Milliseconds: so much time that a sweep can judge some of its groups, beside the four minutes that are kept. */
const SHORT = 241_500;

const PLACE = { accountId: ACCOUNT, region: REGION };
const LATER = '2027-01-01T00:00:00Z';
const about = (group: string, time: string) => ({ groupId: group, time, isWithEntries: false });
const knownIn = async (region: Region, index: number, time = LATER) =>
  (await readFingerprints(region.world.ledger, PLACE, about(groupId(index), time)))?.rules;
const rule = (index: number, port: number) =>
  fingerprintOf(parseRule({ GroupId: groupId(index), ...tcp(ruleId(index, port), port) }));
const itemsOf = ({ account }: Region) =>
  [...account.items.keys()].filter((id) => id.startsWith('fingerprints/'));

describe('the fingerprints of a complete sweep', () => {
  it('are of the rules of every group, with the policies of the sweep', async () => {
    const region = makeRegion(120, (index) => index === 77);

    await sweepOnce(region);

    expect(await knownIn(region, 0)).toEqual(new Set([rule(0, 443)]));
    expect(await knownIn(region, 77)).toEqual(new Set([rule(77, 443), rule(77, 22)]));
    expect(await knownIn(region, 119)).toEqual(new Set([rule(119, 443)]));
    const { policies } = (await readFingerprints(region.world.ledger, PLACE, about(groupId(0), LATER))) ?? {};
    expect(policies).toBe(hashPolicies(region.world.policies));
    expect(itemsOf(region)).toHaveLength(3);
  });

  it('are none for a group that did not exist then, wherever its id stands', async () => {
    const region = makeRegion(3);

    await sweepOnce(region);

    const ledger = region.world.ledger;
    for (const id of ['sg-', 'sg-0001x', 'sg-9'])
      expect((await readFingerprints(ledger, PLACE, about(id, LATER)))?.rules).toEqual(new Set());
  });

  it('are not known before the first sweep is complete', async () => {
    const region = makeRegion(200);
    expect(await readFingerprints(region.world.ledger, PLACE, about(groupId(0), LATER))).toBeUndefined();

    expect((await sweepOnce(region, { lifetime: SHORT })).state).toBe('unfinished');

    expect(itemsOf(region).length).toBeGreaterThan(0);
    expect(await readFingerprints(region.world.ledger, PLACE, about(groupId(0), LATER))).toBeUndefined();
  });

  it('stay those of the last one until the next is complete', async () => {
    const region = makeRegion(200);
    await sweepOnce(region);
    open(region, 500, [22]);
    await pass(region, 360);

    await sweepOnce(region, { lifetime: SHORT });
    const before = await knownIn(region, 500);
    await pass(region, 15);
    await sweepOnce(region, { isContinuation: true });

    expect(before).toEqual(new Set());
    expect(await knownIn(region, 500)).toEqual(new Set([rule(500, 443), rule(500, 22)]));
  });

  it('are those of the sweep before the last for a change that the last one may have seen', async () => {
    const region = makeRegion(1);
    const time = () => region.world.now().toISOString();
    await sweepOnce(region);
    await pass(region, 360);
    const before = time();
    open(region, 5, [22]);
    await sweepOnce(region);
    const atTheEnd = time();
    await pass(region, 1);

    expect(await knownIn(region, 5, before)).toEqual(new Set());
    expect(await knownIn(region, 5, atTheEnd)).toEqual(new Set());
    expect(await knownIn(region, 5, time())).toEqual(new Set([rule(5, 443), rule(5, 22)]));
    expect(await knownIn(region, 5, '2026-06-01T12:00:00Z')).toBeUndefined();
  });

  it('are not known when their items have expired', async () => {
    const region = makeRegion(3);
    await sweepOnce(region);
    for (const id of itemsOf(region)) region.account.items.delete(id);

    expect(await readFingerprints(region.world.ledger, PLACE, about(groupId(0), LATER))).toBeUndefined();
  });
});

describe('a fingerprint', () => {
  const changed = { GroupId: groupId(0), ...tcp(ruleId(0, 443), 443) };

  it.each([
    ['another port', { ...changed, ToPort: 444 }, false],
    ['another source', { ...changed, CidrIpv4: '10.0.0.0/8' }, false],
    ['another id', { ...changed, SecurityGroupRuleId: 'sgr-other' }, false],
    ['another description', { ...changed, Description: 'only the text changed' }, true],
    ['other tags', { ...changed, Tags: [{ Key: 'a', Value: 'b' }] }, true],
  ])('with %s is the same: %s', (_, aws, isSame) => {
    expect(fingerprintOf(parseRule(aws)) === rule(0, 443)).toBe(isSame);
  });
});

describe('100,000 rules', () => {
  /** Items of the ledger are written for batches of fifty groups. */
  async function sizesOf(groups: number, rulesEach: number): Promise<readonly number[]> {
    const { account, world } = makeWorld([]);
    const sizes: number[] = [];
    const client = seeing(dynamoOf(account), async (_, { input }) => {
      const { body } = (input as { Item: Record<string, { B?: Uint8Array }> }).Item;
      sizes.push(body?.B?.length ?? 0);
    });
    const id = (group: number) => `sg-${(0xa0b1c2d3e4f50 + group * 7919).toString(16).padStart(17, '0')}`;
    const snapshot = (group: number): GroupSnapshot => ({
      group: { id: id(group), name: 'web', ownerId: '111122223333', vpcId: 'vpc-1', tags: {} },
      rules: Array.from({ length: rulesEach }, (_, port) => parseRule(tcp(`sgr-${group}-${port}`, port))),
    });
    let number = 0;
    for (let start = 0; start < groups; start += 50) {
      const batch = Array.from({ length: Math.min(50, groups - start) }, (_, index) =>
        snapshot(start + index),
      );
      const items = fingerprintItems(batch, number);
      number += items.length;
      await storeFingerprints({ ...world.ledger, client }, 'now', items, world.now());
    }
    return sizes;
  }

  it.each([
    ['in groups of 10', 10_000, 10, 200],
    ['in groups of 100', 1000, 100, 20],
    ['in groups of 1,000', 100, 1000, 4],
  ])('%s fit into items of at most 350 KB', async (_, groups, rulesEach, items) => {
    const sizes = await sizesOf(groups, rulesEach);

    expect(sizes).toHaveLength(items);
    expect(Math.max(...sizes)).toBeLessThan(350_000);
  });
});

describe('the hash of the policies', () => {
  it('is another one for another engine, which may judge otherwise by the same text', () => {
    const policy = policyOf('ssh', [22], 'revoke');

    expect(hashPolicies([policyOf('ssh', [22], 'revoke')])).toBe(hashPolicies([policy]));
    expect(hashPolicies([{ ...policy, key: 'ssh#next' }])).not.toBe(hashPolicies([policy]));
  });
});
