// How many addresses reach one port through all rules together, and which rules are one too many.
//
// The traffic line is cut wherever a rule begins or ends; within a cell the same rules apply to every point, so
// a cell's reach is the union of their addresses. Rules that may not be acted on are always kept. The others are
// offered narrowest first, and each is kept unless it adds to a cell that is over the tolerance with it. So the
// widest go first, what is kept is tolerable as far as it can be, and putting any refused rule back is too many.
import {
  type AddressSet,
  countOf,
  FAMILIES,
  minusOf,
  NO_ADDRESSES,
  type Tolerance,
  unionOf,
} from '../network/cidr.ts';
import { type Interval, type Intervals, overlaps } from '../network/intervals.ts';
import { asCounted, withNat64 } from '../network/nat64.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';

/** A rule's part in the reach: where it applies and the forbidden addresses it admits there. */
export interface ReachPart {
  readonly rule: SecurityGroupRule;
  readonly actionable: boolean;
  readonly overlap: Intervals<number>;
  readonly tolerated: AddressSet;
}

/** The same with its addresses as they are counted: two spellings of one destination once. */
interface CountedPart extends ReachPart {
  readonly counted: AddressSet;
}

/** Where a rule is one too many: the cell, what the rule adds there, and the whole reach with it as it is counted. */
export interface Excess {
  readonly cell: Interval<number>;
  /** In the rule's own spelling. */
  readonly added: AddressSet;
  readonly reach: AddressSet;
  /** The rules that were kept before it and admit the rest of the reach, the widest first. */
  readonly beside: readonly SecurityGroupRule[];
}

/** The actionable rules whose addresses, with those of the rules kept before them, are more than is tolerated. */
export function exceeding(
  parts: readonly ReachPart[],
  tolerance: Tolerance,
): ReadonlyMap<SecurityGroupRule, Excess> {
  const excess = new Map<SecurityGroupRule, Excess>();
  if (isTolerableInSum(parts, tolerance)) return excess;
  const cells = makeCells(parts);
  const kept: CountedPart[] = [];
  for (const part of parts.map(counted).toSorted(byWidth)) {
    const over = part.actionable ? excessOf(part, cells, tolerance) : undefined;
    if (over === undefined) {
      keep(part, cells);
      kept.push(part);
    } else excess.set(part.rule, { ...over, beside: besides(kept, over.cell) });
  }
  return excess;
}

/** Most groups end here: what is few enough even counted twice needs no union. */
function isTolerableInSum(parts: readonly ReachPart[], tolerance: Tolerance): boolean {
  const sets = parts.map(({ rule, tolerated }) => asCounted(rule, tolerated));
  return FAMILIES.every(
    (family) => sets.reduce((sum, set) => sum + countOf(set, family), 0n) <= tolerance[family],
  );
}

function counted(part: ReachPart): CountedPart {
  return { ...part, counted: asCounted(part.rule, part.tolerated) };
}

interface Cells {
  /** Where the line is cut, ascending; cell `i` runs from `cuts[i]` to `cuts[i + 1]`. */
  readonly cuts: readonly number[];
  readonly indexOfCut: ReadonlyMap<number, number>;
  /** The addresses that the rules kept so far admit, by cell, as they are counted. */
  readonly reach: AddressSet[];
}

function makeCells(parts: readonly ReachPart[]): Cells {
  const cuts = [...new Set(parts.flatMap((part) => part.overlap.flat()))].toSorted((a, b) => a - b);
  const indexOfCut = new Map(cuts.map((cut, index) => [cut, index]));
  return { cuts, indexOfCut, reach: [] };
}

function cellsOf(part: ReachPart, { indexOfCut }: Cells): readonly number[] {
  return part.overlap.flatMap(([start, end]) => {
    const first = indexOfCut.get(start) ?? 0;
    const length = (indexOfCut.get(end) ?? 0) - first;
    return Array.from({ length }, (_, offset) => first + offset);
  });
}

function excessOf(part: CountedPart, cells: Cells, tolerance: Tolerance): Omit<Excess, 'beside'> | undefined {
  for (const cell of cellsOf(part, cells)) {
    const kept = cells.reach[cell] ?? NO_ADDRESSES;
    const more = minusOf(part.counted, kept);
    const reach = unionOf(kept, more);
    const over = FAMILIES.some((f) => more[f].length > 0 && countOf(reach, f) > tolerance[f]);
    if (over) {
      const added = part.counted === part.tolerated ? more : minusOf(part.tolerated, withNat64(kept));
      return { cell: [cells.cuts[cell] ?? 0, cells.cuts[cell + 1] ?? 0], added, reach };
    }
  }
  return undefined;
}

function besides(kept: readonly CountedPart[], cell: Interval<number>): readonly SecurityGroupRule[] {
  const covering = kept.filter(({ overlap }) => overlaps(overlap, [cell]));
  return covering.toSorted((a, b) => byWidth(b, a)).map(({ rule }) => rule);
}

function keep(part: CountedPart, cells: Cells): void {
  for (const cell of cellsOf(part, cells)) {
    cells.reach[cell] = unionOf(cells.reach[cell] ?? NO_ADDRESSES, part.counted);
  }
}

/**
 * Not actionable first, then the narrowest: fewest addresses, then least traffic. Between equals the sets themselves
 * decide, so that neither the order of reading nor a widening beyond what the policy is about ever does.
 */
function byWidth(a: CountedPart, b: CountedPart): number {
  if (a.actionable !== b.actionable) return a.actionable ? 1 : -1;
  for (const family of FAMILIES) {
    const difference = countOf(a.counted, family) - countOf(b.counted, family);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return trafficOf(a) - trafficOf(b) || (textOf(a) < textOf(b) ? -1 : 1);
}

function trafficOf({ overlap }: ReachPart): number {
  return overlap.reduce((sum, [start, end]) => sum + (end - start), 0);
}

function textOf({ overlap, tolerated, rule }: ReachPart): string {
  return [overlap, tolerated.ipv4, tolerated.ipv6, contentOf(rule)].join(' ');
}
