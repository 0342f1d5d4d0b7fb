// The breaker's item under many who ask at once, and what people do to it.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  askBreaker,
  noteGroups,
  readBreaker,
  registerPolicies,
  release,
  startRevoking,
  stopRevoking,
  uncount,
} from '../../../../lib/io/ledger/breaker.ts';
import type { Ledger } from '../../../../lib/io/ledger/entries.ts';
import type { BreakerRequest } from '../../../../lib/plan/breaker.ts';
import { startTables, type Tables } from '../../../faults/table.ts';

const PLACE = { accountId: '111122223333', region: 'eu-west-1' };
const SETTINGS = { breakerLimit: 100, breakerMinutes: 15 };
const NOW = new Date('2026-06-01T12:00:00Z');
const HOUR = 3_600_000;

let tables: Tables;
let ledger: Ledger;
beforeAll(async () => {
  tables = await startTables();
});
beforeEach(async () => {
  ledger = await tables.make();
});
afterAll(() => tables.close());

function requestOf(i: number): BreakerRequest {
  const policies = [{ key: 'low#1', severity: 'low' as const }];
  return {
    entryId: `event-${i}`,
    groupId: `sg-${i}`,
    rules: [{ ruleId: `sgr-${i}`, policies }],
    isFresh: true,
    isAdmitted: false,
  };
}
const ask = (i: number, now = NOW) => askBreaker(ledger, PLACE, requestOf(i), SETTINGS, now);
const askMany = (count: number) => Promise.all(Array.from({ length: count }, (_, i) => ask(i)));
const held = (admissions: readonly { readonly held: ReadonlySet<string> }[]) =>
  admissions.filter(({ held: rules }) => rules.size > 0).length;

describe('of many who ask at once', () => {
  it('no more go than the limit, and the policy latches', async () => {
    const admissions = await askMany(40);

    expect(40 - held(admissions)).toBeLessThanOrEqual(10);
    expect([...(await readBreaker(ledger, PLACE)).latches.keys()]).toEqual(['low#1']);
  });

  it('those that wait take no room', async () => {
    await askMany(40);

    expect((await readBreaker(ledger, PLACE)).members.length).toBeLessThanOrEqual(10);
  });
});

it('a release lets go what was latched', async () => {
  await askMany(12);
  await release(ledger, PLACE, ['low#1'], NOW);

  expect((await readBreaker(ledger, PLACE)).latches.size).toBe(0);
  expect(held(await askMany(30))).toBe(0);
});

it('what revoked nothing is taken back', async () => {
  const { members } = await ask(1);
  await uncount(ledger, PLACE, members);

  expect((await readBreaker(ledger, PLACE)).members).toEqual([]);
});

it('nothing goes between a stop and a start', async () => {
  await stopRevoking(ledger, PLACE, NOW);
  await stopRevoking(ledger, PLACE, new Date(NOW.getTime() + 1));
  expect([...(await ask(1)).holds.values()].map(({ because }) => because)).toEqual(['stopped']);
  await startRevoking(ledger, PLACE);

  expect((await ask(1)).holds.size).toBe(0);
});

it('a policy is known since it was first registered, and forgotten with its latch when it is not in force any more', async () => {
  await askMany(12);
  await registerPolicies(ledger, PLACE, ['low#1', 'other#1'], SETTINGS, NOW);
  const later = new Date(NOW.getTime() + HOUR);
  const state = await registerPolicies(ledger, PLACE, ['low#2', 'other#1'], SETTINGS, later);

  expect(Object.fromEntries(state.firstSeen)).toEqual({ 'low#2': later.getTime(), 'other#1': NOW.getTime() });
  expect(state.latches.size).toBe(0);
  // What it counted an hour ago takes no room.
  expect(state.members).toEqual([]);
  expect(await readBreaker(ledger, PLACE)).toEqual(state);
});

it('the number of groups is the one that was noted last', async () => {
  for (const groups of [60, 61, 60]) await noteGroups(ledger, PLACE, groups, NOW);

  expect((await readBreaker(ledger, PLACE)).groups).toBe(60);
});

describe('what is let through in one group again and again', () => {
  const again = (second: number, more: object = {}) => {
    const request = { ...requestOf(0), entryId: `event-${second}`, ...more };
    return askBreaker(ledger, PLACE, request, SETTINGS, new Date(NOW.getTime() + second * 1000));
  };
  const members = async () =>
    (await readBreaker(ledger, PLACE)).members.map(({ entryId }) => entryId).toSorted();

  it('is counted once a minute', async () => {
    for (const second of [0, 1, 59, 60, 61]) await again(second);

    expect(await members()).toEqual(['event-0', 'event-60']);
  });

  it('is counted each time for what was not counted before', async () => {
    await again(0);
    await again(1, { groupId: 'sg-other' });
    await again(2, { rules: [{ ruleId: 'sgr-2', policies: [{ key: 'high#1', severity: 'high' }] }] });

    expect(await members()).toEqual(['event-0', 'event-1', 'event-2']);
  });

  it('takes nothing back that another has counted', async () => {
    await again(0);
    const { members: own } = await again(1);
    await uncount(ledger, PLACE, own);

    expect(await members()).toEqual(['event-0']);
  });
});
