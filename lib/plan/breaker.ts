// The circuit breaker. It guards against our own mistakes: a wrong policy, or a wrong version of the engine, that closes too much.
//
// It counts the distinct groups that rules were revoked from in a sliding window: for each new policy, and for all settled policies
// together. A new policy over the limit latches until a person releases it; what settled policies ask for beyond the limit waits
// until there is room. A rule that somebody has just opened against a settled critical policy never waits.
import type { Severity } from '../policy/severity.ts';
import { isShared } from './breaker-members.ts';
import {
  type BreakerSettings,
  type BreakerState,
  isNew,
  isReleased,
  limitOf,
  type Member,
  policyIdOf,
  windowOf,
} from './breaker-state.ts';

/** A rule that policies ask to revoke. */
export interface Asked {
  readonly ruleId: string;
  /** The enforced policies that ask for it, at least one. */
  readonly policies: readonly AskingPolicy[];
}

export interface AskingPolicy {
  readonly key: string;
  readonly severity: Severity;
}

/** What a remediation asks the breaker. */
export interface BreakerRequest {
  readonly entryId: string;
  readonly groupId: string;
  readonly rules: readonly Asked[];
  /** True when this very change made the rules; false for rules that a sweep, a tag or a prefix list brought up. */
  readonly isFresh: boolean;
  /** True when a sweep was admitted with it: only a stop or a latch holds it now, and it is not counted again. */
  readonly isAdmitted: boolean;
}

/** Why rules wait. */
export interface BreakerHold {
  /** `latched`: until a person releases the policies; `limit`: until there is room; `stopped`: until a person starts it again. */
  readonly because: 'stopped' | 'latched' | 'limit';
  /** The ids of the policies that the rules wait for. */
  readonly policyIds: readonly string[];
  readonly limit: number;
  readonly minutes: number;
  /** The same for all holds with the same reason, of which one is reported loudly. */
  readonly name: string;
}

export interface Admission {
  /** The ids of the rules that wait, because every policy that asks for them does. */
  readonly held: ReadonlySet<string>;
  /** By rule id, the keys of the policies that wait, also where others let the rule go. */
  readonly waiting: ReadonlyMap<string, ReadonlySet<string>>;
  /** Why a policy waits, by its key, for each that does. */
  readonly holds: ReadonlyMap<string, BreakerHold>;
  /** The keys of the policies that asked and do not wait. */
  readonly going: ReadonlySet<string>;
  /** The keys of the policies that latch because of this request. */
  readonly latching: readonly string[];
  /** The keys of the policies that need no count: settled policies, for rules that are fresh and critical to one that never waits. */
  readonly uncounted: readonly string[];
}

/** The members that a request adds: one for each policy that asks for any of its rules. */
export function membersOf(request: BreakerRequest, now: Date): readonly Member[] {
  const { entryId, groupId, rules, isFresh, isAdmitted } = request;
  if (isAdmitted) return [];
  const asking = new Set(rules.flatMap(({ policies }) => policies.map(({ key }) => key)));
  return [...asking].map((key) => {
    const exemptBy = isFresh ? exemptingIn(rules, key) : [];
    return { policy: key, groupId, entryId, at: now.getTime(), exemptBy };
  });
}

/** A critical policy for each rule that a policy asks for, itself if it is critical; empty if one of these rules has none. */
function exemptingIn(rules: readonly Asked[], key: string): readonly string[] {
  const own = rules.filter(({ policies }) => policies.some((policy) => policy.key === key));
  const keys = own.flatMap(({ policies }) => {
    const critical = policies.filter(({ severity }) => severity === 'critical').map((policy) => policy.key);
    return critical.includes(key) ? [key] : critical.slice(0, 1);
  });
  return keys.length === own.length ? [...new Set(keys)] : [];
}

