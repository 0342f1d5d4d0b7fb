// Takes in observations. Those of commands that ran in parallel may come in any order.
import { isUnfinished } from '../plan/plan.ts';
import { withGivenUp } from './additions.ts';
import { withAdded, withRevoked } from './answers.ts';
import { outcomesOf } from './attribute.ts';
import { withAdmission } from './breaker-request.ts';
import type { Observation, Observed } from './command.ts';
import { NOTHING_CHECKED } from './entry.ts';
import { BusyError, failed, unfinishedError } from './errors.ts';
import { withNotice, withSurroundings } from './exposure-facts.ts';
import { withError } from './failures.ts';
import { hasUnfinished, isClosed } from './progress.ts';
import { incomplete, isIdle, withJudgement, withSnapshot } from './sight.ts';
import type { Attempt, Progress, Stored, Task } from './state.ts';
import { judgeStored } from './stored-scene.ts';
import { comparable } from './unchanged-rules.ts';
import { rested } from './vpc-reads.ts';
import { waitingIds, withClosed, withClosing, withHolds } from './waits.ts';
import { NOTHING_NOTED } from './write-ahead-note.ts';

/** A new try. `attemptId` distinguishes its writes from those of other tries. */
export function begin(task: Task, attemptId: string, now: Date, timeLeft: number): Attempt {
  return {
    task,
    attemptId,
    now,
    timeLeft,
    looks: 0,
    isRested: false,
    isComplete: true,
    covers: new Map(),
    isModifiedNoted: false,
    isClockless: false,
    lists: new Map(),
    earlierJudged: [],
    earlierNote: NOTHING_NOTED,
    checks: NOTHING_CHECKED,
    hasCountedRecurrence: false,
    targets: new Map(),
    additions: new Map(),
    isStale: false,
    isAdditionUnseen: false,
    isAdditionMissing: false,
    throttled: 0,
    isWithdrawn: false,
    isAnnounced: false,
    published: [],
    isPublished: false,
    writeErrors: 0,
  };
}

/** The attempt with an observation, which changes nothing once the attempt has ended. */
export function observe(attempt: Attempt, { now, timeLeft, ...seen }: Observed): Attempt {
  if (attempt.end !== undefined) return attempt;
  const timed = { ...attempt, now, timeLeft };
  if (attempt.closing !== undefined) return withClosed(timed, attempt.closing, seen as Observation);
  return withClosing(withHolds(withGivenUp(withJudgement(takeIn(timed, seen as Observation)))));
}

function takeIn(attempt: Attempt, seen: Observation): Attempt {
  switch (seen.saw) {
    case 'progress':
      return withProgress(attempt, seen.progress);
    case 'group':
      return withSnapshot(attempt, seen.snapshot);
    case 'fingerprints':
      return { ...attempt, fingerprints: comparable(attempt.task, seen.fingerprints) };
    case 'modified-noted':
      return withModifiedNoted(attempt);
    case 'clocks':
      return withClocks(attempt, seen.clocks);
    case 'covers':
      return { ...attempt, covers: new Map([...attempt.covers, ...seen.covers]) };
    case 'lists':
      return { ...attempt, lists: new Map([...attempt.lists, ...seen.lists]) };
    case 'associations':
      return { ...attempt, associations: seen.associations };
    case 'vpcs':
      return { ...attempt, vpcBlocks: seen.blocks };
    case 'waited':
      return rested(attempt);
    case 'written':
      return withWritten(attempt, seen.entry);
    case 'counted':
      return withAdmission(attempt, seen.admission);
    case 'uncounted':
    case 'confirmed':
      return attempt;
    case 'recurrence':
      return withRecurrence(attempt, seen.recurring);
    case 'mail-counted':
      return { ...attempt, hasMailRoom: seen.hasRoom };
    case 'revoked':
      return withRevoked(attempt, seen.batch, seen.answer);
    case 'added':
      return withAdded(attempt, seen.rules, seen.answer);
    case 'leaning':
      return { ...attempt, leaning: seen.leaning };
    case 'withdrawn':
      return { ...attempt, isWithdrawn: seen.answer.kind !== 'accepted', isStale: true };
    case 'surroundings':
      return withSurroundings(attempt, seen);
    case 'notice-claimed':
      return withNotice(attempt, seen.isNews);
    case 'announced':
      return { ...attempt, checks: seen.checks, isAnnounced: true };
    case 'published':
      return { ...attempt, isPublished: true, published: [...attempt.published, seen.message] };
    case 'error':
      return withError(attempt, seen.of, seen.error);
  }
}

function withModifiedNoted(attempt: Attempt): Attempt {
  const noted = { ...attempt, isModifiedNoted: true };
  return isIdle(noted) ? { ...noted, end: { kind: 'done' } } : noted;
}

/** The attempt with the clocks as they are stored: it judges again, because somebody else may have started one. */
function withClocks(attempt: Attempt, clocks: NonNullable<Attempt['clocks']>): Attempt {
  const { judged: _, ...rest } = attempt;
  return { ...rest, clocks };
}

/** Adds recurring rules to those that an earlier try found. */
function withRecurrence(attempt: Attempt, found: Attempt['checks']['recurring']): Attempt {
  const recurring = new Map([...attempt.checks.recurring, ...found].map((one) => [one.ruleId, one]));
  const checks = { ...attempt.checks, recurring: [...recurring.values()] };
  return { ...attempt, checks, hasCountedRecurrence: true };
}

/** Continues from the entry in the ledger. */
function withProgress(attempt: Attempt, progress: Progress): Attempt {
  const { last } = progress;
  const seen = { ...attempt, progress };
  if (last === undefined) return seen;
  if (isClosed(last)) {
    return isDone(attempt, progress, last) ? { ...seen, end: { kind: 'done' } } : seen;
  }
  if (last.leaseUntil > attempt.now.getTime()) {
    return { ...seen, end: failed(new BusyError(`${last.id} is being dealt with by another delivery`)) };
  }
  if (last.state === 'resolved') return { ...seen, entry: last };
  const scenes = [last.snapshot, ...(last.earlier ?? [])];
  return {
    ...seen,
    entry: last,
    earlierJudged: scenes.map((scene) => judgeStored(attempt.task, scene, attempt.task.change)),
    earlierNote: last.note,
    checks: { holds: [], recurring: last.checks?.recurring ?? [] },
  };
}

/**
 * Whether another delivery has nothing to do. An entry must have dealt with the rules that waited. A rule that failed to the last try
 * is tried again by the next tick, or when somebody replays the dead letter; a sweep leaves it to the next sweep.
 */
function isDone({ task }: Attempt, { known }: Progress, entry: Stored): boolean {
  const isWhole = task.isSilent || !hasUnfinished(entry);
  if (task.takesUp !== undefined) return isWhole && waitingIds(task.takesUp).every((id) => known.has(id));
  return isWhole && entry.isComplete;
}

function withWritten(attempt: Attempt, entry: Stored): Attempt {
  const seen = { ...attempt, entry, writeErrors: 0, isRested: false };
  if (entry.state === 'planned' && entry.leaseUntil === 0) {
    return { ...seen, end: failed(unfinishedError(outcomesOf(attempt))) };
  }
  if (!isClosed(entry)) {
    return attempt.publishError === undefined ? seen : { ...seen, end: failed(attempt.publishError) };
  }
  const left = attempt.judged === undefined ? [] : outcomesOf(attempt).filter(isUnfinished);
  if (left.length > 0) return { ...seen, end: failed(unfinishedError(left)) };
  return { ...seen, end: entry.isComplete ? { kind: 'done' } : failed(incomplete()) };
}
