// Rules that are left alone until their grace ends: the clocks that are read and written, and which rules wait.
import { countingClocks, indexClocks } from '../plan/clocks.ts';
import { clocksAfter, type GraceContext, type Graced, gracedIn, graceOf } from '../plan/grace.ts';
import { revocations, type WhyWaiting } from '../plan/plan.ts';
import { mayRevoke } from '../policy/policy-modes.ts';
import type { GroupSnapshot } from '../rule.ts';
import { isHeld } from './breaker-request.ts';
import type { Command } from './command.ts';
import { LEASE } from './lease.ts';
import type { Attempt } from './state.ts';

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

/** Those that this task takes up when their grace ends. */
export function ownGraced({ judged, task }: Attempt): readonly Graced[] {
  return judged === undefined ? [] : gracedIn(judged.plan).filter(({ taskId }) => taskId === task.id);
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
