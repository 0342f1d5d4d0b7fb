// Rules that are left alone until their grace ends: the clocks that are read and written, which rules wait, and what became of other
// tasks that started clocks: whether they have their rules wait, or died before.
import { isForSome } from '../change/words.ts';
import { countingClocks, indexClocks } from '../plan/clocks.ts';
import { type Cover, clocksAfter, type GraceContext, gracedIn, graceOf } from '../plan/grace.ts';
import { revocations, type WhyWaiting } from '../plan/plan.ts';
import { mayRevoke } from '../policy/policy-modes.ts';
import type { GroupSnapshot } from '../rule.ts';
import { isHeld } from './breaker-request.ts';
import type { Command } from './command.ts';
import { LEASE } from './lease.ts';
import type { Attempt, Progress } from './state.ts';
import type { Waits } from './waiting-rules.ts';
import { waitingIds } from './waits.ts';

/** The read of the clocks, if judging takes it and it was not made yet. */
export function clockReads(attempt: Attempt): readonly Command[] {
  const { task, clocks, live, entry } = attempt;
  const { group } = task.change;
  const groupId = group?.by === 'id' ? group.id : (entry?.snapshot.group.id ?? live?.group.id);
  if (clocks !== undefined || !isNeeded(attempt) || groupId === undefined) return [];
  return [{ do: 'read-clocks', groupId }];
}

/** Whether judging has to wait for the clocks. */
export function lacksClocks(attempt: Attempt): boolean {
  return isNeeded(attempt) && attempt.clocks === undefined && attempt.live !== null;
}

function isNeeded({ task: { policies, config } }: Attempt): boolean {
  return config.mode === 'enforce' && policies.some((one) => one.grace !== undefined && mayRevoke(one));
}

/** Why a violation in the group leads to nothing for now. */
export function whyWaiting(attempt: Attempt, live: GroupSnapshot): WhyWaiting {
  const context = contextOf(attempt, live);
  return (violation) => {
    const grace = context === undefined ? undefined : graceOf(violation, context);
    return grace ?? (isHeld(violation, attempt) ? { because: 'breaker' } : undefined);
  };
}

/** Writes the clocks that were not noted yet, of what is left alone and of what is to be revoked. */
export function clockWrites(attempt: Attempt): readonly Command[] {
  const { judged, clocks, isClockless } = attempt;
  if (judged === undefined || clocks === undefined || isClockless) return [];
  const { plan, scene } = judged;
  const context = contextOf(attempt, scene);
  const beyond = plan.trim.flatMap((trimming) => trimming.beyond ?? []);
  const findings = [...revocations(plan), ...beyond, ...gracedIn(plan)];
  const after = context === undefined ? undefined : clocksAfter(findings, context);
  if (after === undefined) return [];
  return [{ do: 'write-clocks', groupId: scene.group.id, clocks: { ...clocks, clocks: after } }];
}

function contextOf(attempt: Attempt, { rules }: GroupSnapshot): GraceContext | undefined {
  const { clocks, covers, task, lists, now, entry, before } = attempt;
  if (clocks === undefined) return undefined;
  // Fixed for all tries of an entry, so that a try that died takes no time away and gives none.
  const since = Math.min(Date.parse(entry?.time ?? now.toISOString()), (before?.scene.now ?? now).getTime());
  return {
    clocks: indexClocks(countingClocks(clocks.clocks, rules, now), now),
    isFull: clocks.isFull === true,
    lists,
    taskId: task.id,
    since,
    isTakenUp: task.takesUp !== undefined,
    covers,
    atWorkAfter: now.getTime() - LEASE,
    now,
  };
}

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
