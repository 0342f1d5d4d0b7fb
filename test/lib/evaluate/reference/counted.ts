// What of a rule counts against a policy. Exceptions excuse rectangles, traffic x sources, so the traffic of the rule is cut
// wherever an exception begins or ends; within each area the same addresses count at every point.

import type { Concerned, Context } from '../../../../lib/evaluate/context.ts';
import { addressesIn, entriesOf } from '../../../../lib/evaluate/prefix-lists.ts';
import { ASSOCIATIONS } from '../../../../lib/evaluate/unread.ts';
import {
  type AddressSet,
  intersectionOf,
  isEmpty,
  minusOf,
  NO_ADDRESSES,
  unionOf,
} from '../../../../lib/network/cidr.ts';
import { ALL_ADDRESSES } from '../../../../lib/network/internet.ts';
import { type Intervals, intersection, minus } from '../../../../lib/network/intervals.ts';
import { allowedOf, asCounted, NAT64, NO_BLOCKS } from '../../../../lib/network/nat64.ts';
import type { Exception } from '../../../../lib/policy/exception.ts';
import type { Limit } from '../../../../lib/policy/policy.ts';
import { addressesOf, type SecurityGroupRule } from '../../../../lib/rule.ts';
import type { Excuse } from './exceptions.ts';

/** A part of a rule's traffic with what counts at every point of it. */
export interface Area {
  readonly traffic: Intervals<number>;
  /** The addresses that count, one set for each limit of the policy, as they are counted: two spellings of one destination once. */
  readonly sets: readonly AddressSet[];
  /** The same in the rule's own spelling. */
  readonly spelled: readonly AddressSet[];
  /** What of the rule no written block excuses, in its own spelling, whatever lists say. */
  readonly unwritten: AddressSet;
  /** Where the policy forbids any source: the addresses that are not excused, of peers that name some. Undefined where all are. */
  readonly barred: AddressSet | undefined;
}

/** What of a rule counts; areas where nothing does are left out. */
export interface Counted {
  /** What counts whatever the prefix lists hold that could not be read. */
  readonly certain: readonly Area[];
  /** The most that may count; the very same where nothing is unread. */
  readonly possible: readonly Area[];
  /** The most that may count if there were no exceptions. */
  readonly unexcused: Area;
  /** The prefix lists that could not be read and matter. */
  readonly unread: readonly string[];
}

/** The addresses that a rule admits; undefined for a peer that could not be read. Groups admit no addresses of their own. */
export function admittedBy({ peer }: SecurityGroupRule, { prefixLists }: Context): AddressSet | undefined {
  if (peer.kind === 'unreadable') return undefined;
  return peer.kind === 'prefix-list' ? addressesIn(prefixLists, peer.prefixListId) : addressesOf(peer);
}

/** What of a rule counts, given the exceptions that hold for it as far as is known. */
export function countedOf(
  concerned: Concerned,
  { possible: holding, perhaps }: Pick<Excuse, 'possible' | 'perhaps'>,
  context: Context,
): Counted {
  const { rule, overlap, admitted } = concerned;
  const unexcused = areaOf(concerned, overlap, [], context);
  const areas = partsOf(overlap, [...holding, ...perhaps]).map(({ traffic, by }) => {
    const settled = by.filter((exception) => !perhaps.includes(exception));
    const most =
      settled.length === 0 ? { ...unexcused, traffic } : areaOf(concerned, traffic, settled, context);
    if (settled.length === by.length) return { most, least: most };
    const least = areaOf(concerned, traffic, by, context);
    return { most: { ...most, unread: [...most.unread, ...least.unread, ASSOCIATIONS] }, least };
  });
  const possible = areas.map(({ most }) => most).filter(counts);
  const isKnown = admitted !== undefined && possible.every(({ unread }) => unread.length === 0);
  if (isKnown) return { certain: possible, possible, unexcused, unread: [] };
  const certain = areas.map(({ least }) => certainOf(concerned, least)).filter(counts);
  const own = admitted === undefined && rule.peer.kind === 'prefix-list' ? [rule.peer.prefixListId] : [];
  const unread = [...new Set([...own, ...possible.flatMap((area) => area.unread)])];
  return { certain, possible, unexcused, unread };
}

