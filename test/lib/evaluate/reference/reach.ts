// How many addresses reach one port through all rules together, and which rules are one too many.
//
// The traffic line is cut wherever an area of a rule begins or ends; within a cell the same addresses count at every
// point, so a cell's reach is the union of what its rules count for, one set for each limit of the policy. Rules that may
// not be acted on are always kept. The others are offered narrowest first, and each is kept unless it adds to a cell that
// is over a limit with it. So the widest go first, what is kept is tolerable as far as it can be, and putting any refused
// rule back is too many.
import {
  type AddressSet,
  countOf,
  FAMILIES,
  type Family,
  isTooMany,
  minusOf,
  NO_ADDRESSES,
  unionOf,
} from '../../../../lib/network/cidr.ts';
import { type Interval, overlaps } from '../../../../lib/network/intervals.ts';
import { withNat64 } from '../../../../lib/network/nat64.ts';
import type { Limit } from '../../../../lib/policy/policy.ts';
import { contentOf, type SecurityGroupRule } from '../../../../lib/rule.ts';
import type { Area } from './counted.ts';

/** A rule's part in the reach. */
export interface ReachPart {
  readonly rule: SecurityGroupRule;
  readonly actionable: boolean;
  /** Apart from each other in traffic. */
  readonly areas: readonly Area[];
}

/** Where a rule is one too many: the cell, what the rule adds there, and the whole reach with it as it is counted. */
export interface Excess {
  readonly cell: Interval<number>;
  readonly limit: Limit;
  /** In the rule's own spelling. */
  readonly added: AddressSet;
  readonly reach: AddressSet;
  /** The rules that were kept before it and admit the rest of the reach, the widest first. */
  readonly beside: readonly SecurityGroupRule[];
}

/** The actionable rules whose addresses, with those of the rules kept before them, are more than is tolerated. */
export function exceeding(
  parts: readonly ReachPart[],
  limits: readonly Limit[],
): ReadonlyMap<SecurityGroupRule, Excess> {
  const excess = new Map<SecurityGroupRule, Excess>();
  if (isTolerableInSum(parts, limits)) return excess;
  const cells = makeCells(parts);
  const kept: WidePart[] = [];
  for (const part of parts.map((one) => widthOf(one, limits)).toSorted(byWidth)) {
    const over = part.actionable ? excessOf(part, cells, limits) : undefined;
    if (over === undefined) {
      keep(part, cells);
      kept.push(part);
    } else excess.set(part.rule, { ...over, beside: besides(kept, over.cell) });
  }
  return excess;
}

/** Most groups end here: what is few enough even counted twice needs no union. */
export function isTolerableInSum(parts: readonly ReachPart[], limits: readonly Limit[]): boolean {
  return limits.every(({ tolerance }, index) =>
    FAMILIES.every((family) => sumOf(parts, index, family) <= tolerance[family]),
  );
}

function sumOf(parts: readonly ReachPart[], index: number, family: Family): bigint {
  let sum = 0n;
  for (const { areas } of parts) {
    for (const { sets } of areas) sum += countOf(sets[index] ?? NO_ADDRESSES, family);
  }
  return sum;
}

/** The traffic line in cells, each with the reach of the parts kept so far. */
export interface Cells {
  /** Where the line is cut, ascending; cell `i` runs from `cuts[i]` to `cuts[i + 1]`. */
  readonly cuts: readonly number[];
  readonly indexOfCut: ReadonlyMap<number, number>;
  /** What counts, by cell: one set for each limit. */
  readonly reach: (readonly AddressSet[])[];
}

/** Cells for these parts, none of them kept yet. */
export function makeCells(parts: readonly ReachPart[]): Cells {
  const ends = parts.flatMap(({ areas }) => areas.flatMap(({ traffic }) => traffic.flat()));
  const cuts = [...new Set(ends)].toSorted((a, b) => a - b);
  return { cuts, indexOfCut: new Map(cuts.map((cut, index) => [cut, index])), reach: [] };
}

/** The cells of an area, by position. */
export function cellsOf({ traffic }: Area, { indexOfCut }: Cells): readonly number[] {
  return traffic.flatMap(([start, end]) => {
    const first = indexOfCut.get(start) ?? 0;
    const length = (indexOfCut.get(end) ?? 0) - first;
    return Array.from({ length }, (_, offset) => first + offset);
  });
}

