// The end of a sweep: its numbers, whether they are worth a digest, and what the next sweep compares with.
import { expiresSoon } from '../policy/expiring.ts';
import { type Digest, makeDigest } from '../report/digest/digest.ts';
import { type DigestFacts, isAllWell } from '../report/digest/digest-facts.ts';
import { leavesOpen, remembersAll } from '../report/digest/sweep-totals.ts';
import type { FingerprintIndex } from './fingerprints.ts';
import { sweepId } from './judge-group.ts';
import { missedByEvent } from './missed.ts';
import type { StoredSweep, SweepAttempt } from './state.ts';
import { baseOf } from './wanted.ts';

const HOUR = 3_600_000;
/** Milliseconds: unchanged findings are reported again after a day, less the time that a sweep takes. */
const REMIND_AFTER = 23 * HOUR;
/** The same for a sweep that found nothing, after a week. */
const SAY_WELL_AFTER = (7 * 24 - 1) * HOUR;
/** The most digests kept while they cannot be published; the log has every finding. */
const MOST_PENDING = 5;

/** The facts of a sweep's digest. */
export function digestFactsOf({ task, now, known }: SweepAttempt, sweep: StoredSweep): DigestFacts {
  const { totals, previous, hold, startedAt, wouldClose, wantedSince: since } = sweep;
  const seen = new Set(totals.seen);
  const isComparable = previous?.isWhole === true && remembersAll(totals);
  return {
    id: sweepId(startedAt),
    target: task.target,
    stage: task.config.stage,
    audience: task.config.audience,
    expiring: task.policies.flatMap(({ exceptions }) => exceptions).filter((one) => expiresSoon(one, now))
      .length,
    mode: sweep.mode,
    startedAt,
    endedAt: now.toISOString(),
    totals,
    previousAt: previous?.startedAt,
    gone: isComparable ? previous.seen.filter((id) => !seen.has(id)).length : undefined,
    missed: missedByEvent(sweep, known ?? new Set()),
    exposure: sweep.exposure,
    evidence: sweep.evidence,
    wanted: since === undefined ? undefined : { since, comparedWith: baseOf({ task }, sweep)?.generation },
    hold: hold === undefined ? undefined : { ...hold, ...wouldClose },
    wellSince: isAllWell(totals) ? (sweep.wellSince ?? startedAt) : undefined,
  };
}

/** The finished sweep, with its digest pending if it is worth one. */
export function finishedSweep(attempt: SweepAttempt, sweep: StoredSweep, facts: DigestFacts): StoredSweep {
  const { now } = attempt;
  const { startedAt, policies, firsts } = sweep;
  const completeAt = now.toISOString();
  const fingerprints = { generation: startedAt, completeAt, policies, firsts };
  const digests: readonly Digest[] = isWorthReporting(facts, sweep, now) ? [makeDigest(facts)] : [];
  const pending = [...sweep.pending, ...digests].slice(-MOST_PENDING);
  return {
    ...sweep,
    phase: 'finished',
    firsts: [],
    fingerprints: [fingerprints, ...earlierFingerprints(attempt, sweep)],
    wellSince: facts.wellSince,
    finishedAt: completeAt,
    completeAt,
    pending,
    leaseUntil: pending.length === 0 ? 0 : sweep.leaseUntil,
  };
}

/** One beside the newest, because an event may be older than that; what is left open is compared with the same again. */
function earlierFingerprints(attempt: SweepAttempt, sweep: StoredSweep): readonly FingerprintIndex[] {
  const base = leavesOpen(sweep.totals) ? baseOf(attempt, sweep) : undefined;
  return base === undefined ? sweep.fingerprints.slice(0, 1) : [base];
}

/** True at once for new findings and outcomes, once a day for unchanged findings, and once a week when nothing violates. */
function isWorthReporting(facts: DigestFacts, { toldAt }: StoredSweep, now: Date): boolean {
  const { totals, missed = [], wellSince, startedAt } = facts;
  const quietFor = (since: string) => now.getTime() - Date.parse(since);
  if (isAllWell(totals)) return quietFor(toldAt ?? wellSince ?? startedAt) > SAY_WELL_AFTER;
  const { fresh, changed, troubled } = totals;
  const isNews = fresh === undefined || fresh + changed + troubled + missed.length > 0;
  return isNews || toldAt === undefined || quietFor(toldAt) > REMIND_AFTER;
}
