// Which members the breaker counts, and which it no longer needs.
import {
  type BreakerSettings,
  type BreakerState,
  isNew,
  isReleased,
  LONGEST_REVOKE,
  type Member,
  windowOf,
} from './breaker-state.ts';

/** Shorter than the part of a window beyond `breakerMinutes`, less the time of a call: no member is left out too early. */
const SAME_FOR = 60_000;

/** True if the member counts toward the shared limit of the settled policies. */
export function isShared(
  state: BreakerState,
  { policy, exemptBy }: Pick<Member, 'policy' | 'exemptBy'>,
  now: Date,
): boolean {
  if (isNew(state, policy, now)) return false;
  return exemptBy.length === 0 || !exemptBy.every((key) => neverWaits(state, key, now));
}

/** True for a critical policy whose fresh rules are revoked at once. */
function neverWaits(state: BreakerState, key: string, now: Date): boolean {
  const isOnHold = state.latches.has(key) && !isReleased(state, key, now);
  return !isOnHold && !isNew(state, key, now);
}

/** True if another remediation was admitted a moment ago with the same: constant changes of one group must not fill the item. */
export function isRepeated(member: Member, { members }: BreakerState): boolean {
  return members.some((other) => {
    const age = member.at - other.at;
    return other.entryId !== member.entryId && isAtLeast(other, member) && age >= 0 && age < SAME_FOR;
  });
}

/** The members that no longer count: they are old, or a later member for the same group covers them and can no longer be removed. */
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

/** True if counting `one` makes it unnecessary to count the other. */
function isAtLeast(one: Member, { policy, groupId, exemptBy }: Member): boolean {
  const isSame = one.policy === policy && one.groupId === groupId;
  return isSame && (one.exemptBy.length === 0 || one.exemptBy.join() === exemptBy.join());
}
