// What of a rule counts against a policy. Exceptions excuse rectangles, traffic x sources, so the traffic of the rule is cut
// wherever an exception begins or ends; within each area the same addresses count at every point.
import { type AddressSet, intersectionOf, isEmpty, NO_ADDRESSES } from '../network/cidr.ts';
import { ALL_ADDRESSES } from '../network/internet.ts';
import { type Intervals, intersection, minus } from '../network/intervals.ts';
import { NAT64 } from '../network/nat64.ts';
import type { Exception } from '../policy/exception.ts';
import type { Limit } from '../policy/policy.ts';
import { addressesOf, type SecurityGroupRule } from '../rule.ts';
import type { Concerned, Context } from './context.ts';
import { type CountedSet, countedSet, forbiddenPart, NOTHING } from './counted-set.ts';
import type { Excuse } from './exceptions.ts';
import type { Excused, ExcusedBy } from './excused.ts';
import { addressesIn } from './prefix-lists.ts';
import { ASSOCIATIONS } from './unread.ts';

/** A part of a rule's traffic with what counts at every point of it. */
export interface Area {
  readonly traffic: Intervals<number>;
  /** The addresses that count, one set for each limit of the policy. */
  readonly sets: readonly CountedSet[];
  /** Where lists are limited: what no written block excuses, whatever lists say, in the rule's own spelling. */
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
  excusedBy: ExcusedBy,
): Counted {
  const { rule, overlap, admitted } = concerned;
  const areas = partsOf(overlap, [...holding, ...perhaps]).map(({ traffic, by }) => {
    const settled = perhaps.length === 0 ? by : by.filter((exception) => !perhaps.includes(exception));
    const most = areaOf(concerned, traffic, settled, excusedBy(settled));
    if (settled.length === by.length) return { most, least: most };
    const least = areaOf(concerned, traffic, by, excusedBy(by));
    return { most: { ...most, unread: [...most.unread, ...least.unread, ASSOCIATIONS] }, least };
  });
  const possible = areas.map(({ most }) => most).filter(counts);
  const isKnown = admitted !== undefined && possible.every(({ unread }) => unread.length === 0);
  if (isKnown) return { certain: possible, possible, unread: [] };
  const certain = areas.map(({ least }) => certainOf(concerned, least)).filter(counts);
  const own = admitted === undefined && rule.peer.kind === 'prefix-list' ? [rule.peer.prefixListId] : [];
  const unread = [...new Set([...own, ...possible.flatMap((area) => area.unread)])];
  return { certain, possible, unread };
}

/** The most that may count of a rule if there were no exceptions. */
export function unexcusedArea(concerned: Concerned, excusedBy: ExcusedBy): Area {
  return areaOf(concerned, concerned.overlap, [], excusedBy([]));
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
  concerned: Concerned,
  traffic: Intervals<number>,
  by: readonly Exception[],
  excused: Excused,
): PossibleArea {
  const { rule, policy, admitted } = concerned;
  const { isAll, restOf, lists, unread } = excused;
  if (isAll) return { traffic, sets: [], unwritten: NO_ADDRESSES, barred: undefined, unread: [], by };
  const { unwritten, unlisted } = restOf(admitted ?? ALL_ADDRESSES);
  const setOf = (limit: Limit) => {
    if (limit.countsListed) return forbiddenPart(rule, limit, unwritten);
    const part = forbiddenPart(rule, limit, unlisted);
    return admitted === undefined && excusesItself(rule, lists) ? inNat64(rule, part) : part;
  };
  const isNamed = admitted !== undefined && !isEmpty(admitted);
  return {
    traffic,
    sets: policy.limits.map(setOf),
    unwritten: unwrittenOf(concerned, unwritten),
    barred: policy.forbidden === 'any' && !(isNamed && isEmpty(unlisted)) ? unlisted : undefined,
    unread,
    by,
  };
}

/** What a list holds is excused by that very list, whatever it is: all but NAT64 in the middle of an IPv6 block. */
function excusesItself({ peer }: SecurityGroupRule, lists: readonly string[]): boolean {
  return peer.kind === 'prefix-list' && lists.includes(peer.prefixListId);
}

function inNat64(rule: SecurityGroupRule, { spelled }: CountedSet): CountedSet {
  return rule.direction === 'ingress' ? NOTHING : countedSet(rule, intersectionOf(spelled, NAT64));
}

function unwrittenOf({ rule, policy: { forbidden, limits } }: Concerned, unwritten: AddressSet): AddressSet {
  const [first] = limits;
  if (first === undefined || limits.every(({ countsListed }) => !countsListed)) return NO_ADDRESSES;
  return forbidden === 'any' ? unwritten : forbiddenPart(rule, first, unwritten).spelled;
}

/** What of it counts whatever the lists hold: only what they hold themselves, and what they excuse, is not known. */
function certainOf(
  { rule, policy, admitted }: Concerned,
  { traffic, sets, unwritten, barred, unread, by }: PossibleArea,
): Area {
  const isSure = (limit: Limit | undefined) =>
    admitted !== undefined && (unread.length === 0 || limit?.countsListed === true);
  // Sources excuse only who is named: of a group, or an empty list, nobody.
  const mayExcuse = by.length > 0 && (admitted === undefined || (unread.length > 0 && !isEmpty(admitted)));
  return {
    traffic,
    sets: sets.map((set, index) => (isSure(policy.limits[index]) ? set : NOTHING)),
    unwritten,
    barred: mayExcuse || rule.peer.kind === 'unreadable' ? undefined : barred,
  };
}

function counts({ sets, barred }: Area): boolean {
  return barred !== undefined || sets.some((set) => set !== NOTHING);
}
