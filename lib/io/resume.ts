// What earlier tries of a remediation did and left undone.
import {
  hold,
  joinPlans,
  type Kept,
  type Outcome,
  type Plan,
  revocations,
  splitPlan,
  trimmingOf,
} from '../plan.ts';
import type { Restraint } from '../report/restraint.ts';
import { contentOf, parseRule, type SecurityGroupRule } from '../rule.ts';
import type { Judged } from './judge.ts';
import type { Entry, StoredSnapshot } from './ledger.ts';

/** What is judged and planned now, with the rules that have gone since an earlier try planned their revocation. */
export interface Tries {
  /** As if the breaker held nothing. */
  readonly judged: Judged;
  /** The outcomes of the rules that have gone. */
  readonly before: readonly Outcome[];
}

/** Joins what earlier tries had planned (`then`) with the verdicts on what is there `now`. */
export function joinTries({ attempt }: Entry, then: readonly Judged[], now: Judged): Tries {
  const live = now.scene.rules;
  const there = new Set(live.map(({ id }) => id));
  const [gone] = splitPlan(joinPlans(then.map(({ plan }) => plan)), ({ id }) => !there.has(id));
  const rules = revocations(gone).map(({ rule }) => rule);
  const verdicts = then.flatMap((judged) => judged.verdicts).filter(({ rule }) => rules.includes(rule));
  const tried = new Set(attempt?.ruleIds);
  const omitted = Object.assign({}, ...then.map(({ scene }) => scene.omittedTags));
  const omittedTags = Object.fromEntries(
    rules.flatMap(({ id }) => (id in omitted ? [[id, omitted[id]]] : [])),
  );
  return {
    judged: {
      ...now,
      scene: { ...now.scene, rules: [...rules, ...live], omittedTags },
      verdicts: [...verdicts, ...now.verdicts],
      plan: joinPlans([gone, now.plan]),
    },
    before: rules.map((rule) =>
      tried.has(rule.id) ? revokedBefore(rule, gone, live) : { rule, outcome: 'absent' },
    ),
  };
}

/** What is left to be done. */
export function leftOf({ judged, before }: Tries): Plan {
  return splitPlan(judged.plan, isIn(before))[1];
}

/** The ids of the rules that earlier tries took away. */
export function revokedIn({ before }: Tries): readonly string[] {
  return before.filter(({ outcome }) => outcome === 'revoked').map(({ rule }) => rule.id);
}

/** With what is left held, if the breaker says so. */
export function withRestraint({ judged, before }: Tries, restraint: Restraint): Tries {
  const [gone, left] = splitPlan(judged.plan, isIn(before));
  const plan = restraint.breaker === undefined ? left : hold(left, { because: 'breaker' });
  return { before, judged: { ...judged, restraint, plan: joinPlans([gone, plan]) } };
}

function isIn(outcomes: readonly Outcome[]): (rule: SecurityGroupRule) => boolean {
  const rules = new Set(outcomes.map(({ rule }) => rule));
  return (rule) => rules.has(rule);
}

/**
 * The entry's snapshots, as far as later tries need them: to judge the rules that have gone. The others are kept beside
 * them, because rules may violate only together.
 */
export function earlierOf({ snapshot, earlier = [] }: Entry, { before }: Tries): readonly StoredSnapshot[] {
  const gone = new Set(before.map(({ rule }) => rule.id));
  return [snapshot, ...earlier]
    .map((one) => ({ ...one, changed: one.changed.filter((id) => gone.has(id)) }))
    .filter(({ changed }) => changed.length > 0);
}

/** The outcome of a rule that an earlier try has taken away, with what is there of its remainder. */
function revokedBefore(rule: SecurityGroupRule, plan: Plan, live: readonly SecurityGroupRule[]): Outcome {
  const planned = trimmingOf(plan, rule)?.remainder.rules;
  if (planned === undefined) return { rule, outcome: 'revoked' };
  const isThere = (aws: Kept['rule']) => live.some((other) => contentOf(other) === contentOf(parseRule(aws)));
  const remainder = planned.map((aws): Kept => {
    if (isThere(aws)) return { rule: aws, outcome: 'added' };
    return { rule: aws, outcome: 'refused', detail: 'the try that was to add it was cut short' };
  });
  return { rule, outcome: 'revoked', remainder };
}
