// Trim's way out: whether what stays of a rule holds all of its allowed rest, and if not, why.
import type { Violation } from '../evaluate/evaluate.ts';
import { type AddressSet, isEmpty, minusOf } from '../network/cidr.ts';
import { type Interval, minus, overlaps } from '../network/intervals.ts';
import { addressesOf, parseRule, type SecurityGroupRule } from '../rule.ts';
import { cellsIn, foreignToPeer, restAt } from './allowed-rest.ts';
import type { Remainder } from './remainder.ts';

/**
 * Why the allowed rest of a rule cannot be kept: the deployment may not trim, it would take more rules than the limit, or it is a part
 * of a prefix list, which cannot be cut; or EC2 refuses the rules that would keep it.
 */
export type Obstacle = 'deployment' | 'limit' | 'prefix-list' | 'refused';

/** Of the violations of a rule, those of policies that ask to trim it. */
export function trimmingPolicies({
  verdicts,
}: {
  readonly verdicts: readonly Violation[];
}): readonly Violation[] {
  return verdicts.filter(({ policy }) => policy.action === 'trim');
}

/** Whether a rule is to be left alone if its allowed rest cannot be kept. Of several policies that ask to trim it the strongest wins. */
export function givesWay(asking: readonly Violation[]): boolean {
  return asking.every(({ policy }) => policy.otherwise === 'notify');
}

/** Why these rules do not hold all of the allowed rest of a rule; undefined if they do, also where there is no such rest. */
export function obstacleTo(
  { rules }: Remainder,
  rule: SecurityGroupRule,
  violations: readonly Violation[],
  limit: number,
): Obstacle | undefined {
  const kept = rules.map(parseRule);
  const cuts = kept.flatMap(({ traffic }) => traffic);
  const cells = minus([rule.traffic], foreignToPeer(rule)).flatMap((part) => cellsIn(part, violations, cuts));
  const lost = cells.filter((cell) => isLost(cell, rule, violations, kept));
  if (lost.length === 0) return undefined;
  if (limit === 0) return 'deployment';
  const isOfList = rule.peer.kind === 'prefix-list';
  return isOfList && lost.some((cell) => !restAt(cell, rule, violations).isWhole) ? 'prefix-list' : 'limit';
}

function isLost(
  cell: Interval<number>,
  rule: SecurityGroupRule,
  violations: readonly Violation[],
  kept: readonly SecurityGroupRule[],
): boolean {
  const { rest, isWhole } = restAt(cell, rule, violations);
  const there = kept.filter(({ traffic }) => overlaps([traffic], [cell]));
  if (isWhole && rule.peer.kind !== 'cidr') return there.length === 0;
  const left = there.reduce<AddressSet>((set, { peer }) => minusOf(set, addressesOf(peer)), rest);
  return !isEmpty(left);
}
