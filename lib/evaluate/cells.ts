// Where on the traffic line rules may be one too many: the line is cut wherever an area of a rule begins or ends, and within a cell the
// same addresses count at every point. A sweep over the cells finds those whose rules, all of them together, are over a limit. Elsewhere
// no choice of rules is, so only there anything is counted rule by rule.
import { type AddressSet, FAMILIES, type Family } from '../network/cidr.ts';
import { firstEndingAfter, type Interval, type Intervals } from '../network/intervals.ts';
import type { Limit } from '../policy/policy.ts';
import type { SecurityGroupRule } from '../rule.ts';
import type { Area } from './counted.ts';
import { makeCoverage } from './coverage.ts';
import { type GrowingSet, grow, growingSet } from './growing-set.ts';

/** Anything with areas; these are apart from each other in traffic. */
export interface HasAreas {
  readonly areas: readonly Area[];
}

/** A cell where all parts together are over a limit. */
export interface FullCell {
  readonly traffic: Interval<number>;
  /** The limits that it is over, by position and family. */
  readonly over: readonly (readonly [limit: number, family: Family])[];
  /** What was kept so far: the rules, the last one last; and their addresses, by limit. */
  readonly rules: SecurityGroupRule[];
  readonly kept: readonly Readonly<Record<Family, GrowingSet>>[];
}

/** Ascending. */
export interface FullCells {
  readonly spans: Intervals<number>;
  readonly cells: readonly FullCell[];
}

/** The cells where these parts together are over a limit, nothing kept yet. */
export function fullCells(parts: readonly HasAreas[], limits: readonly Limit[]): FullCells {
  const cuts = cutsOf(parts);
  const over = new Map<number, [number, Family][]>();
  for (const [limit, { tolerance }] of limits.entries()) {
    for (const family of FAMILIES) {
      for (const cell of overloaded(parts, cuts, { limit, family, tolerance: tolerance[family] })) {
        over.set(cell, [...(over.get(cell) ?? []), [limit, family]]);
      }
    }
  }
  const cells = [...over].toSorted(([a], [b]) => a - b);
  const spans = cells.map(([cell]) => [cuts[cell] ?? 0, cuts[cell + 1] ?? 0] as const);
  const empty = () => limits.map(() => ({ ipv4: growingSet(), ipv6: growingSet() }));
  return {
    spans,
    cells: cells.map(([, what], i) => ({
      traffic: spans[i] ?? [0, 0],
      over: what,
      rules: [],
      kept: empty(),
    })),
  };
}

function cutsOf(parts: readonly HasAreas[]): readonly number[] {
  const cuts = new Set<number>();
  for (const { areas } of parts) {
    for (const { traffic } of areas) for (const [start, end] of traffic) cuts.add(start).add(end);
  }
  return [...cuts].toSorted((a, b) => a - b);
}

interface Measure {
  /** The position of the limit. */
  readonly limit: number;
  readonly family: Family;
  readonly tolerance: bigint;
}

type Event = readonly [set: Intervals<bigint>, by: 1 | -1];

/** The cells, by position, where all sets together are more than is tolerated: a sweep along the line. */
function overloaded(
  parts: readonly HasAreas[],
  cuts: readonly number[],
  measure: Measure,
): readonly number[] {
  const { events, sets } = eventsOf(parts, measure);
  if (events.size === 0) return [];
  const coverage = makeCoverage(sets);
  // Many rules refer to one prefix list: it is covered as long as one of them continues.
  const uses = new Map<Intervals<bigint>, number>();
  return cuts.flatMap((cut, cell) => {
    for (const [set, by] of events.get(cut) ?? []) {
      const before = uses.get(set) ?? 0;
      uses.set(set, before + by);
      if (before === 0 || before + by === 0) coverage.change(set, by);
    }
    return coverage.size() > measure.tolerance ? [cell] : [];
  });
}

/** Where sets begin and end, and which there are; none where they are few enough even if counted twice. */
function eventsOf(
  parts: readonly HasAreas[],
  { limit, family, tolerance }: Measure,
): { readonly events: ReadonlyMap<number, readonly Event[]>; readonly sets: ReadonlySet<Intervals<bigint>> } {
  const events = new Map<number, Event[]>();
  const sets = new Set<Intervals<bigint>>();
  let sum = 0n;
  for (const { areas } of parts) {
    for (const { traffic, sets: counting } of areas) {
      const set = counting[limit]?.counted[family] ?? [];
      if (set.length === 0) continue;
      sum += counting[limit]?.size[family] ?? 0n;
      sets.add(set);
      for (const [start, end] of traffic) {
        push(events, start, [set, 1]);
        push(events, end, [set, -1]);
      }
    }
  }
  return sum <= tolerance ? { events: new Map(), sets: new Set() } : { events, sets };
}

function push(events: Map<number, Event[]>, at: number, event: Event): void {
  const found = events.get(at);
  if (found === undefined) events.set(at, [event]);
  else found.push(event);
}

/** The cells among these that an area reaches, in the order of its traffic. */
export function cellsOf({ traffic }: Area, { spans, cells }: FullCells): readonly FullCell[] {
  if (cells.length === 0) return [];
  return traffic.flatMap(([start, end]) => {
    const last = firstEndingAfter(spans, end - 1);
    const [from = end] = spans[last] ?? [];
    return cells.slice(firstEndingAfter(spans, start), from < end ? last + 1 : last);
  });
}

/** The addresses of an area that count for one limit, of one family. */
export interface Counting {
  /** The position of the limit. */
  readonly limit: number;
  readonly family: Family;
  readonly addresses: Intervals<bigint>;
  readonly size: bigint;
}

/** What counts of an area, by limit and family: worked out once for the many cells that it reaches. */
export function countingIn({ sets }: Area): readonly Counting[] {
  return sets.flatMap(({ counted, size }, limit) =>
    FAMILIES.filter((family) => counted[family].length > 0).map((family) => ({
      limit,
      family,
      addresses: counted[family],
      size: size[family],
    })),
  );
}

/** Keeps a part: it counts from now on. */
export function keep(
  { rule, areas }: HasAreas & { readonly rule: SecurityGroupRule },
  cells: FullCells,
): void {
  for (const area of areas) {
    const counting = countingIn(area);
    for (const { kept, rules } of cellsOf(area, cells)) {
      rules.push(rule);
      for (const { limit, family, addresses } of counting) {
        const set = kept[limit]?.[family];
        if (set !== undefined) grow(set, addresses);
      }
    }
  }
}

/** What is kept at a cell for a limit. */
export function keptSet({ kept }: FullCell, limit: number): AddressSet {
  const sets = kept[limit];
  return { ipv4: [...(sets?.ipv4.intervals ?? [])], ipv6: [...(sets?.ipv6.intervals ?? [])] };
}
