// Since when a sweep is wanted, on two DynamoDBs: the time that a model of it keeps, whatever the order of raises and sweeps.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ledger } from '../../../../lib/io/ledger/items.ts';
import { loadSweepAndWant, saveSweep, wantSweep } from '../../../../lib/io/ledger/sweep-state.ts';
import { createAccount, dynamoOf } from '../../../../lib/sandbox/index.ts';
import type { StoredSweep } from '../../../../lib/sweep/state.ts';
import { startTables, type Tables } from '../../../faults/table.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const HOMES: readonly (readonly [string, () => Promise<Ledger>])[] = [
  ['dynalite', () => tables.make()],
  [
    'the sandbox',
    async () => ({ client: dynamoOf(createAccount({ accountId: '1', region: 'r' })), table: 't' }),
  ],
];

const timeOf = (minute: number) => new Date(Date.parse('2026-06-01T12:00:00Z') + minute * 60_000);

type Act =
  /** An event about a call at that minute arrives. */
  | { readonly do: 'want'; readonly at: number }
  /** A sweep stores its progress; with a time it is for the events before that. */
  | { readonly do: 'sweep'; readonly coveredUntil: number | undefined };

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant('want' as const), at: fc.nat(9) }),
  fc.record({ do: fc.constant('sweep' as const), coveredUntil: fc.option(fc.nat(9), { nil: undefined }) }),
);

/** What the item says, by one conditional update or write each. */
async function play(ledger: Ledger, acts: readonly Act[]): Promise<string | undefined> {
  let covered: string | undefined;
  for (const act of acts) {
    if (act.do === 'want') {
      await wantSweep(ledger, timeOf(act.at));
      continue;
    }
    if (act.coveredUntil !== undefined) covered = later(covered, timeOf(act.coveredUntil).toISOString());
    const { sweep } = await loadSweepAndWant(ledger);
    await saveSweep(ledger, { ...sweep, version: sweep?.version ?? 0, coveredUntil: covered } as StoredSweep);
  }
  return (await loadSweepAndWant(ledger)).wantedSince;
}

/** The first of the events that arrived after the last sweep for them was stored, or happened after it began. */
function expected(acts: readonly Act[]): string | undefined {
  let covered = -1;
  let wanted: number | undefined;
  for (const act of acts) {
    if (act.do === 'want' && act.at > covered) wanted = Math.min(wanted ?? act.at, act.at);
    if (act.do === 'sweep') covered = Math.max(covered, act.coveredUntil ?? -1);
    if (wanted !== undefined && wanted <= covered) wanted = undefined;
  }
  return wanted === undefined ? undefined : timeOf(wanted).toISOString();
}

function later(a: string | undefined, b: string): string {
  return a === undefined || a < b ? b : a;
}

describe.each(HOMES)('the item of the sweep on %s', (name, home) => {
  const numRuns = name === 'dynalite' ? 30 : 300;

  it('has the time of the first event that no sweep has covered, and the sweep as it was stored', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAct, { maxLength: 8 }), async (acts) => {
        const ledger = await home();

        expect(await play(ledger, acts)).toBe(expected(acts));
        const saves = acts.filter((act) => act.do === 'sweep').length;
        expect((await loadSweepAndWant(ledger)).sweep?.version ?? 0).toBe(saves);
      }),
      { numRuns },
    );
  });

  it('is not written by an event that is covered, or that others have wanted a sweep for', async () => {
    const ledger = await home();
    await wantSweep(ledger, timeOf(3));
    await saveSweep(ledger, { version: 0, coveredUntil: timeOf(5).toISOString() } as StoredSweep);

    await wantSweep(ledger, timeOf(5));
    expect((await loadSweepAndWant(ledger)).wantedSince).toBeUndefined();

    for (const minute of [8, 7, 9]) await wantSweep(ledger, timeOf(minute));
    expect((await loadSweepAndWant(ledger)).wantedSince).toBe(timeOf(7).toISOString());
  });
});