interface Part {
  readonly traffic: Intervals<number>;
  /** The exceptions that excuse something there. */
  readonly by: readonly Exception[];
}

/** The traffic cut into parts, each with the exceptions that are about it. */
function partsOf(overlap: Intervals<number>, exceptions: readonly Exception[]): readonly Part[] {
  return exceptions.reduce<readonly Part[]>(
    (parts, exception) =>
      parts.flatMap(({ traffic, by }) => {
        const inside = { traffic: intersection(traffic, exception.traffic), by: [...by, exception] };
        const outside = { traffic: minus(traffic, exception.traffic), by };
        return [outside, inside].filter((part) => part.traffic.length > 0);
      }),
    [{ traffic: overlap, by: [] }],
  );
}

interface PossibleArea extends Area {
  readonly unread: readonly string[];
  readonly by: readonly Exception[];
}

/** The most that may count at this traffic. */
function areaOf(
  { rule, policy, admitted }: Concerned,
  traffic: Intervals<number>,
  by: readonly Exception[],
  { prefixLists }: Context,
): PossibleArea {
  if (by.some(({ sources }) => sources === undefined))
    return { traffic, sets: [], spelled: [], unwritten: NO_ADDRESSES, barred: undefined, unread: [], by };
  const lists = [...policy.allowedLists, ...by.flatMap(({ sources }) => sources?.lists ?? [])];
  const written = by.reduce(
    (set, { sources }) => unionOf(set, sources?.addresses ?? NO_ADDRESSES),
    NO_ADDRESSES,
  );
  const all = admitted ?? ALL_ADDRESSES;
  const allowedBy = (id: string) => allowedOf(rule, all, entriesOf(prefixLists, id) ?? NO_BLOCKS);
  const listed = lists.reduce((set, id) => unionOf(set, allowedBy(id)), NO_ADDRESSES);
  const unwritten = without(all, written);
  const unlisted = without(unwritten, listed);
  const unread = lists.filter((id) => entriesOf(prefixLists, id) === undefined);
  // What a list holds is excused by that very list, whatever it is: all but NAT64 in the middle of an IPv6 block.
  const excusesItself = rule.peer.kind === 'prefix-list' && lists.includes(rule.peer.prefixListId);
  const unexcusable = rule.direction === 'egress' ? NAT64 : NO_ADDRESSES;
  const setOf = ({ forbidden, countsListed }: Limit) => {
    const counting = countsListed ? unwritten : unlisted;
    const isExcused = admitted === undefined && excusesItself && !countsListed;
    return intersectionOf(isExcused ? intersectionOf(counting, unexcusable) : counting, forbidden);
  };
  const spelled = policy.limits.map(setOf);
  const isNamed = admitted !== undefined && !isEmpty(admitted);
  return {
    traffic,
    sets: spelled.map((set) => asCounted(rule, set)),
    spelled,
    unwritten: policy.forbidden === 'any' ? unwritten : intersectionOf(unwritten, policy.forbidden),
    barred: policy.forbidden === 'any' && !(isNamed && isEmpty(unlisted)) ? unlisted : undefined,
    unread,
    by,
  };
}

/** What of it counts whatever the lists hold: only what they hold themselves, and what they excuse, is not known. */
function certainOf(
  { rule, policy, admitted }: Concerned,
  { traffic, sets, spelled, unwritten, barred, unread, by }: PossibleArea,
): Area {
  const isSure = (limit: Limit | undefined) =>
    admitted !== undefined && (unread.length === 0 || limit?.countsListed === true);
  const ifSure = (set: AddressSet, index: number) => (isSure(policy.limits[index]) ? set : NO_ADDRESSES);
  // Sources excuse only who is named: of a group, or an empty list, nobody.
  const mayExcuse = by.length > 0 && (admitted === undefined || (unread.length > 0 && !isEmpty(admitted)));
  return {
    traffic,
    sets: sets.map(ifSure),
    spelled: spelled.map(ifSure),
    unwritten,
    barred: mayExcuse || rule.peer.kind === 'unreadable' ? undefined : barred,
  };
}

function counts({ sets, barred }: Area): boolean {
  return barred !== undefined || sets.some((set) => !isEmpty(set));
}

function without(set: AddressSet, excused: AddressSet): AddressSet {
  return isEmpty(excused) ? set : minusOf(set, excused);
}
