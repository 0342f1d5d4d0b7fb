// What of a violating rule is forbidden, as rectangles of traffic and addresses: what trimming removes.
import { type AddressSet, FAMILIES, minusOf, NO_ADDRESSES, unionOf } from '../network/cidr.ts';
import type { Intervals } from '../network/intervals.ts';
import type { Limit, Policy } from '../policy/policy.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { cellsOf, type FullCells, fullCells, keep } from './cells.ts';
import type { Area, Counted } from './counted.ts';
import { type CountedSet, countedSet, NOTHING } from './counted-set.ts';
import { sizeOfNew } from './growing-set.ts';

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
  const certain = ({ rule, counted }: Part) => ({ rule, areas: counted.certain });
  const cells = fullCells([...kept, ...violating].map(certain), limits);
  for (const part of kept) keep(certain(part), cells);
  const found = new Map(
    violating.map((part) => {
      const areas = part.counted.certain.map((area) => {
        const { traffic, addresses } = forbiddenIn(area, limits);
        const all = area.sets[listed]?.spelled ?? NO_ADDRESSES;
        const excused = countedSet(part.rule, minusOf(all, addresses));
        const sets = area.sets.map((_, i) => (i === listed ? excused : NOTHING));
        if (isTooWide(area, excused, cells, { index: listed, limit }))
          return { traffic, addresses: unionOf(addresses, area.unwritten) };
        keep({ rule: part.rule, areas: [{ ...area, sets }] }, cells);
        return { traffic, addresses };
      });
      return [part, areas] as const;
    }),
  );
  return (part) => found.get(part) ?? [];
}

/** What counts there, whatever prefix lists excuse. */
function forbiddenIn(
  { traffic, sets, barred = NO_ADDRESSES }: Area,
  limits: readonly Limit[],
): ForbiddenArea {
  const counting = sets.filter((_, index) => limits[index]?.countsListed === false);
  const addresses = counting.reduce((all, { spelled }) => unionOf(all, spelled), barred);
  return { traffic, addresses };
}

interface ListedLimit {
  readonly index: number;
  readonly limit: Limit;
}

/** Whether the addresses, with what is kept of the group, are more than is tolerated somewhere in the area. */
function isTooWide(area: Area, added: CountedSet, cells: FullCells, { index, limit }: ListedLimit): boolean {
  if (added === NOTHING) return false;
  return cellsOf(area, cells).some(({ kept }) =>
    FAMILIES.some((family) => {
      const before = kept[index]?.[family];
      if (before === undefined) return false;
      return before.size + sizeOfNew(before, added.counted[family]) > limit.tolerance[family];
    }),
  );
}
