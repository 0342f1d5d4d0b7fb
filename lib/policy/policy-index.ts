// Which policies may concern a rule, without asking each: the traffic line is cut wherever a policy begins or ends,
// and each cell knows its policies. A rule for one port then meets the policies of one cell, however many there are.
import type { Interval } from '../network/intervals.ts';
import type { Direction, SecurityGroupRule } from '../rule.ts';
import type { Policy } from './policy.ts';

interface Cells {
  /** Where the line is cut, ascending. */
  readonly cuts: readonly number[];
  /** The policies of each cell; cell `i` runs from `cuts[i]` to `cuts[i + 1]`. */
  readonly policies: readonly (readonly Policy[])[];
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
    for (const policy of policiesOf(index[rule.direction], rule.traffic)) {
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
  const cuts = [...new Set(policies.flatMap(({ traffic }) => traffic.flat()))].toSorted((a, b) => a - b);
  const holds = (cut: number) =>
    policies.filter(({ traffic }) => traffic.some(([start, end]) => start <= cut && cut < end));
  return { cuts, policies: cuts.map(holds) };
}

function policiesOf({ cuts, policies }: Cells, [start, end]: Interval<number>): Iterable<Policy> {
  const first = Math.max(lastAtOrBefore(cuts, start), 0);
  const beyond = lastAtOrBefore(cuts, end - 1) + 1;
  // A rule before the first cut meets nobody; most others lie in one cell.
  if (beyond <= first) return [];
  return beyond - first === 1 ? (policies[first] ?? []) : new Set(policies.slice(first, beyond).flat());
}

/** The position of the last cut that is not after the point; -1 if there is none. */
function lastAtOrBefore(cuts: readonly number[], point: number): number {
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cuts[middle] ?? 0) <= point) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
