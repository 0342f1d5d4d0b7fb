// What an earlier try left half done.
import type { Mode } from '../config.ts';
import { type Finding, joinPlans, type Kept, type Outcome, type Plan, revocations } from '../plan.ts';
import { contentOf, parseRule, type SecurityGroupRule } from '../rule.ts';
import type { Judged } from './judge.ts';

/** What is judged and planned now, with the rules that an earlier try took away and their outcomes. */
export interface Resumed {
  readonly judged: Judged;
  readonly before: readonly Outcome[];
}

/** Joins what an earlier try, of that mode, had planned (`then`) with the verdicts on what is there `now`. */
export function joinTries(mode: Mode, then: Judged, now: Judged): Resumed {
  const live = now.scene.rules;
  const isGone = ({ rule }: Finding) => live.every(({ id }) => id !== rule.id);
  const gone = {
    ...joinPlans([]),
    revoke: then.plan.revoke.filter(isGone),
    trim: then.plan.trim.filter(isGone),
    // The one message of the breaker is for all that it holds, also when this rule is gone.
    held: now.restraint.breaker?.isLoud ? then.plan.held.filter(isGone) : [],
  };
  const closed = revocations(gone).map(({ rule }) => rule);
  return {
    judged: {
      scene: { ...now.scene, rules: [...closed, ...live] },
      verdicts: [...then.verdicts.filter(({ rule }) => closed.includes(rule)), ...now.verdicts],
      plan: joinPlans([gone, now.plan]),
      restraint: now.restraint,
    },
    before: closed.map((rule) => closedBefore(mode, rule, gone, live)),
  };
}

/** The outcome of a rule that an earlier try has taken away, with what is there of its remainder. */
function closedBefore(
  mode: Mode,
  rule: SecurityGroupRule,
  { trim }: Plan,
  live: readonly SecurityGroupRule[],
): Outcome {
  const outcome = mode === 'enforce' ? 'revoked' : 'absent';
  const planned = trim.find((trimming) => trimming.rule === rule)?.remainder.rules;
  if (planned === undefined) return { rule, outcome };
  const isThere = (aws: Kept['rule']) => live.some((other) => contentOf(other) === contentOf(parseRule(aws)));
  const remainder = planned.map((aws): Kept => {
    if (isThere(aws)) return { rule: aws, outcome: 'added' };
    return { rule: aws, outcome: 'refused', detail: 'the try that was to add it was cut short' };
  });
  return { rule, outcome, remainder };
}
