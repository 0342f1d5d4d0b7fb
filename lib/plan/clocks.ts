// The clocks of graces: since when a rule violates a policy that gives people time. A clock is never set back: it lasts as long as its
// rule and a day longer, and what takes the place of the rule inherits it.
import { addressesIn, type PrefixLists } from '../evaluate/prefix-lists.ts';
import {
  type AddressSet,
  intersectionOf,
  isEmpty,
  NO_ADDRESSES,
  parseSet,
  printSet,
} from '../network/cidr.ts';
import { type Interval, overlaps } from '../network/intervals.ts';
import { asCounted } from '../network/nat64.ts';
import { addressesOf, type Direction, printPeer, type SecurityGroupRule } from '../rule.ts';

/** One clock for each policy, rule and content of the rule; times are milliseconds since 1970. */
export interface Clock {
  readonly policyId: string;
  readonly ruleId: string;
  readonly extent: Extent;
  /** Since when the grace runs: for a rule in the place of another one, since that one violated. */
  readonly startedAt: number;
  readonly madeAt: number;
  /** When the rule was last seen to violate the policy. */
  readonly seenAt: number;
  /** The task that tells people and takes the rule up at the end: whoever saw the rule first, unless that task died. */
  readonly taskId: string;
}

/** What a rule admits, as plain JSON. */
export interface Extent {
  readonly direction: Direction;
  readonly traffic: Interval<number>;
  readonly peer: string;
  /** As they are counted; none for references to groups, and for lists that are not known. */
  readonly addresses: readonly string[];
}

/** The clocks of one group as they are stored; the version is what the next write must find, 0 for none. */
export interface StoredClocks {
  readonly clocks: readonly Clock[];
  readonly version: number;
}

/** The extent of a rule. */
export function extentOf(rule: SecurityGroupRule, lists: PrefixLists): Extent {
  const { direction, traffic, peer } = rule;
  const entries = peer.kind === 'prefix-list' ? addressesIn(lists, peer.prefixListId) : addressesOf(peer);
  const addresses = printSet(asCounted(rule, entries ?? NO_ADDRESSES));
  return { direction, traffic, peer: printPeer(peer), addresses };
}

/** Milliseconds: a clock outlives its rule by a day. */
const OUTLIVES = 24 * 3_600_000;

/** The clocks that still count, given the rules that are there. */
export function countingClocks(
  clocks: readonly Clock[],
  live: readonly SecurityGroupRule[],
  now: Date,
): readonly Clock[] {
  const ids = new Set(live.map(({ id }) => id));
  return clocks.filter(({ ruleId, seenAt }) => ids.has(ruleId) || now.getTime() - seenAt < OUTLIVES);
}

/** The clocks of a policy that a rule has, or inherits. */
export function clocksFor(
  clocks: readonly Clock[],
  policyId: string,
  ruleId: string,
  extent: Extent,
): readonly Clock[] {
  return clocks.filter(
    (clock) =>
      clock.policyId === policyId && (clock.ruleId === ruleId || isOverlapping(clock.extent, extent)),
  );
}

/** True for the same traffic and peer; a list may have other entries since. */
export function isSameExtent(a: Extent, b: Extent): boolean {
  return a.direction === b.direction && a.traffic.join() === b.traffic.join() && a.peer === b.peer;
}

function isOverlapping(a: Extent, b: Extent): boolean {
  if (a.direction !== b.direction || !overlaps([a.traffic], [b.traffic])) return false;
  return a.peer === b.peer || !isEmpty(intersectionOf(admittedIn(a), admittedIn(b)));
}

/** Parsed once: a group may have a thousand clocks, each compared with a thousand rules. */
const SETS = new WeakMap<Extent, AddressSet>();

function admittedIn(extent: Extent): AddressSet {
  const known = SETS.get(extent);
  if (known !== undefined) return known;
  const made = parseSet(extent.addresses);
  SETS.set(extent, made);
  return made;
}
