// What the inbound rules of a plan let in that they should not, and what of it is gone.
import type { Violation } from '../evaluate/evaluate.ts';
import type { Closing } from '../exposure/other-groups.ts';
import type { Admitted } from '../exposure/packets.ts';
import { violatingPackets } from '../exposure/violating-packets.ts';
import { type Finding, isGone, type Outcome, violationsIn } from '../plan/plan.ts';
import { outcomesOf } from './attribute.ts';
import { planOf } from './report-facts.ts';
import type { Attempt } from './state.ts';

/** The inbound rules that violate. */
export function inbound(attempt: Attempt): readonly Finding[] {
  return violationsIn(planOf(attempt)).filter(({ rule }) => rule.direction === 'ingress');
}

/** A rule that is gone, and what its policies forbid of it. */
export interface ClosedRule {
  readonly outcome: Outcome;
  readonly closings: readonly Closing[];
}

/** What is already gone. */
export function closedIn(attempt: Attempt): readonly ClosedRule[] {
  const gone = new Map(
    outcomesOf(attempt)
      .filter(isGone)
      .map((outcome) => [outcome.rule.id, outcome] as const),
  );
  return inbound(attempt).flatMap(({ rule, verdicts }) => {
    const outcome = gone.get(rule.id);
    if (outcome === undefined) return [];
    return [{ outcome, closings: verdicts.flatMap((violation) => closingsOf(violation, attempt)) }];
  });
}

function closingsOf(violation: Violation, { lists }: Attempt): readonly Closing[] {
  const admitted: readonly Admitted[] = violatingPackets(violation, lists) ?? [];
  const { tolerance } = violation.policy;
  return admitted.map((one) => ({ ...one, tolerance }));
}