/** Decides which rules may be revoked, given a state that already has the request's own members. Total: it never throws. */
export function admit(
  state: BreakerState,
  { rules, isFresh, isAdmitted }: Pick<BreakerRequest, 'rules' | 'isFresh' | 'isAdmitted'>,
  settings: BreakerSettings,
  now: Date,
): Admission {
  const severities = new Map(rules.flatMap(({ policies }) => policies.map((one) => [one.key, one.severity])));
  const reasons = new Map(
    [...severities].map(([key, severity]) => {
      const isExempt = isAdmitted || (isFresh && severity === 'critical' && !isNew(state, key, now));
      return [key, reasonOf(state, key, isExempt, settings, now)];
    }),
  );
  const isHeld = ({ policies }: Asked) => policies.every(({ key }) => reasons.get(key) !== 'admitted');
  const held = rules.filter(isHeld);
  const waitedFor = [...new Set(held.flatMap(({ policies }) => policies.map(({ key }) => key)))];
  return {
    held: new Set(held.map(({ ruleId }) => ruleId)),
    waiting: new Map(
      rules.map(({ ruleId, policies }) => {
        const keys = policies.map(({ key }) => key).filter((key) => reasons.get(key) !== 'admitted');
        return [ruleId, new Set(keys)] as const;
      }),
    ),
    holds: new Map(
      [...reasons].flatMap(([key, reason]) =>
        reason === 'admitted' ? [] : [[key, holdOf(state, reason, key, settings)] as const],
      ),
    ),
    going: new Set([...severities.keys()].filter((key) => reasons.get(key) === 'admitted')),
    latching: waitedFor.filter((key) => reasons.get(key) === 'latches'),
    uncounted: [...severities.keys()].filter((policy) => {
      const exemptBy = isFresh ? exemptingIn(rules, policy) : [];
      return !isNew(state, policy, now) && !isShared(state, { policy, exemptBy }, now);
    }),
  };
}

/** `latches`: the policy latches now; `latched`: it was latched before. */
type Reason = 'admitted' | 'latches' | BreakerHold['because'];

function reasonOf(
  state: BreakerState,
  key: string,
  isExempt: boolean,
  settings: BreakerSettings,
  now: Date,
): Reason {
  if (state.stoppedAt !== undefined) return 'stopped';
  if (isReleased(state, key, now)) return 'admitted';
  if (state.latches.has(key)) return 'latched';
  if (isExempt) return 'admitted';
  const isOver = (members: readonly Member[]) => groupsIn(members) > limitOf(state, settings);
  const lately = state.members.filter(({ at }) => now.getTime() - at < windowOf(settings));
  if (isNew(state, key, now))
    return isOver(lately.filter(({ policy }) => policy === key)) ? 'latches' : 'admitted';
  const shared = lately.filter((member) => isShared(state, member, now));
  return isOver(shared) ? 'limit' : 'admitted';
}

function groupsIn(members: readonly Member[]): number {
  return new Set(members.map(({ groupId }) => groupId)).size;
}

function holdOf(
  state: BreakerState,
  reason: Exclude<Reason, 'admitted'>,
  key: string,
  settings: BreakerSettings,
): BreakerHold {
  const because = reason === 'latches' ? 'latched' : reason;
  const name = {
    stopped: `stopped/${state.stoppedAt}`,
    latched: `latched/${key}/${state.releases.get(key) ?? 0}`,
    limit: 'limit',
  }[because];
  const policyIds = [policyIdOf(key)];
  return { because, policyIds, limit: limitOf(state, settings), minutes: settings.breakerMinutes, name };
}

/**
 * Why policies wait, one hold for each reason. INVARIANT: the same policies have holds of the same names, in whatever order they asked:
 * who reports a hold and who looks up whether it was reported mean the same one.
 */
export function joinHolds(holds: Admission['holds'], keys: readonly string[]): readonly BreakerHold[] {
  const all = keys.flatMap((key) => holds.get(key) ?? []);
  return (['stopped', 'latched', 'limit'] as const).flatMap((because) => {
    const alike = all.filter((hold) => hold.because === because);
    const [first] = alike.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return first === undefined ? [] : [{ ...first, policyIds: alike.flatMap(({ policyIds }) => policyIds) }];
  });
}
