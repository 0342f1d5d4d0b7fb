// The entry once no try has anything left to do, and once what waited was taken up.
import type { Message } from '../report/message.ts';
import { isWaiting } from './progress.ts';
import type { Attempt, Batched, Notified, Resolved, Stored, Waiting } from './state.ts';

/** The entry that the next batch reports. */
export function batchedEntry(resolved: Stored<Resolved>, { subject: headline }: Message): Stored {
  const { waits, ...rest } = resolved;
  if (waits === undefined) return { ...rest, state: 'batched', headline, leaseUntil: 0 };
  return { ...rest, state: 'waiting', waits, headline, leaseUntil: 0 };
}

/** The end: nothing is left to do, or nothing but to wait. */
export function finalEntry({
  message: _message,
  question: _question,
  waits,
  ...rest
}: Stored<Resolved>): Stored {
  if (waits !== undefined) return { ...rest, state: 'waiting', waits, leaseUntil: 0 };
  return { ...rest, state: 'notified', leaseUntil: 0 };
}

/**
 * The entry whose message could not be published: the next try publishes it. If rules wait, they must not wait for SNS as well, and the next
 * batch reports it.
 */
export function unpublishedEntry(entry: Stored<Resolved>): Stored {
  const { message, waits } = entry;
  if (waits === undefined || message === undefined) return { ...entry, leaseUntil: 0 };
  return { ...finalEntry(entry), state: 'waiting', waits, headline: message.subject };
}

/**
 * The entry whose rules no longer wait. If people have not heard of it, the next batch still reports it, unless all its rules waited: then
 * the entry of who took them up reports them.
 */
export function takenUpEntry(
  { now, attemptId, entry }: Attempt,
  { waits: _waits, headline, ...rest }: Stored<Waiting>,
): Stored<Notified | Batched> {
  const taken = { ...rest, takenUpAt: now.toISOString(), attemptId };
  const isReported = entry !== undefined && rest.record.findings.every(isWaiting);
  if (headline === undefined || isReported) return { ...taken, state: 'notified' };
  return { ...taken, state: 'batched', headline };
}
