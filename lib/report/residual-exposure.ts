// Whether a port that was closed is still open by a rule that stays.
import type { Violation } from '../evaluate/evaluate.ts';
import { type Intervals, overlaps, toIntervals } from '../network/intervals.ts';
import { isGone, trimmingOf } from '../plan/plan.ts';
import type { SecurityGroupRule } from '../rule.ts';
import type { Facts } from './facts.ts';
import { reportedRules } from './reported-rule.ts';

/** The violating rules outside this change for the same traffic, over either address family: without them it is not closed. */
export function residualExposure({ plan, outcomes }: Facts): readonly SecurityGroupRule[] {
  const revoked = outcomes.filter(isGone);
  // Of a trimmed rule only what its policies forbid is closed.
  const closed = (rule: SecurityGroupRule) =>
    trimmingOf(plan, rule)?.verdicts.flatMap(trafficOf) ?? [rule.traffic];
  return plan.untouched
    .map(({ rule }) => rule)
    .filter((other) =>
      revoked.some(
        ({ rule }) =>
          rule.direction === other.direction && overlaps(toIntervals(closed(rule)), [other.traffic]),
      ),
    );
}

/** What still lets in, at least in part, the revoked traffic that a message reports first; undefined where nothing is known to. */
export function stillOpenThrough(facts: Facts): 'rule' | 'group' | undefined {
  const status = reportedRules(facts)[0]?.status;
  if (status !== 'revoked' && status !== 'trimmed') return undefined;
  if (residualExposure(facts).length > 0) return 'rule';
  return facts.exposure?.elsewhere.kind === 'open' ? 'group' : undefined;
}

function trafficOf({ areas }: Violation): Intervals<number> {
  return areas.flatMap(({ traffic }) => traffic);
}
