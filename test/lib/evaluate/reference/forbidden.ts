// What of a violating rule is forbidden, as rectangles of traffic and addresses: what trimming removes.
import {
  type AddressSet,
  isEmpty,
  isTooMany,
  minusOf,
  NO_ADDRESSES,
  unionOf,
} from '../../../../lib/network/cidr.ts';
import type { Intervals } from '../../../../lib/network/intervals.ts';
import { asCounted } from '../../../../lib/network/nat64.ts';
import type { Limit, Policy } from '../../../../lib/policy/policy.ts';
import type { SecurityGroupRule } from '../../../../lib/rule.ts';
import type { Area, Counted } from './counted.ts';
import { type Cells, cellsOf, keep, makeCells, type ReachPart } from './reach.ts';

export interface ForbiddenArea {
  readonly traffic: Intervals<number>;
  readonly addresses: AddressSet;
}

interface Part {
  readonly rule: SecurityGroupRule;
  readonly counted: Counted;
}

/**
 * Answers what is forbidden of each violating rule. What a prefix list excuses stays allowed as long as all of it, with what is kept of
 * the group, is within the limit of lists; what is beyond that is forbidden too.
 */
export function forbiddenAreas<P extends Part>(
  { limits }: Policy,
  violating: readonly P[],
  kept: readonly P[],
): (part: P) => readonly ForbiddenArea[] {
  const listed = limits.findIndex(({ countsListed }) => countsListed);
  const limit = limits[listed];
  if (limit === undefined || violating.length === 0) {
    return ({ counted }) => counted.certain.map((area) => forbiddenIn(area, limits));
  }
  const cells = makeCells([...kept, ...violating].map(reaching));
  for (const part of kept) keep(reaching(part), cells);
  const found = new Map(
    violating.map((part) => {
      const areas = part.counted.certain.map((area) => {
        const { traffic, addresses } = forbiddenIn(area, limits);
        const all = area.spelled[listed] ?? NO_ADDRESSES;
        const excused = asCounted(part.rule, minusOf(all, addresses));
        const sets = area.sets.map((_, i) => (i === listed ? excused : NO_ADDRESSES));
        const isKept = addWithin({ ...area, sets }, cells, listed, limit);
        return { traffic, addresses: isKept ? addresses : unionOf(addresses, area.unwritten) };
      });
      return [part, areas] as const;
    }),
  );
  return (part) => found.get(part) ?? [];
}

function reaching({ rule, counted }: Part): ReachPart {
  return { rule, actionable: true, areas: counted.certain };
}

/** What counts there, whatever prefix lists excuse. */
function forbiddenIn(
  { traffic, spelled, barred = NO_ADDRESSES }: Area,
  limits: readonly Limit[],
): ForbiddenArea {
  const counting = spelled.filter((_, index) => limits[index]?.countsListed === false);
  return { traffic, addresses: counting.reduce(unionOf, barred) };
}

/** Adds an area to the reach, unless that would be more than is tolerated; true if it did. */
function addWithin(area: Area, cells: Cells, index: number, { tolerance }: Limit): boolean {
  const set = area.sets[index] ?? NO_ADDRESSES;
  const isTooWide = cellsOf(area, cells).some((cell) =>
    isTooMany(unionOf(cells.reach[cell]?.[index] ?? NO_ADDRESSES, set), tolerance),
  );
  if (!isEmpty(set) && isTooWide) return false;
  keep({ areas: [area] }, cells);
  return true;
}
