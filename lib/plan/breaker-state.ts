// The state of the circuit breaker: what was admitted, which policies are new, latched or released, and the limit.

/** A group that was admitted because a policy asked for it. */
export interface Member {
  readonly policy: string;
  readonly groupId: string;
  /** The admitted remediation; if EC2 denies it, it removes its own members. */
  readonly entryId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /**
   * The keys of critical policies that asked for the same rules, which somebody had just opened: while these never wait, the settled
   * policies' count leaves the member out. None where the policy asked for a rule that they did not.
   */
  readonly exemptBy: readonly string[];
}

/** Policies are identified by their key, which changes with what they forbid. */
export interface BreakerState {
  readonly members: readonly Member[];
  /** When each policy in force was first seen; milliseconds since 1970. */
  readonly firstSeen: ReadonlyMap<string, number>;
  /** The policies that wait for a person, and since when. */
  readonly latches: ReadonlyMap<string, number>;
  /** When a person released a policy. */
  readonly releases: ReadonlyMap<string, number>;
  /** How many groups the last complete sweep found. */
  readonly groups: number | undefined;
  /** When a person stopped all revoking. */
  readonly stoppedAt: number | undefined;
}

export interface BreakerSettings {
  /** The upper bound of the limit, for accounts with very many groups. */
  readonly breakerLimit: number;
  readonly breakerMinutes: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Longer than it takes to revoke anything after its group was counted. */
export const LONGEST_REVOKE = 4 * MINUTE;
/** How long a policy is new after what it forbids has changed. */
export const NEW_FOR = 72 * HOUR;
/** How long a release admits everything that a policy asks for. */
const RELEASE_HOLDS_FOR = 24 * HOUR;
/** The limit is 5% of an account's groups, and never less than this many. */
const LEAST_LIMIT = 10;
const SHARE = 0.05;

/** The most distinct groups within the window; the least limit before the first sweep, which counts the groups. */
export function limitOf({ groups = 0 }: BreakerState, { breakerLimit }: BreakerSettings): number {
  return Math.max(LEAST_LIMIT, Math.min(breakerLimit, Math.floor(groups * SHARE)));
}

/** Milliseconds for which a member counts. */
export function windowOf({ breakerMinutes }: BreakerSettings): number {
  return breakerMinutes * MINUTE + LONGEST_REVOKE;
}

/** True while what the policy forbids has not been in force for long enough. */
export function isNew({ firstSeen }: BreakerState, key: string, now: Date): boolean {
  const seen = firstSeen.get(key);
  return seen === undefined || now.getTime() - seen < NEW_FOR;
}

/** True while a person's release of the policy holds. */
export function isReleased({ releases }: BreakerState, key: string, now: Date): boolean {
  const at = releases.get(key);
  return at !== undefined && now.getTime() - at < RELEASE_HOLDS_FOR;
}

/** The id of the policy with this key. */
export function policyIdOf(key: string): string {
  return key.split('#')[0] ?? key;
}
