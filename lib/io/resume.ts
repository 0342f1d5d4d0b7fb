// What an earlier try left half done.
import { type Finding, joinPlans, type Kept, type Outcome, type Plan, revocations } from '../plan.ts';
import { contentOf, parseRule, type SecurityGroupRule } from '../rule.ts';
import type { Judged } from './judge.ts';
import type { World } from './world.ts';

/** What is judged and planned now, with the rules that an earlier try took away and their outcomes. */
export interface Resumed {
  readonly judged: Judged;
  readonly before: readonly Outcome[];
}

/** Joins what an earlier try had planned (`then`) with the verdicts on what is there `now`. */
export function joinTries(world: World, then: Judged, now: Judged): Resumed {
  const live = now.scene.rules;
  const isGone = ({ rule }: Finding) => live.every(({ id }) => id !== rule.id);
  const gone = {
    ...joinPlans([]),
    revoke: then.plan.revoke.filter(isGone),
    trim: then.plan.trim.filter(isGone),
  };
  const closed = revocations(gone).map(({ rule }) => rule);
  return {
    judged: {
      scene: { ...now.scene, rules: [...closed, ...live] },
      verdicts: [...then.verdicts.filter(({ rule }) => closed.includes(rule)), ...now.verdicts],
      plan: joinPlans([gone, now.plan]),
      restraint: now.restraint,
    },
    before: closed.map((rule) => closedBefore(world, rule, gone, live)),
  };
}

/** The outcome of a rule that an earlier try has taken away, with what is there of its remainder. */
function closedBefore(
  { config }: World,
  rule: SecurityGroupRule,
  { trim }: Plan,
  live: readonly SecurityGroupRule[],
): Outcome {
  const outcome = config.mode === 'enforce' ? 'revoked' : 'absent';
  const planned = trim.find((trimming) => trimming.rule === rule)?.remainder.rules;
  if (planned === undefined) return { rule, outcome };
  const isThere = (aws: Kept['rule']) => live.some((other) => contentOf(other) === contentOf(parseRule(aws)));
  const remainder = planned.map((aws): Kept => {
    if (isThere(aws)) return { rule: aws, outcome: 'added' };
    return { rule: aws, outcome: 'refused', detail: 'the try that was to add it was cut short' };
  });
  return { rule, outcome, remainder };
}
