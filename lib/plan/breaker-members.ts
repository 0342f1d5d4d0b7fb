// Which members of the breaker count, and which are no longer needed for it.
import {
  type BreakerSettings,
  type BreakerState,
  isNew,
  isReleased,
  LONGEST_REVOKE,
  type Member,
  windowOf,
} from './breaker-state.ts';

/** Shorter than what a window is longer than `breakerMinutes`, less what a call takes: nothing is forgotten too early. */
const SAME_FOR = 60_000;

/** True where the settled policies together must have room for it. */
export function isShared(
  state: BreakerState,
  { policy, exemptBy }: Pick<Member, 'policy' | 'exemptBy'>,
  now: Date,
): boolean {
  if (isNew(state, policy, now)) return false;
  return exemptBy.length === 0 || !exemptBy.every((key) => neverWaits(state, key, now));
}

/** True for a critical policy that has what is fresh go at once. */
function neverWaits(state: BreakerState, key: string, now: Date): boolean {
  const isOnHold = state.latches.has(key) && !isReleased(state, key, now);
  return !isOnHold && !isNew(state, key, now);
}

/** True where another remediation was let through a moment ago with the same: who changes one group all the time must not fill the item. */
export function isRepeated(member: Member, { members }: BreakerState): boolean {
  return members.some((other) => {
    const age = member.at - other.at;
    return other.entryId !== member.entryId && isAtLeast(other, member) && age >= 0 && age < SAME_FOR;
  });
}

/** Those that count no more: they are old, or a later one of the same group says the same and can no longer be taken back. */
export function forgettable(
  members: readonly Member[],
  settings: BreakerSettings,
  now: Date,
): readonly Member[] {
  const byPair = Map.groupBy(members, ({ policy, groupId }) => `${policy} ${groupId}`);
  const isFinal = ({ at }: Member) => now.getTime() - at > LONGEST_REVOKE;
  return [...byPair.values()].flatMap((alike) =>
    alike.filter((member) => {
      const isOld = now.getTime() - member.at > windowOf(settings);
      return (
        isOld || alike.some((later) => isFinal(later) && later.at > member.at && isAtLeast(later, member))
      );
    }),
  );
}

/** True where whatever counts the one need not count the other. */
function isAtLeast(one: Member, { policy, groupId, exemptBy }: Member): boolean {
  const isSame = one.policy === policy && one.groupId === groupId;
  return isSame && (one.exemptBy.length === 0 || one.exemptBy.join() === exemptBy.join());
}
