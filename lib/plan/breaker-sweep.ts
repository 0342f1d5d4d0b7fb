// The breaker's answer to a sweep, which asks once about all groups that it would close rules in.
import { type AskingPolicy, admit, membersOf } from './breaker.ts';
import {
  type BreakerSettings,
  type BreakerState,
  isReleased,
  limitOf,
  type Member,
} from './breaker-state.ts';

/** The key under which sweeps latch and are released. */
export const SWEEP = 'sweep';

/** A group that a sweep would close rules in. */
export interface SweepGroup {
  readonly groupId: string;
  /** The policies that ask for it. */
  readonly policies: readonly AskingPolicy[];
}

/** `limit`: it would close too much by itself; `room`: it would not, but for what was closed lately. */
export type SweepHeld = 'stopped' | 'latched' | 'limit' | 'room';

export type SweepAdmission =
  | { readonly kind: 'held'; readonly because: SweepHeld }
  | {
      readonly kind: 'admitted';
      /** The keys of the policies that wait for a person: the sweep revokes nothing that only they ask for. */
      readonly onHold: readonly string[];
      /** The members to count. */
      readonly members: readonly Member[];
    };

/**
 * A sweep closes rules in all groups that it asks about or in none. It is held when it asks about more groups than the limit, or when
 * a new policy or the settled ones together would exceed it, unless a person has released it for all policies that ask. What only
 * latched policies ask for is left out.
 */
export function admitSweep(
  state: BreakerState,
  sweep: { readonly id: string; readonly groups: readonly SweepGroup[] },
  settings: BreakerSettings,
  now: Date,
): SweepAdmission {
  if (state.stoppedAt !== undefined) return { kind: 'held', because: 'stopped' };
  const isOnHold = (key: string) => state.latches.has(key) && !isReleased(state, key, now);
  const onHold = [...state.latches.keys()].filter(isOnHold);
  const requests = sweep.groups
    .map(({ groupId, policies }) => {
      const rules = [{ ruleId: groupId, policies: policies.filter(({ key }) => !isOnHold(key)) }];
      return { entryId: sweep.id, groupId, rules, isFresh: false, isAdmitted: false };
    })
    .filter(({ rules: [rule] }) => rule !== undefined && rule.policies.length > 0);
  const asking = requests.flatMap(({ rules }) => rules.flatMap(({ policies }) => policies));
  const isReleasedNow = isReleased(state, SWEEP, now) && asking.every(({ key }) => wasReleased(state, key));
  if (!isReleasedNow && state.latches.has(SWEEP)) return { kind: 'held', because: 'latched' };
  const members = requests.flatMap((request) => membersOf(request, now));
  if (isReleasedNow) return { kind: 'admitted', onHold, members: [] };
  const all = { ...state, members: [...state.members, ...members] };
  if (requests.length > limitOf(state, settings)) return { kind: 'held', because: 'limit' };
  const isFull = requests.some((request) => admit(all, request, settings, now).held.size > 0);
  return isFull ? { kind: 'held', because: 'room' } : { kind: 'admitted', onHold, members };
}

/** Whether the policy was in force when a person released the sweep: what was deployed later nobody has looked at. */
function wasReleased({ firstSeen, releases }: BreakerState, key: string): boolean {
  const [seen, released] = [firstSeen.get(key), releases.get(SWEEP)];
  return seen !== undefined && released !== undefined && seen <= released;
}
