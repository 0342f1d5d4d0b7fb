// Takes in commands that failed.
import { revocations } from '../plan/plan.ts';
import type { Command } from './command.ts';
import { failed } from './errors.ts';
import { withNotice } from './exposure-facts.ts';
import type { Attempt } from './state.ts';

/** What a failed command makes of an attempt that goes on all the same. */
const GOES_ON: Readonly<Partial<Record<Command['do'], Partial<Attempt>>>> = {
  // A member that was not removed expires soon: it is not worth another try.
  uncount: {},
  // At worst, another remediation reports the hold again.
  'confirm-announced': {},
  'find-leaning': { leaning: 'unknown' },
  // What turns on it is undecided.
  'read-associations': { associations: null },
  'read-vpcs': { vpcBlocks: null },
  'count-mail': { hasMailRoom: true },
  // A failure to count how often a rule came back must not keep the rule open.
  'count-recurrence': { hasCountedRecurrence: true },
  // The first message has been sent; the log says that nobody will ask flow logs.
  'schedule-evidence': {},
  // The message does without.
  'read-surroundings': { exposure: null },
};

/** A call that fails before anything is sent ends the try; after that, what happened must still be stored and reported. */
export function withError(attempt: Attempt, of: Command['do'], error: Error): Attempt {
  const hasSent = [...attempt.targets.values()].some(({ sent }) => sent !== undefined);
  const after = GOES_ON[of];
  // It is said again: that harms nobody.
  if (of === 'claim-notice') return withNotice(attempt, true);
  if (after !== undefined) return { ...attempt, ...after };
  if (of === 'publish') return { ...attempt, publishError: error };
  if (of === 'read' && hasSent) return withFailedRead(attempt, error);
  // Clocks that cannot be noted must not keep open what is to be revoked now.
  if (of === 'write-clocks' && (hasSent || isToRevoke(attempt))) return { ...attempt, isClockless: true };
  if (of === 'note-modified' && isToRevoke(attempt)) return { ...attempt, isModifiedNoted: true };
  if (of === 'write' && isToInsist(attempt, error, hasSent)) {
    return { ...attempt, writeErrors: attempt.writeErrors + 1, isRested: false };
  }
  return { ...attempt, end: failed(error) };
}

function isToRevoke({ judged }: Attempt): boolean {
  return judged !== undefined && revocations(judged.plan).length > 0;
}

const MOST_WRITE_ERRORS = 2;

function isToInsist({ entry, writeErrors }: Attempt, error: Error, hasSent: boolean): boolean {
  const isOfTheEnd = hasSent || entry?.state === 'resolved';
  return isOfTheEnd && writeErrors < MOST_WRITE_ERRORS && error.name !== 'BusyError';
}

/** A failed read after a call counts as a look that still saw the rules. */
function withFailedRead(attempt: Attempt, error: Error): Attempt {
  const targets = [...attempt.targets].map(([id, target]) => {
    const { sent } = target;
    return [
      id,
      sent === undefined ? target : { ...target, sent: { ...sent, looks: sent.looks + 1 } },
    ] as const;
  });
  const readError = `${error.name}: ${error.message}`;
  return {
    ...attempt,
    targets: new Map(targets),
    readError,
    isRested: false,
    isStale: false,
    isAdditionUnseen: false,
    isAdditionMissing: false,
  };
}
