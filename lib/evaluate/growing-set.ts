// A set of addresses that grows: many small additions, each for the price of a search.
import { firstEndingAfter, type Interval, type Intervals, union } from '../network/intervals.ts';

/** Changes in place. */
export interface GrowingSet {
  intervals: Interval<bigint>[];
  size: bigint;
}

/** Nothing yet. */
export function growingSet(): GrowingSet {
  return { intervals: [], size: 0n };
}

/** How many of these addresses are new to the set. */
export function sizeOfNew({ intervals }: GrowingSet, added: Intervals<bigint>): bigint {
  let size = 0n;
  for (const [start, end] of added) {
    size += end - start;
    for (let at = firstEndingAfter(intervals, start); at < intervals.length; at += 1) {
      const [from, to] = intervals[at] as Interval<bigint>;
      if (from >= end) break;
      size -= (to < end ? to : end) - (from > start ? from : start);
    }
  }
  return size;
}

/** Adds the addresses. */
export function grow(set: GrowingSet, added: Intervals<bigint>): void {
  set.size += sizeOfNew(set, added);
  const [only, ...more] = added;
  if (only === undefined) return;
  if (more.length > 0) set.intervals = [...union(set.intervals, added)];
  else insert(set.intervals, only);
}

/** Puts one interval in the place of all that it overlaps or touches. */
function insert(intervals: Interval<bigint>[], [start, end]: Interval<bigint>): void {
  const before = firstEndingAfter(intervals, start);
  const first = intervals[before - 1]?.[1] === start ? before - 1 : before;
  let next = first;
  let [from, to] = [start, end];
  for (let met = intervals[next]; met !== undefined && met[0] <= end; met = intervals[next]) {
    if (met[0] < from) from = met[0];
    if (met[1] > to) to = met[1];
    next += 1;
  }
  intervals.splice(first, next - first, [from, to]);
}
