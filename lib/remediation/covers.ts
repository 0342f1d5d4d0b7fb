// What became of other tasks that started the clocks of graces: whether they have their rules wait, or died before.
import { isForSome } from '../change/words.ts';
import type { Cover } from '../plan/grace.ts';
import type { Command } from './command.ts';
import type { Attempt, Progress, Waits } from './state.ts';
import { waitingIds } from './waits.ts';

/** The read of what became of other tasks that started clocks of these rules which may still run, if it was not made yet. */
export function coverReads({ task, clocks, covers, live, now }: Attempt): readonly Command[] {
  if (clocks === undefined || live == null) return [];
  const { rules } = task.change;
  const named = live.rules.filter(({ id }) => rules.by !== 'id' || rules.ids.includes(id));
  const ids = new Set(named.map(({ id }) => id));
  const longest = Math.max(...task.policies.map(({ grace = 0 }) => grace));
  const running = clocks.clocks.filter(
    ({ ruleId, startedAt }) => ids.has(ruleId) && startedAt + longest > now.getTime(),
  );
  const unknown = running.filter(({ taskId }) => taskId !== task.id && !covers.has(taskId));
  const taskIds = [...new Set(unknown.map(({ taskId }) => taskId))];
  return taskIds.length === 0 ? [] : [{ do: 'load-covers', taskIds }];
}

/** What a change of tags, VPCs or words has wait is taken up for the policies that look at them, and for no other. */
function isForAll(waits: Waits | undefined): boolean {
  return waits === undefined || !isForSome(waits.change.rules);
}

/** How far a task came that started a clock. */
export function coverOf({ last, waiting }: Progress): Cover {
  // What is only resolved may have died before it waits.
  const all = waiting.map(({ waits }) => waits);
  return {
    waiting: Object.assign({}, ...all.filter(isForAll).map(({ contents }) => contents)),
    told: all.flatMap(waitingIds),
    leaseUntil: last?.leaseUntil ?? 0,
  };
}
