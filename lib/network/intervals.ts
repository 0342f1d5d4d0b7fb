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
  for (const part of parts.toSorted(byStart)) append(merged, part);
  return merged;
}

/** What is in `a`, in `b`, or in both. */
export function union<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): Intervals<T> {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: Interval<T>[] = [];
  let i = 0;
  let j = 0;
  for (let x = a[0], y = b[0]; x !== undefined || y !== undefined; x = a[i], y = b[j]) {
    if (y === undefined || (x !== undefined && x[0] < y[0])) {
      append(merged, x as Interval<T>);
      i += 1;
    } else {
      append(merged, y);
      j += 1;
    }
  }
  return merged;
}

/** What is in both `a` and `b`. */
export function intersection<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): Intervals<T> {
  if (a[0] === undefined || b[0] === undefined) return [];
  const common: Interval<T>[] = [];
  let i = firstEndingAfter(a, b[0][0]);
  let j = firstEndingAfter(b, a[0][0]);
  for (let x = a[i], y = b[j]; x !== undefined && y !== undefined; x = a[i], y = b[j]) {
    const both = meet(x, y);
    if (both[0] < both[1]) common.push(both);
    // The interval that ends first has met everything it can meet.
    if (x[1] < y[1]) i += 1;
    else j += 1;
  }
  return common;
}

/** What is in `a` and not in `b`. */
export function minus<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): Intervals<T> {
  if (a[0] === undefined || b.length === 0) return a;
  const rest: Interval<T>[] = [];
  let next = firstEndingAfter(b, a[0][0]);
  for (const interval of a) next = cutOut(interval, b, next, rest);
  return rest;
}

/** Adds what the holes leave of an interval; answers the position of the first hole that the next interval may meet. */
function cutOut<T extends number | bigint>(
  [start, end]: Interval<T>,
  holes: Intervals<T>,
  first: number,
  rest: Interval<T>[],
): number {
  let from = start;
  let next = first;
  for (let hole = holes[next]; hole !== undefined && hole[0] < end; hole = holes[next]) {
    if (from < hole[0]) rest.push([from, hole[0]]);
    from = max(from, hole[1]);
    if (hole[1] > end) break;
    next += 1;
  }
  if (from < end) rest.push([from, end]);
  return next;
}

/** True when some number is in both. */
export function overlaps<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): boolean {
  if (a.length > b.length) return overlaps(b, a);
  return a.some(([start, end]) => {
    const next = b[firstEndingAfter(b, start)];
    return next !== undefined && next[0] < end;
  });
}

/** True when everything in `a` is also in `b`. The empty set is within every set. */
export function within<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): boolean {
  return a.every(([start, end]) => {
    const around = b[firstEndingAfter(b, start)];
    return around !== undefined && around[0] <= start && end <= around[1];
  });
}

/** What two intervals have in common; from end to start where they have nothing. */
function meet<T extends number | bigint>(a: Interval<T>, b: Interval<T>): Interval<T> {
  if (b[0] <= a[0] && a[1] <= b[1]) return a;
  return [max(a[0], b[0]), min(a[1], b[1])];
}

/** The position of the first interval that ends after the point; the length if none does. */
export function firstEndingAfter<T extends number | bigint>(set: Intervals<T>, point: T): number {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((set[middle] as Interval<T>)[1] > point) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Adds an interval that begins no earlier than the last one. */
function append<T extends number | bigint>(merged: Interval<T>[], part: Interval<T>): void {
  const last = merged.at(-1);
  if (last === undefined || last[1] < part[0]) merged.push(part);
  else if (last[1] < part[1]) merged[merged.length - 1] = [last[0], part[1]];
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
