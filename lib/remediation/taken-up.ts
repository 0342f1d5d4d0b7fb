// The entries that an attempt has taken up: their waiting rules are dealt with, and no longer wait.

import type { Observation } from './command.ts';
import { failed } from './errors.ts';
import { isClosed } from './progress.ts';
import type { Attempt, Stored, Waiting } from './state.ts';
import { waitingIds } from './waits.ts';

/** Before it ends, marks the entries that it has taken up: they must not be taken up again. */
export function withClosing(attempt: Attempt): Attempt {
  const { end, task, progress, entry, ...rest } = attempt;
  if (end === undefined || task.takesUp === undefined) return attempt;
  const isOver = end.kind === 'done' || (entry !== undefined && isClosed(entry));
  const entries = (progress?.waiting ?? []).filter((one) => one.id !== entry?.id && isTakenUp(attempt, one));
  if (!isOver || entries.length === 0) return attempt;
  const seen = { ...rest, task, ...(progress && { progress }), ...(entry && { entry }) };
  return { ...seen, closing: { entries, end } };
}

/** Whether the attempt dealt with all rules that wait in an entry; other entries of the change may have other rules that wait. */
function isTakenUp({ task, progress }: Attempt, { waits }: Stored<Waiting>): boolean {
  const dealtWith = new Set([...waitingIds(task.takesUp), ...(progress?.known ?? [])]);
  return waitingIds(waits).every((id) => dealtWith.has(id));
}

/** The attempt with one of these entries stored. */
export function withClosed(
  attempt: Attempt,
  { entries, end }: NonNullable<Attempt['closing']>,
  seen: Observation,
): Attempt {
  if (seen.saw === 'error') return { ...attempt, end: failed(seen.error) };
  if (seen.saw !== 'written') return attempt;
  const left = entries.filter(({ id }) => id !== seen.entry.id);
  return left.length === 0 ? { ...attempt, end } : { ...attempt, closing: { entries: left, end } };
}
