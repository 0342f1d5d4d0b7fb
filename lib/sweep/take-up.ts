// Chooses the sweep that an attempt works on: the one under way, a new one, or one whose digest is pending.
import { LEASE } from '../remediation/lease.ts';
import { emptyTotals, leavesOpen, remembersAll } from '../report/digest/sweep-totals.ts';
import {
  MIXED,
  type Previous,
  type StoredSweep,
  SWEEP_PHASES,
  type Sweep,
  type SweepAttempt,
} from './state.ts';

/**
 * The sweep with the lease of this attempt; undefined if there is nothing to do, or another attempt is at work. `wantedSince` is the
 * time of an event that wants a sweep; it waits for the end of the one under way.
 */
export function takeUp(
  attempt: SweepAttempt,
  last: StoredSweep | undefined,
  wantedSince: string | undefined,
): StoredSweep | undefined {
  const isLeased = last !== undefined && last.leaseUntil > attempt.now.getTime();
  if (last !== undefined && last.phase !== 'finished') {
    return isLeased ? undefined : leased(attempt, resumed(attempt, last, wantedSince));
  }
  const isPending = last !== undefined && last.pending.length > 0;
  // Another attempt is publishing the pending digest: a new sweep would publish it, too.
  if (isPending && isLeased) return undefined;
  const isToBegin = !attempt.task.isContinuation || wantedSince !== undefined;
  if (isToBegin) return leased(attempt, begun(attempt, last, wantedSince));
  return isPending ? leased(attempt, last) : undefined;
}

/** Takes the lease. It also covers the leases of group entries that an attempt leaves behind when it dies. */
function leased({ attemptId, now, timeLeft }: SweepAttempt, sweep: StoredSweep): StoredSweep {
  return { ...sweep, attemptId, leaseUntil: now.getTime() + timeLeft + LEASE };
}

/**
 * Resumes a sweep. If the policies have changed, or sweeps now only report, it starts over while judging; while closing, it closes
 * nothing more, because the breaker was asked about something else.
 */
function resumed(attempt: SweepAttempt, last: StoredSweep, wantedSince: string | undefined): StoredSweep {
  const { task } = attempt;
  // An earlier release had other names for the phases: its sweep starts over.
  if (!SWEEP_PHASES.includes(last.phase)) return begun(attempt, last, wantedSince);
  const isOnlyToReport = last.mode === 'enforce' && task.mode === 'report';
  if (last.policies === task.policiesHash && !isOnlyToReport) return last;
  if (last.phase === 'evaluating') return begun(attempt, last, wantedSince);
  return last.phase === 'revoking' ? { ...last, policies: MIXED } : last;
}

/** A new sweep after the last one, or in place of one that has only judged. */
function begun(
  { task, now, attemptId }: SweepAttempt,
  last: StoredSweep | undefined,
  newlyWanted: string | undefined,
): StoredSweep {
  const startedAt = now.toISOString();
  const wantedSince = (last && stillWanted(last)) ?? newlyWanted;
  const previous = last?.phase === 'finished' ? previousOf(last) : last?.previous;
  return {
    startedAt,
    phase: 'evaluating',
    mode: task.mode,
    policies: task.policiesHash,
    ...{
      listed: 0,
      after: '',
      toClose: [],
      wouldClose: { groups: 0, rules: 0 },
      onHold: [],
      hasThawed: false,
      firsts: [],
    },
    totals: emptyTotals(previous?.isWhole ?? false),
    candidates: [],
    previous,
    fingerprints: last?.fingerprints ?? [],
    wellSince: last?.wellSince,
    completeAt: last?.completeAt,
    wantedSince,
    coveredUntil: wantedSince === undefined ? last?.coveredUntil : startedAt,
    pending: last?.pending ?? [],
    toldAt: last?.toldAt,
    leaseUntil: 0,
    attemptId,
    version: last?.version ?? 0,
  };
}

/** Since when an event has wanted what the last sweep did not finish or, if only such events have rules closed, had to leave open. */
function stillWanted(last: StoredSweep): string | undefined {
  const isLeft = last.phase !== 'finished' || (last.mode === 'report' && leavesOpen(last.totals));
  return isLeft ? last.wantedSince : undefined;
}

function previousOf({ startedAt, policies, totals }: Sweep): Previous {
  const { seen, standing } = totals;
  return { startedAt, policies, seen, standing, isWhole: remembersAll(totals) };
}
