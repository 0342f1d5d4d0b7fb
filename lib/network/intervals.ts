// Sets of whole numbers as sorted intervals: the arithmetic under addresses (bigint) and traffic (number).
// Intervals are half-open, so union, intersection and difference only ever compare: no "+ 1", and one
// implementation serves both number types.

/** The numbers from `start` up to, but not including, `end`. Never empty: `start < end`. */
export type Interval<T extends number | bigint> = readonly [start: T, end: T];

/** A set of numbers. INVARIANT: ascending, and no two intervals overlap or touch, so equal sets are equal arrays. */
export type Intervals<T extends number | bigint> = readonly Interval<T>[];

/** The set covered by any intervals, given in any order, overlapping or not. */
export function toIntervals<T extends number | bigint>(parts: readonly Interval<T>[]): Intervals<T> {
  const merged: Interval<T>[] = [];
  for (const part of parts.toSorted(byStart)) {
    const last = merged.at(-1);
    if (last === undefined || last[1] < part[0]) merged.push(part);
    else if (last[1] < part[1]) merged[merged.length - 1] = [last[0], part[1]];
  }
  return merged;
}

/** What is in `a`, in `b`, or in both. */
export function union<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): Intervals<T> {
  if (a.length === 0) return b;
  return b.length === 0 ? a : toIntervals([...a, ...b]);
}

/** What is in both `a` and `b`. */
export function intersection<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): Intervals<T> {
  const common: Interval<T>[] = [];
  let i = 0;
  let j = 0;
  while (true) {
    const x = a[i];
    const y = b[j];
    if (x === undefined || y === undefined) return common;
    const start = max(x[0], y[0]);
    const end = min(x[1], y[1]);
    if (start < end) common.push([start, end]);
    // The interval that ends first has met everything it can meet.
    if (x[1] < y[1]) i += 1;
    else j += 1;
  }
}

/** What is in `a` and not in `b`. */
export function minus<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): Intervals<T> {
  return a.flatMap((interval) => cutOut(interval, b));
}

/** True when some number is in both. */
export function overlaps<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): boolean {
  return intersection(a, b).length > 0;
}

/** True when everything in `a` is also in `b`. The empty set is within every set. */
export function within<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): boolean {
  return minus(a, b).length === 0;
}

function cutOut<T extends number | bigint>([start, end]: Interval<T>, holes: Intervals<T>): Interval<T>[] {
  const rest: Interval<T>[] = [];
  let from = start;
  for (const [holeStart, holeEnd] of holes) {
    if (holeEnd <= from) continue;
    if (holeStart >= end) break;
    if (from < holeStart) rest.push([from, holeStart]);
    from = holeEnd;
  }
  if (from < end) rest.push([from, end]);
  return rest;
}

function min<T extends number | bigint>(a: T, b: T): T {
  return a < b ? a : b;
}

function max<T extends number | bigint>(a: T, b: T): T {
  return a < b ? b : a;
}

function byStart<T extends number | bigint>(a: Interval<T>, b: Interval<T>): number {
  if (a[0] === b[0]) return 0;
  return a[0] < b[0] ? -1 : 1;
}
