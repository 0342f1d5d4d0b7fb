// What the circuit breaker knows: who was let through, which policies are new, latched or released, and how much may go.

/** A group that was let through because a policy asked for it. */
export interface Member {
  readonly policy: string;
  readonly groupId: string;
  /** The remediation that was let through: one that was denied takes its own members back. */
  readonly entryId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /**
   * The keys of critical policies that asked for the same rules, which somebody had just opened: while these never wait, the settled
   * policies' count does not have it. None where the policy asked for a rule that they did not.
   */
  readonly exemptBy: readonly string[];
}

/** Policies are known by their key, which is another one once what they forbid has changed. */
export interface BreakerState {
  readonly members: readonly Member[];
  /** When each policy in force was first seen; milliseconds since 1970. */
  readonly firstSeen: ReadonlyMap<string, number>;
  /** The policies that must wait for a person, and since when. */
  readonly latches: ReadonlyMap<string, number>;
  /** When a person let a policy go on. */
  readonly releases: ReadonlyMap<string, number>;
  /** How many groups the last complete sweep found. */
  readonly groups: number | undefined;
  /** Since when a person has nothing revoked. */
  readonly stoppedAt: number | undefined;
}

export interface BreakerSettings {
  /** The most distinct groups within the minutes, in an account of very many groups. */
  readonly breakerLimit: number;
  readonly breakerMinutes: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Longer than any call that revokes takes after its group was counted. */
export const LONGEST_REVOKE = 4 * MINUTE;
/** A policy is new for so long after what it forbids has changed. */
export const NEW_FOR = 72 * HOUR;
/** A release lets everything of a policy through for so long. */
const RELEASE_HOLDS_FOR = 24 * HOUR;
/** So many groups may always go, and 5 % of an account's groups. */
const LEAST_LIMIT = 10;
const SHARE = 0.05;

/** The most distinct groups within the window; before the first sweep it is not known how many groups there are. */
export function limitOf({ groups = 0 }: BreakerState, { breakerLimit }: BreakerSettings): number {
  return Math.max(LEAST_LIMIT, Math.min(breakerLimit, Math.floor(groups * SHARE)));
}

/** Milliseconds for which a member counts. */
export function windowOf({ breakerMinutes }: BreakerSettings): number {
  return breakerMinutes * MINUTE + LONGEST_REVOKE;
}

/** True for a policy of which it is not known for long enough what it does. */
export function isNew({ firstSeen }: BreakerState, key: string, now: Date): boolean {
  const seen = firstSeen.get(key);
  return seen === undefined || now.getTime() - seen < NEW_FOR;
}

/** True for so long after a person released the policy. */
export function isReleased({ releases }: BreakerState, key: string, now: Date): boolean {
  const at = releases.get(key);
  return at !== undefined && now.getTime() - at < RELEASE_HOLDS_FOR;
}

/** The id of the policy with this key. */
export function policyIdOf(key: string): string {
  return key.split('#')[0] ?? key;
}
