// The breaker as text: what it counted, what waits, and what a person can do about it.
import type { Due } from '../../lib/io/ledger/due.ts';
import { isShared } from '../../lib/plan/breaker-members.ts';
import {
  type BreakerSettings,
  type BreakerState,
  isNew,
  isReleased,
  limitOf,
  type Member,
  NEW_FOR,
  policyIdOf,
  windowOf,
} from '../../lib/plan/breaker-state.ts';
import { counted } from '../../lib/report/phrases.ts';

/** The output of `breaker status`. */
export function formatBreaker(
  state: BreakerState,
  due: readonly Due[],
  settings: BreakerSettings,
  now: Date,
): string {
  const limit = counted(limitOf(state, settings), 'group');
  return [
    ...stopLine(state),
    `Within ${counted(settings.breakerMinutes, 'minute')}, rules in ${limit} may be revoked for each new policy, and in ${limit} for all settled policies together.`,
    ...latchLines(state),
    ...countLines(state, settings, now),
    ...waitingLines(due),
  ].join('\n');
}

function stopLine({ stoppedAt }: BreakerState): readonly string[] {
  return stoppedAt === undefined
    ? []
    : [`STOPPED since ${timeOf(stoppedAt)}: nothing is revoked until \`portcullis breaker start\`.`];
}

function latchLines({ latches }: BreakerState): readonly string[] {
  return [...latches].map(([key, at]) => {
    const name = policyIdOf(key);
    return `ON HOLD: ${name === 'sweep' ? 'the sweep' : name}, since ${timeOf(at)}: \`portcullis breaker release ${name}\` releases it.`;
  });
}

function countLines(state: BreakerState, settings: BreakerSettings, now: Date): readonly string[] {
  const lately = state.members.filter(({ at }) => now.getTime() - at < windowOf(settings));
  const limit = limitOf(state, settings);
  const newOnes = [...state.firstSeen]
    .filter(([key]) => isNew(state, key, now) && !state.latches.has(key))
    .map(([key, at]) => {
      const own = groupsIn(lately.filter(({ policy }) => policy === key));
      const release = isReleased(state, key, now) ? ', released' : '';
      return `${policyIdOf(key)}: new until ${timeOf(at + NEW_FOR)}${release}; ${own} of ${counted(limit, 'group')}`;
    });
  const settled = lately.filter((one) => isShared(state, one, now));
  return [...newOnes, `Settled policies: ${groupsIn(settled)} of ${counted(limit, 'group')}`];
}

function waitingLines(due: readonly Due[]): readonly string[] {
  if (due.length === 0) return ['Nothing waits.'];
  const groups = new Set(due.map(({ groupId }) => groupId)).size;
  const policies = due.flatMap((one) => one.policies.map(({ key }) => policyIdOf(key)));
  const byPolicy = [...Map.groupBy(policies, (id) => id)].map(([id, of]) => `${id} ${of.length}`);
  const graces = due.filter(({ until }) => until !== undefined).length;
  const what = [...byPolicy, ...(graces === 0 ? [] : [`for the end of a grace ${graces}`])];
  return [`Waiting: ${counted(due.length, 'change')} in ${counted(groups, 'group')} (${what.join(', ')})`];
}

function groupsIn(members: readonly Member[]): number {
  return new Set(members.map(({ groupId }) => groupId)).size;
}

function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
