// The clocks of graces: since when a rule violates a policy that gives people time. A clock is never set back: it lasts as long as its
// rule and a day longer, and what takes the place of the rule inherits it.
import { addressesIn, type PrefixLists } from '../evaluate/prefix-lists.ts';
import { type AddressSet, areOverlapping, NO_ADDRESSES, parseSet, printSet } from '../network/cidr.ts';
import type { Interval } from '../network/intervals.ts';
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
  /** True once the item had no room for another clock. */
  readonly isFull?: true;
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

/** The clocks of a group, to be found by policy and rule, and by what they overlap. */
export interface ClockIndex {
  readonly clocks: readonly Clock[];
  /** The clocks of a rule itself, one for each content that it had. */
  readonly own: (policyId: string, ruleId: string) => readonly Clock[];
  /** The earliest start of a clock, seen within a day, whose extent overlaps this one; undefined if there is none. */
  readonly inheritedStart: (policyId: string, extent: Extent) => number | undefined;
}

/** Indexes clocks: a group may have a thousand rules, and several clocks for each. */
export function indexClocks(clocks: readonly Clock[], now: Date): ClockIndex {
  const byRule = Map.groupBy(clocks, ({ policyId, ruleId }) => `${policyId} ${ruleId}`);
  // What an exception has long let stay says nothing of the rules beside it.
  const lately = clocks.filter(({ seenAt }) => now.getTime() - seenAt < OUTLIVES);
  const starts = new Map(
    [...Map.groupBy(lately, ({ policyId }) => policyId)].map(([id, of]) => [id, startsOf(of)] as const),
  );
  const known = new Map<string, number | undefined>();
  return {
    clocks,
    own: (policyId, ruleId) => byRule.get(`${policyId} ${ruleId}`) ?? [],
    inheritedStart: (policyId, extent) => {
      const key = `${policyId} ${contentKey(extent)}`;
      if (!known.has(key)) known.set(key, earliest(starts.get(policyId) ?? [], extent));
      return known.get(key);
    },
  };
}

interface Start {
  readonly extent: Extent;
  readonly at: number;
}

/** The earliest start of each content, the earliest first. */
function startsOf(clocks: readonly Clock[]): readonly Start[] {
  const alike = Map.groupBy(clocks, ({ extent }) => `${contentKey(extent)} ${extent.addresses.join()}`);
  const starts = [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ extent: first.extent, at: Math.min(first.startedAt, ...others.map((one) => one.startedAt)) }],
  );
  return starts.toSorted((a, b) => a.at - b.at);
}

function earliest(starts: readonly Start[], extent: Extent): number | undefined {
  return starts.find((start) => isOverlapping(start.extent, extent))?.at;
}

/** True for the same traffic and peer; a list may have other entries since. */
export function isSameExtent(a: Extent, b: Extent): boolean {
  return contentKey(a) === contentKey(b);
}

function contentKey({ direction, traffic, peer }: Extent): string {
  return `${direction} ${traffic[0]} ${traffic[1]} ${peer}`;
}

function isOverlapping(a: Extent, b: Extent): boolean {
  if (a.direction !== b.direction || !isTouching(a.traffic, b.traffic)) return false;
  return a.peer === b.peer || areOverlapping(admittedIn(a), admittedIn(b));
}

function isTouching(a: Interval<number>, b: Interval<number>): boolean {
  return a[0] < b[1] && b[0] < a[1];
}

/** Parsed once: each is compared with many. */
const SETS = new WeakMap<Extent, AddressSet>();

function admittedIn(extent: Extent): AddressSet {
  const known = SETS.get(extent);
  if (known !== undefined) return known;
  const made = parseSet(extent.addresses);
  SETS.set(extent, made);
  return made;
}
