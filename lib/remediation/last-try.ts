// Whether an attempt reports what it could not revoke: where nobody tries again, and once the tick has tried for long.
import type { Attempt } from './state.ts';
import { waitingIds } from './waits.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** True for the last try of an event. The tick tries as long as something waits: it reports after an hour, and then once a day. */
export function isLast({ task, entry, progress, now }: Attempt): boolean {
  if (task.isLastTry || task.takesUp === undefined || entry === undefined) return task.isLastTry;
  const wasReported = waitingIds(task.takesUp).some((id) => progress?.failed.has(id) === true);
  return now.getTime() - Date.parse(entry.time) >= (wasReported ? DAY : HOUR);
}
