// What a sweep comes to: the numbers, whether they are worth a digest, and what the next sweep goes by.
import { type Digest, makeDigest } from '../report/digest/digest.ts';
import { type DigestFacts, isAllWell } from '../report/digest/digest-facts.ts';
import { remembersAll } from '../report/digest/sweep-totals.ts';
import { sweepId } from './judge-group.ts';
import { missedByEvent } from './missed.ts';
import type { StoredSweep, SweepAttempt } from './state.ts';

const HOUR = 3_600_000;
/** Milliseconds, short of the time that a sweep takes: findings that are as they were are reported again after a day. */
const REMIND_AFTER = 23 * HOUR;
/** The same for a sweep that found nothing: after a week. */
const SAY_WELL_AFTER = (7 * 24 - 1) * HOUR;
/** The log has every finding, so of the digests that could not be published the last ones will do. */
const MOST_PENDING = 5;

/** All that the digest of a sweep is made of. */
export function digestFactsOf({ task, now, known }: SweepAttempt, sweep: StoredSweep): DigestFacts {
  const { totals, previous, hold, startedAt, wouldClose } = sweep;
  const seen = new Set(totals.seen);
  const isComparable = previous?.isWhole === true && remembersAll(totals);
  return {
    id: sweepId(startedAt),
    target: task.target,
    ledgerTable: task.config.ledgerTable,
    mode: sweep.mode,
    startedAt,
    endedAt: now.toISOString(),
    totals,
    previousAt: previous?.startedAt,
    gone: isComparable ? previous.seen.filter((id) => !seen.has(id)).length : undefined,
    missed: missedByEvent(sweep, known ?? new Set()),
    hold: hold === undefined ? undefined : { ...hold, ...wouldClose },
    wellSince: isAllWell(totals) ? (sweep.wellSince ?? startedAt) : undefined,
  };
}

/** The sweep once all is done; what is worth a digest is pending before it is published. */
export function finishedSweep({ now }: SweepAttempt, sweep: StoredSweep, facts: DigestFacts): StoredSweep {
  const { startedAt, policies, firsts } = sweep;
  const digests: readonly Digest[] = isWorthTelling(facts, sweep, now) ? [makeDigest(facts)] : [];
  const pending = [...sweep.pending, ...digests].slice(-MOST_PENDING);
  return {
    ...sweep,
    phase: 'finished',
    firsts: [],
    fingerprints: { generation: startedAt, policies, firsts },
    wellSince: facts.wellSince,
    finishedAt: now.toISOString(),
    completeAt: now.toISOString(),
    pending,
    leaseUntil: pending.length === 0 ? 0 : sweep.leaseUntil,
  };
}

/** What is new, and what was done, at once; what is as it was, once a day; that all is well, once a week. */
function isWorthTelling(facts: DigestFacts, { toldAt }: StoredSweep, now: Date): boolean {
  const { totals, missed = [], wellSince, startedAt } = facts;
  const quietFor = (since: string) => now.getTime() - Date.parse(since);
  if (isAllWell(totals)) return quietFor(toldAt ?? wellSince ?? startedAt) > SAY_WELL_AFTER;
  const { fresh, changed, troubled } = totals;
  const isNews = fresh === undefined || fresh + changed + troubled + missed.length > 0;
  return isNews || toldAt === undefined || quietFor(toldAt) > REMIND_AFTER;
}
