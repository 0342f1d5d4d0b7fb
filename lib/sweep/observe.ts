// Takes in observations. Judging happens here, with the policies of the task.
import { comparisonWith, NOTHING_BEFORE } from '../report/digest/standing.ts';
import type { GroupSnapshot } from '../rule.ts';
import { isHeldBack, withHeldBack, withRemediated } from './closing.ts';
import type { SweepCommand, SweepObservation, SweepObserved } from './command.ts';
import { withAsked, withoutAsked } from './evidence.ts';
import { withAround, withoutAround } from './exposure.ts';
import { readsLeft, withBatchJudged, withList } from './judging.ts';
import type { StoredSweep, SweepAttempt, SweepTask } from './state.ts';
import { takeUp } from './take-up.ts';

/** A new attempt. `attemptId` distinguishes its writes from those of others. */
export function begin(task: SweepTask, attemptId: string, now: Date, timeLeft: number): SweepAttempt {
  return {
    task,
    attemptId,
    now,
    timeLeft,
    isUnsaved: false,
    before: NOTHING_BEFORE,
    lists: new Map(),
    unstored: [],
    unlogged: [],
    isLogged: false,
    isRested: false,
    writeErrors: 0,
    published: [],
  };
}

/** The attempt with an observation, which changes nothing once the attempt has ended. */
export function observe(attempt: SweepAttempt, { now, timeLeft, ...seen }: SweepObserved): SweepAttempt {
  if (attempt.end !== undefined) return attempt;
  return judged(takeIn({ ...attempt, now, timeLeft }, seen as SweepObservation));
}

function takeIn(attempt: SweepAttempt, seen: SweepObservation): SweepAttempt {
  const { sweep } = attempt;
  if (seen.saw === 'error') return withError(attempt, seen.of, seen.error);
  if (seen.saw === 'sweep') return withLoaded(attempt, seen.sweep, seen.wantedSince);
  return sweep === undefined ? attempt : onWith(attempt, sweep, seen);
}

type OnTheWay = Exclude<SweepObservation, { saw: 'error' | 'sweep' }>;

function onWith(attempt: SweepAttempt, sweep: StoredSweep, seen: OnTheWay): SweepAttempt {
  switch (seen.saw) {
    case 'saved':
      return withSaved(attempt, seen.sweep);
    case 'listed':
      return withList(attempt, sweep, seen.groupIds);
    case 'groups':
      return withGroups(attempt, seen.snapshots);
    case 'lists':
      return { ...attempt, lists: new Map([...attempt.lists, ...seen.lists]) };
    case 'associations':
      return { ...attempt, associations: seen.associations };
    case 'vpcs':
      return { ...attempt, vpcBlocks: seen.blocks };
    case 'seen':
      return { ...attempt, seenBefore: seen.seenBefore };
    case 'recorded':
      return { ...attempt, recorded: seen.recorded };
    case 'fingerprinted':
      return { ...attempt, unstored: [] };
    case 'asked':
      return {
        ...attempt,
        sweep: { ...sweep, phase: 'revoking', hold: seen.hold, onHold: seen.onHold },
        isUnsaved: true,
      };
    case 'remediated':
      return withRemediated(attempt, sweep, seen.remediated);
    case 'waited':
      return { ...attempt, isRested: true };
    case 'around':
      return { ...attempt, sweep: withAround(sweep, seen, attempt.now), isUnsaved: true };
    case 'asked-together':
      return { ...attempt, sweep: withAsked(sweep, seen.evidence), isUnsaved: true };
    case 'entries':
      return { ...attempt, known: seen.known };
    case 'noted':
      return attempt;
    case 'logged':
      return { ...attempt, isLogged: true };
    case 'published':
      return withPublished(attempt, sweep, seen.digest);
  }
}

/** The attempt with the batch judged, once everything that judging takes has been read. */
function judged(attempt: SweepAttempt): SweepAttempt {
  const { batch, sweep, end } = attempt;
  if (end !== undefined || batch === undefined || sweep === undefined) return attempt;
  if (readsLeft(attempt, sweep).length > 0) return attempt;
  if (sweep.phase === 'evaluating') return withBatchJudged(attempt, sweep);
  return isHeldBack(attempt, sweep) ? withHeldBack(attempt, sweep) : attempt;
}

function withLoaded(
  attempt: SweepAttempt,
  last: StoredSweep | undefined,
  wantedSince: string | undefined,
): SweepAttempt {
  const sweep = takeUp(attempt, last, wantedSince);
  if (sweep === undefined) return { ...attempt, end: { kind: 'idle' } };
  const before = sweep.previous === undefined ? NOTHING_BEFORE : comparisonWith(sweep.previous);
  return { ...attempt, stored: null, sweep, before, isUnsaved: true };
}

/** The attempt with the next groups. */
function withGroups({ seenBefore: _, ...rest }: SweepAttempt, batch: readonly GroupSnapshot[]): SweepAttempt {
  return { ...rest, batch };
}

/** The attempt with the stored sweep. A sweep that is stored without a lease ends the attempt. */
function withSaved(attempt: SweepAttempt, sweep: StoredSweep): SweepAttempt {
  const kept = { isUnsaved: false, unlogged: [], writeErrors: 0, isRested: false };
  const seen = { ...attempt, ...kept, stored: sweep, sweep };
  if (sweep.leaseUntil !== 0) return seen;
  const { failure } = attempt;
  if (failure !== undefined) return { ...seen, end: { kind: 'failed', error: failure } };
  return { ...seen, end: { kind: sweep.phase === 'finished' ? 'finished' : 'unfinished' } };
}

function withPublished(
  attempt: SweepAttempt,
  sweep: StoredSweep,
  digest: StoredSweep['pending'][number],
): SweepAttempt {
  const pending = sweep.pending.slice(1);
  const leaseUntil = pending.length === 0 ? 0 : sweep.leaseUntil;
  return {
    ...attempt,
    sweep: { ...sweep, pending, leaseUntil, toldAt: attempt.now.toISOString() },
    isUnsaved: true,
    published: [...attempt.published, digest],
  };
}

const MOST_WRITE_ERRORS = 2;

/** After an error, releases the stored sweep, so that the next attempt resumes from it; leaves alone what another attempt has written. */
function withError(attempt: SweepAttempt, of: SweepCommand['do'], error: Error): SweepAttempt {
  const { failure, stored, writeErrors, sweep } = attempt;
  // What turns on it is undecided.
  if (of === 'read-associations') return { ...attempt, associations: null };
  if (of === 'read-vpcs') return { ...attempt, vpcBlocks: null };
  // The digest says so.
  if (of === 'ask-together' && sweep !== undefined) {
    return { ...attempt, sweep: withoutAsked(sweep, error), isUnsaved: true };
  }
  if (of === 'read-around' && sweep !== undefined) {
    return { ...attempt, sweep: withoutAround(sweep, error), isUnsaved: true };
  }
  if (
    of === 'save' &&
    failure === undefined &&
    error.name !== 'BusyError' &&
    writeErrors < MOST_WRITE_ERRORS
  ) {
    return { ...attempt, writeErrors: writeErrors + 1, isRested: false };
  }
  const isReleasable = stored != null && error.name !== 'BusyError' && failure === undefined;
  if (isReleasable) return { ...attempt, failure: error, writeErrors: 0 };
  return { ...attempt, end: { kind: 'failed', error: failure ?? error } };
}
