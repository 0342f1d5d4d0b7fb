// The only place that decides what an attempt does next, given what it has seen. Total and pure.

import { SETTLED_AFTER } from '../remediation/changed-rules.ts';
import { makeDigestRecord } from '../report/digest/digest.ts';
import { dealWith, nextToClose } from './closing.ts';
import type { SweepCommand } from './command.ts';
import { asksTogether } from './evidence.ts';
import { readsAround } from './exposure.ts';
import { digestFactsOf, finishedSweep } from './finish.ts';
import { sweepId } from './judge-group.ts';
import { nextToJudge, readsLeft } from './judging.ts';
import { entriesSince, isComparable } from './missed.ts';
import type { StoredSweep, SweepAttempt } from './state.ts';

/** Milliseconds reserved for the group at hand, or for the end with its wait for events that are under way. */
const RESERVE = 240_000;
/** Milliseconds before another try to store the sweep. */
const WRITE_PAUSES = [1000, 5000];
/** Milliseconds: an event usually arrives within two minutes of the call. */
const UNDER_WAY = 120_000;

/** The commands to perform in parallel; none when the attempt has ended. */
export function next(attempt: SweepAttempt): readonly SweepCommand[] {
  const { end, sweep, unstored, unlogged, writeErrors, isRested } = attempt;
  if (end !== undefined) return [];
  if (sweep === undefined) return [{ do: 'load' }];
  if (writeErrors > 0 && !isRested) {
    return [{ do: 'wait', milliseconds: WRITE_PAUSES[writeErrors - 1] ?? 0 }];
  }
  if (attempt.failure !== undefined) return release(attempt);
  if (unstored.length > 0) {
    return [{ do: 'store-fingerprints', generation: sweep.startedAt, items: unstored }];
  }
  if (attempt.isUnsaved) return [{ do: 'save', sweep, findings: unlogged }];
  if (sweep.phase === 'finished') return tell(attempt, sweep);
  if (attempt.batch !== undefined) return judge(attempt, sweep);
  if (attempt.timeLeft < RESERVE) return release(attempt);
  switch (sweep.phase) {
    case 'evaluating':
      return look(attempt, sweep);
    case 'revoking':
      return [{ do: 'read-groups', groupIds: nextToClose(attempt, sweep).map(({ groupId }) => groupId) }];
    case 'reporting':
      return report(attempt, sweep);
  }
}

/** Reads the next groups to judge; when none are left, asks the breaker whether those that violate may be closed. */
function look(attempt: SweepAttempt, sweep: StoredSweep): readonly SweepCommand[] {
  const milliseconds = untilShown(attempt, sweep);
  if (milliseconds > 0) return [{ do: 'wait', milliseconds }];
  if (attempt.groupIds === undefined) return [{ do: 'list' }];
  const groupIds = nextToJudge(attempt, sweep);
  if (groupIds.length > 0) return [{ do: 'read-groups', groupIds }];
  const groups = sweep.toClose
    .filter(({ isCounted }) => isCounted)
    .map(({ groupId, policies }) => ({ groupId, policies }));
  return [{ do: 'ask', id: sweepId(sweep.startedAt), groups, listed: sweep.listed }];
}

/** Milliseconds until EC2 shows all that was done before the sweep began; 0 where no event wants it to. */
function untilShown({ now }: SweepAttempt, { wantedSince, startedAt }: StoredSweep): number {
  return wantedSince === undefined ? 0 : Date.parse(startedAt) + SETTLED_AFTER - now.getTime();
}

/** Reads what judging takes, then handles the group. */
function judge(attempt: SweepAttempt, sweep: StoredSweep): readonly SweepCommand[] {
  const reads = readsLeft(attempt, sweep);
  return reads.length > 0 ? reads : [dealWith(attempt, sweep)];
}

/** Waits for events that are under way before it says that none arrived, looks what mattered, and stores the finished sweep. */
function report(attempt: SweepAttempt, sweep: StoredSweep): readonly SweepCommand[] {
  const ruleIds = isComparable(sweep) ? [...new Set(sweep.candidates.flat())] : [];
  if (ruleIds.length > 0 && attempt.known === undefined) {
    if (!attempt.isRested) return [{ do: 'wait', milliseconds: UNDER_WAY }];
    return [{ do: 'find-entries', ruleIds, since: entriesSince(sweep) }];
  }
  const facts = digestFactsOf(attempt, sweep);
  const looks = [...readsAround(sweep), ...asksTogether(sweep, facts)];
  if (looks.length > 0) return looks;
  return [
    ...(attempt.isLogged ? [] : [{ do: 'log-totals' as const, record: makeDigestRecord(facts) }]),
    { do: 'note-groups', groups: sweep.listed },
    { do: 'save', sweep: finishedSweep(attempt, sweep, facts), findings: [] },
  ];
}

/** Publishes the pending digests, one after the other. */
function tell(attempt: SweepAttempt, { pending }: StoredSweep): readonly SweepCommand[] {
  const [digest] = pending;
  return digest === undefined ? release(attempt) : [{ do: 'publish', digest }];
}

/** Releases the lease, so that the next attempt resumes from what is stored. */
function release({ stored }: SweepAttempt): readonly SweepCommand[] {
  return stored == null ? [] : [{ do: 'save', sweep: { ...stored, leaseUntil: 0 }, findings: [] }];
}
