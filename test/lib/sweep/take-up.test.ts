// Which sweep an invocation works on, and for how long no other one does.
import { describe, expect, it } from 'vitest';
import { homeTarget } from '../../../lib/config.ts';
import { LEASE } from '../../../lib/remediation/lease.ts';
import { begin } from '../../../lib/sweep/observe.ts';
import { MIXED, type StoredSweep, type SweepTask } from '../../../lib/sweep/state.ts';
import { takeUp } from '../../../lib/sweep/take-up.ts';

import { makeWorld } from '../io/world.ts';

const { config } = makeWorld([]).world;
const TASK: SweepTask = {
  ...{ target: homeTarget(config), config, policies: [], policiesHash: 'policies-1', batch: 2 },
  ...{ mode: 'enforce', isContinuation: false },
};
const START = Date.parse('2026-06-01T12:00:00Z');
/** All the time that an invocation has. */
const LIFETIME = 900_000;

/** What an invocation takes up so many milliseconds after the first one began. */
function take(last: StoredSweep | undefined, after = 0, task: Partial<SweepTask> = {}, wantedSince?: string) {
  const attempt = begin({ ...TASK, ...task }, `attempt-${after}`, new Date(START + after), LIFETIME);
  return takeUp(attempt, last, wantedSince);
}

function makeSweep(more: Partial<StoredSweep> = {}): StoredSweep {
  const sweep = take(undefined);
  if (sweep === undefined) throw new Error('no sweep was begun');
  return { ...sweep, version: 1, ...more };
}

const digest = {} as StoredSweep['pending'][number];
const finished = (more: Partial<StoredSweep> = {}) =>
  makeSweep({ phase: 'finished', leaseUntil: 0, ...more });

describe('the lease of a sweep', () => {
  it('outlives the invocation by as long as the entries that it leaves behind', () => {
    expect(makeSweep()).toMatchObject({ attemptId: 'attempt-0', leaseUntil: START + LIFETIME + LEASE });
  });

  it('keeps others away until it is over', () => {
    const sweep = makeSweep();

    expect(take(sweep, LIFETIME + LEASE - 1)).toBe(undefined);
    expect(take(sweep, LIFETIME + LEASE)).toMatchObject({ startedAt: sweep.startedAt, version: 1 });
  });

  it('keeps others away from a digest that is pending', () => {
    const sweep = makeSweep({ phase: 'finished', pending: [digest] });

    expect([take(sweep, 1), take(sweep, 1, { isContinuation: true })]).toEqual([undefined, undefined]);
    expect(take(finished({ pending: [digest] }), 1, { isContinuation: true })).toMatchObject({
      phase: 'finished',
      leaseUntil: START + 1 + LIFETIME + LEASE,
    });
  });
});

describe('an event that does not say what it is about', () => {
  const at = (after: number) => new Date(START + after).toISOString();
  const judging = makeSweep({ leaseUntil: 0, wantedSince: at(-5), coveredUntil: at(0) });
  const onlyContinued = { isContinuation: true };

  it('has a sweep begun that covers it', () => {
    for (const last of [undefined, finished(), finished({ pending: [digest] })]) {
      expect(take(last, 9, onlyContinued, at(7))).toMatchObject({
        ...{ startedAt: at(9), phase: 'evaluating', wantedSince: at(7), coveredUntil: at(9) },
      });
    }
  });

  it('waits for the sweep that is under way', () => {
    expect(take(makeSweep({ leaseUntil: 0 }), 9, onlyContinued, at(7))).toMatchObject({ startedAt: at(0) });
    expect(take(makeSweep({ phase: 'finished', pending: [digest] }), 9, onlyContinued, at(7))).toBe(
      undefined,
    );
  });

  it('is what a sweep is for that starts over', () => {
    expect(take(judging, 9, { policiesHash: 'policies-2' })).toMatchObject({
      ...{ startedAt: at(9), wantedSince: at(-5), coveredUntil: at(9) },
    });
  });

  it('stays covered for later sweeps, which are not for it', () => {
    const done = { ...judging, phase: 'finished' as const, mode: 'report' as const };

    expect(take(done, 9)).toMatchObject({ wantedSince: undefined, coveredUntil: at(0) });
    expect(take(done, 9, onlyContinued)).toBe(undefined);
  });

  it.each(['report', 'enforce'] as const)(
    'is what the next sweep is for, too, where one to %s left rules open',
    (mode) => {
      const totals = { ...judging.totals, byStatus: { failed: 1 } };
      const done = { ...judging, phase: 'finished' as const, mode, totals };

      // An enforcing sweep closes everything that violates anyway.
      const wantedSince = mode === 'report' ? at(-5) : undefined;
      expect(take(done, 9)?.wantedSince).toBe(wantedSince);
      expect(take(done, 9, onlyContinued)).toBe(undefined);
    },
  );
});

