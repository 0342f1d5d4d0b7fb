// How many addresses are covered while sets come and go: Klee's measure problem, by a segment tree over the addresses where some set
// begins or ends. A change costs the logarithm of their number.
import type { Intervals } from '../network/intervals.ts';

export interface Coverage {
  /** Adds a set, or removes one that was added. */
  readonly change: (set: Intervals<bigint>, by: 1 | -1) => void;
  /** How many addresses are in some set. */
  readonly size: () => bigint;
}

/** Nothing yet; only these sets may come. */
export function makeCoverage(sets: Iterable<Intervals<bigint>>): Coverage {
  const points = endsOf(sets);
  const indexOf = new Map(points.map((point, index) => [point, index]));
  const leaves = Math.max(points.length - 1, 1);
  const covers = new Int32Array(4 * leaves);
  const sizes = new Array<bigint>(4 * leaves).fill(0n);
  const at = (index: number) => points[index] ?? 0n;

  const change = (node: number, [low, high]: Span, span: Span, by: 1 | -1): void => {
    const isCovered = span[0] <= low && high <= span[1];
    if (isCovered) covers[node] = (covers[node] ?? 0) + by;
    else for (const [child, half] of halvesOf(node, [low, high], span)) change(child, half, span, by);
    sizes[node] = (covers[node] ?? 0) > 0 ? at(high) - at(low) : below(node, high - low);
  };
  const below = (node: number, length: number) =>
    length === 1 ? 0n : (sizes[2 * node] ?? 0n) + (sizes[2 * node + 1] ?? 0n);

  return {
    change: (set, by) => {
      for (const [start, end] of set)
        change(1, [0, leaves], [indexOf.get(start) ?? 0, indexOf.get(end) ?? 0], by);
    },
    size: () => sizes[1] ?? 0n,
  };
}

type Span = readonly [low: number, high: number];

/** The halves of a node that the span reaches into. */
function halvesOf(
  node: number,
  [low, high]: Span,
  span: Span,
): readonly (readonly [child: number, half: Span])[] {
  const middle = (low + high) >>> 1;
  const left = [2 * node, [low, middle]] as const;
  const right = [2 * node + 1, [middle, high]] as const;
  if (span[1] <= middle) return [left];
  return span[0] < middle ? [left, right] : [right];
}

function endsOf(sets: Iterable<Intervals<bigint>>): readonly bigint[] {
  const ends = new Set<bigint>();
  for (const set of sets) for (const [start, end] of set) ends.add(start).add(end);
  return [...ends].toSorted((a, b) => (a < b ? -1 : 1));
}
