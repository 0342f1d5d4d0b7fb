// Which rules are one too many: how many addresses reach one port through all rules together.
//
// Rules that may not be acted on are always kept. The others are offered narrowest first, and each is kept unless it adds to a
// cell that is over a limit with it. So the widest go first, what is kept is tolerable as far as it can be, and putting any refused
// rule back is too many.
import { type AddressSet, minusOf, unionOf } from '../network/cidr.ts';
import type { Interval } from '../network/intervals.ts';
import { withNat64 } from '../network/nat64.ts';
import type { Limit } from '../policy/policy.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import {
  type Counting,
  cellsOf,
  countingIn,
  type FullCell,
  type FullCells,
  fullCells,
  keep,
  keptSet,
} from './cells.ts';
import type { Area } from './counted.ts';
import { type CountedSet, countedSet, isOverLimit, NOTHING } from './counted-set.ts';
import { sizeOfNew } from './growing-set.ts';

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
  const cells = fullCells(parts, limits);
  const involved = parts.filter(({ areas }) => areas.some((area) => cellsOf(area, cells).length > 0));
  const excess = new Map<SecurityGroupRule, Excess>();
  for (const part of involved.map((one) => widthOf(one, limits)).toSorted(byWidth)) {
    const over = part.actionable ? excessOf(part, cells, limits) : undefined;
    if (over === undefined) keep(part, cells);
    else excess.set(part.rule, over);
  }
  return excess;
}

interface AloneExcess {
  readonly area: Area;
  readonly limit: Limit;
  readonly set: CountedSet;
}

/** Where an area is too many by itself; undefined where it is not. */
export function excessAlone(areas: readonly Area[], limits: readonly Limit[]): AloneExcess | undefined {
  for (const area of areas) {
    for (const [index, limit] of limits.entries()) {
      const set = area.sets[index];
      if (set !== undefined && isOverLimit(set, limit)) return { area, limit, set };
    }
  }
  return undefined;
}

function excessOf({ areas }: ReachPart, cells: FullCells, limits: readonly Limit[]): Excess | undefined {
  for (const area of areas) {
    const counting = countingIn(area);
    for (const cell of cellsOf(area, cells)) {
      for (const one of counting) {
        const limit = limits[one.limit];
        if (limit !== undefined && isOverWith(one, cell, limit))
          return excessAt(area.sets[one.limit] ?? NOTHING, cell, one.limit, limit);
      }
    }
  }
  return undefined;
}

/** Whether the addresses add to a family that is over the limit with them. */
function isOverWith(
  { limit: index, family, addresses, size }: Counting,
  { kept }: FullCell,
  { tolerance }: Limit,
): boolean {
  const before = kept[index]?.[family];
  if (before === undefined || before.size + size <= tolerance[family]) return false;
  const more = sizeOfNew(before, addresses);
  return more > 0n && before.size + more > tolerance[family];
}

function excessAt({ spelled, counted }: CountedSet, cell: FullCell, index: number, limit: Limit): Excess {
  const kept = keptSet(cell, index);
  const more = minusOf(counted, kept);
  const added = spelled === counted ? more : minusOf(spelled, withNat64(kept));
  // They came narrowest first.
  return { cell: cell.traffic, limit, added, reach: unionOf(kept, more), beside: cell.rules.toReversed() };
}

/** A part with how many addresses it admits at any port, by limit and family, and how much traffic that is. */
interface WidePart extends ReachPart {
  readonly counts: readonly bigint[];
  readonly traffic: number;
  readonly text: string;
}

function widthOf(part: ReachPart, limits: readonly Limit[]): WidePart {
  const counts = limits.flatMap((_, index) => {
    const sets = part.areas.map((area) => area.sets[index] ?? NOTHING);
    const { size } = sets.reduce((all, set) => unionOfSets(part.rule, all, set), NOTHING);
    return [size.ipv4, size.ipv6];
  });
  const spans = part.areas.flatMap(({ traffic }) => traffic);
  const traffic = spans.reduce((sum, [start, end]) => sum + (end - start), 0);
  return { ...part, counts, traffic, text: textOf(part) };
}

function unionOfSets(rule: SecurityGroupRule, a: CountedSet, b: CountedSet): CountedSet {
  if (a === NOTHING) return b;
  return a === b || b === NOTHING ? a : countedSet(rule, unionOf(a.spelled, b.spelled));
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
  return a.traffic - b.traffic || (a.text < b.text ? -1 : 1);
}

function textOf({ areas, rule }: ReachPart): string {
  const texts = areas.flatMap(({ traffic, sets }) => [
    traffic,
    ...sets.flatMap(({ counted }) => [counted.ipv4, counted.ipv6]),
  ]);
  return [...texts, contentOf(rule)].join(' ');
}