/** Adds a part to the reach. */
export function keep({ areas }: Pick<ReachPart, 'areas'>, cells: Cells): void {
  for (const area of areas) {
    for (const cell of cellsOf(area, cells)) {
      const kept = cells.reach[cell];
      cells.reach[cell] = area.sets.map((set, index) => unionOf(kept?.[index] ?? NO_ADDRESSES, set));
    }
  }
}

interface AloneExcess {
  readonly area: Area;
  readonly limit: Limit;
  readonly reach: AddressSet;
  readonly admitted: AddressSet;
}

/** Where an area is too many by itself, as counted and in the rule's own spelling; undefined where it is not. */
export function excessAlone(areas: readonly Area[], limits: readonly Limit[]): AloneExcess | undefined {
  for (const area of areas) {
    for (const [index, limit] of limits.entries()) {
      const reach = area.sets[index];
      if (reach === undefined || !isTooMany(reach, limit.tolerance)) continue;
      return { area, limit, reach, admitted: area.spelled[index] ?? NO_ADDRESSES };
    }
  }
  return undefined;
}

function excessOf(
  { areas }: ReachPart,
  cells: Cells,
  limits: readonly Limit[],
): Omit<Excess, 'beside'> | undefined {
  for (const area of areas) {
    for (const at of cellsOf(area, cells)) {
      const over = excessAt(area, cells.reach[at] ?? [], limits);
      if (over !== undefined) return { cell: [cells.cuts[at] ?? 0, cells.cuts[at + 1] ?? 0], ...over };
    }
  }
  return undefined;
}

function excessAt(
  { sets, spelled }: Area,
  reached: readonly AddressSet[],
  limits: readonly Limit[],
): Pick<Excess, 'limit' | 'added' | 'reach'> | undefined {
  for (const [index, limit] of limits.entries()) {
    const kept = reached[index] ?? NO_ADDRESSES;
    const more = minusOf(sets[index] ?? NO_ADDRESSES, kept);
    const reach = unionOf(kept, more);
    const over = FAMILIES.some((f) => more[f].length > 0 && countOf(reach, f) > limit.tolerance[f]);
    if (!over) continue;
    const own = spelled[index] ?? NO_ADDRESSES;
    return { limit, added: own === sets[index] ? more : minusOf(own, withNat64(kept)), reach };
  }
  return undefined;
}

function besides(kept: readonly WidePart[], cell: Interval<number>): readonly SecurityGroupRule[] {
  const covering = kept.filter(({ areas }) => areas.some(({ traffic }) => overlaps(traffic, [cell])));
  return covering.toSorted((a, b) => byWidth(b, a)).map(({ rule }) => rule);
}

/** A part with how many addresses it admits at any port, by limit and family, and how much traffic that is. */
interface WidePart extends ReachPart {
  readonly counts: readonly bigint[];
  readonly traffic: number;
}

function widthOf(part: ReachPart, limits: readonly Limit[]): WidePart {
  const [first, ...others] = part.areas;
  const counts = limits.flatMap((_, index) => {
    const setOf = (area: Area | undefined) => area?.sets[index] ?? NO_ADDRESSES;
    const set = others.reduce((all, area) => unionOf(all, setOf(area)), setOf(first));
    return FAMILIES.map((family) => countOf(set, family));
  });
  const spans = part.areas.flatMap(({ traffic }) => traffic);
  return { ...part, counts, traffic: spans.reduce((sum, [start, end]) => sum + (end - start), 0) };
}

/**
 * Not actionable first, then the narrowest: fewest addresses, then least traffic. Between equals the sets themselves
 * decide, so that neither the order of reading nor a widening beyond what the policy is about ever does.
 */
function byWidth(a: WidePart, b: WidePart): number {
  if (a.actionable !== b.actionable) return a.actionable ? 1 : -1;
  for (const [index, count] of a.counts.entries()) {
    const difference = count - (b.counts[index] ?? 0n);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return a.traffic - b.traffic || (textOf(a) < textOf(b) ? -1 : 1);
}

function textOf({ areas, rule }: WidePart): string {
  const texts = areas.flatMap(({ traffic, sets }) => [traffic, ...sets.flatMap((s) => [s.ipv4, s.ipv6])]);
  return [...texts, contentOf(rule)].join(' ');
}
