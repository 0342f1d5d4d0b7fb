// Which policies may concern a rule, without asking each: the traffic line is cut wherever a policy begins or ends,
// and each cell knows its policies. A rule for one port then meets the policies of one cell, however many there are.
import type { Interval } from '../network/intervals.ts';
import type { Direction, SecurityGroupRule } from '../rule.ts';
import type { Policy } from './policy.ts';

interface Cells {
  /** Where the line is cut, ascending. */
  readonly cuts: Float64Array;
  /** The policies of each cell; cell `i` runs from `cuts[i]` to `cuts[i + 1]`. */
  readonly policies: readonly (readonly Policy[])[];
  /** Those of several cells, by the first and the last: rules for all traffic have the same ones every time. */
  readonly spans: Map<number, readonly Policy[]>;
}

type PolicyIndex = Readonly<Record<Direction, Cells>>;

const INDEXES = new WeakMap<readonly Policy[], PolicyIndex>();

/** The rules that each policy concerns; policies that concern none are left out. The index of a list is made once. */
export function concernedBy(
  policies: readonly Policy[],
  rules: readonly SecurityGroupRule[],
): ReadonlyMap<Policy, readonly SecurityGroupRule[]> {
  const index = INDEXES.get(policies) ?? makeIndex(policies);
  INDEXES.set(policies, index);
  const concerned = new Map<Policy, SecurityGroupRule[]>();
  for (const rule of rules) {
    const met = policiesOf(rule.direction === 'ingress' ? index.ingress : index.egress, rule.traffic);
    for (const policy of met) {
      const found = concerned.get(policy);
      if (found === undefined) concerned.set(policy, [rule]);
      else found.push(rule);
    }
  }
  return concerned;
}

function makeIndex(policies: readonly Policy[]): PolicyIndex {
  const of = (direction: Direction) => makeCells(policies.filter((policy) => policy.direction === direction));
  return { ingress: of('ingress'), egress: of('egress') };
}

function makeCells(policies: readonly Policy[]): Cells {
  const cuts = Float64Array.from(new Set(policies.flatMap(({ traffic }) => traffic.flat()))).sort();
  const holds = (cut: number) =>
    policies.filter(({ traffic }) => traffic.some(([start, end]) => start <= cut && cut < end));
  return { cuts, policies: Array.from(cuts, holds), spans: new Map() };
}

function policiesOf({ cuts, policies, spans }: Cells, [start, end]: Interval<number>): readonly Policy[] {
  const at = lastAtOrBefore(cuts, start);
  const first = at < 0 ? 0 : at;
  const isNarrow = end <= (cuts[at + 1] ?? end);
  const beyond = isNarrow ? at + 1 : lastAtOrBefore(cuts, end - 1) + 1;
  // A rule before the first cut meets nobody; most others lie in one cell.
  if (beyond <= first) return NOBODY;
  if (beyond - first === 1) return policies[first] ?? NOBODY;
  const key = first * cuts.length + beyond;
  const known = spans.get(key) ?? [...new Set(policies.slice(first, beyond).flat())];
  spans.set(key, known);
  return known;
}

const NOBODY: readonly Policy[] = [];

/** The position of the last cut that is not after the point; -1 if there is none. */
function lastAtOrBefore(cuts: Float64Array, point: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cuts[middle] ?? 0) <= point) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