describe('an invocation', () => {
  it('begins a sweep after one that is finished, unless it only goes on', () => {
    expect(take(finished(), 5)).toMatchObject({
      ...{ startedAt: new Date(START + 5).toISOString(), phase: 'evaluating', version: 1, after: '' },
      previous: { startedAt: new Date(START).toISOString(), policies: 'policies-1' },
    });
    expect(take(finished(), 5, { isContinuation: true })).toBe(undefined);
    expect(take(undefined, 5, { isContinuation: true })).toBe(undefined);
  });

  it('keeps what the last sweep leaves to the next', () => {
    const kept = {
      ...{
        wellSince: '2026-05-01T00:00:00Z',
        completeAt: '2026-05-31T00:00:00Z',
        toldAt: '2026-05-30T00:00:00Z',
      },
      ...{ pending: [digest], fingerprints: {} as NonNullable<StoredSweep['fingerprints']> },
    };

    expect(take(finished(kept), 5)).toMatchObject(kept);
  });

  it('judges again what was evaluated against other policies, with what went before', () => {
    const previous = { startedAt: 'before', policies: 'p', seen: [], standing: {} as never, isWhole: true };
    const sweep = makeSweep({ after: 'sg-1', leaseUntil: 0, previous });

    expect(take(sweep, 5)).toMatchObject({ after: 'sg-1', startedAt: sweep.startedAt });
    expect(take(sweep, 5, { policiesHash: 'policies-2' })).toMatchObject({
      ...{ after: '', startedAt: new Date(START + 5).toISOString(), policies: 'policies-2', previous },
    });
  });

  it.each(['report', 'enforce'] as const)('that is to %s goes on with a sweep of the mode before', (mode) => {
    const [judging, closing] = [
      makeSweep({ mode, leaseUntil: 0, after: 'sg-1' }),
      makeSweep({ mode, phase: 'revoking', leaseUntil: 0 }),
    ];

    const isStricter = mode === 'enforce';
    expect(take(judging, 5, { mode: 'report' })?.after).toBe(isStricter ? '' : 'sg-1');
    expect(take(closing, 5, { mode: 'report' })?.policies).toBe(isStricter ? MIXED : 'policies-1');
    expect(take(judging, 5, { mode: 'enforce' })?.after).toBe('sg-1');
    expect(take(closing, 5, { mode: 'enforce' })?.policies).toBe('policies-1');
  });

  it('starts over where an earlier release, which called the phases otherwise, has left a sweep', () => {
    const sweep = makeSweep({ phase: 'closing' as never, leaseUntil: 0, after: 'sg-1' });

    expect(take(sweep, 5)).toMatchObject({ phase: 'evaluating', after: '', policies: 'policies-1' });
  });

  it('leaves the report of a sweep as it is when the policies change', () => {
    const sweep = makeSweep({ phase: 'reporting', leaseUntil: 0 });

    expect(take(sweep, 5, { policiesHash: 'policies-2' })).toMatchObject({ policies: 'policies-1' });
  });
});
