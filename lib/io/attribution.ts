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
} from '../plan/plan.ts';
import type { Restraint } from '../report/breaker-phrases.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import type { Judged } from './judge.ts';
import type { Entry, StoredSnapshot } from './ledger/entries.ts';
import { contentOfAws } from './write-ahead-note.ts';

/** What is judged and planned now, with the rules that have gone since an earlier try planned their revocation. */
export interface Tries {
  /** As if the breaker held nothing. */
  readonly judged: Judged;
  /** The outcomes of the rules that have gone. */
  readonly before: readonly Outcome[];
  /** The group's rules as they are now. */
  readonly live: readonly SecurityGroupRule[];
  /** Those of them that earlier tries added to stay of others. */
  readonly added: readonly SecurityGroupRule[];
}

/** Joins what earlier tries had planned (`then`) with the verdicts on what is there `now`. */
export function joinTries({ attempt }: Entry, then: readonly Judged[], now: Judged): Tries {
  const live = now.scene.rules;
  const there = new Set(live.map(({ id }) => id));
  const [gone] = splitPlan(joinPlans(then.map(({ plan }) => plan)), ({ id }) => !there.has(id));
  const rules = revocations(gone).map(({ rule }) => rule);
  const verdicts = then.flatMap((judged) => judged.verdicts).filter(({ rule }) => rules.includes(rule));
  const added = live.filter((rule) => attempt?.adding.includes(contentOf(rule)));
  const omitted = Object.assign({}, ...then.map(({ scene }) => scene.omittedTags));
  const omittedTags = Object.fromEntries(
    rules.flatMap(({ id }) => (id in omitted ? [[id, omitted[id]]] : [])),
  );
  const found = live.filter((rule) => !added.includes(rule));
  return {
    judged: {
      ...now,
      scene: { ...now.scene, rules: [...rules, ...found], omittedTags },
      verdicts: [...verdicts, ...now.verdicts],
      plan: joinPlans([gone, now.plan]),
    },
    before: rules.map((rule) => {
      const time = attempt?.revoking[rule.id];
      if (time === undefined) return { rule, outcome: 'absent' };
      return { rule, outcome: 'revoked', time, ...remainderOf(rule, gone, live, added) };
    }),
    live,
    added,
  };
}

/** What is left to be done. */
export function leftOf({ judged, before }: Tries): Plan {
  return splitPlan(judged.plan, isIn(before))[1];
}

/** With what is left held, if the breaker says so. */
export function withRestraint({ judged, ...done }: Tries, restraint: Restraint): Tries {
  const [gone, left] = splitPlan(judged.plan, isIn(done.before));
  const plan = restraint.breaker === undefined ? left : hold(left, { because: 'breaker' });
  return { ...done, judged: { ...judged, restraint, plan: joinPlans([gone, plan]) } };
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

/** What there is of what was to stay of a rule that an earlier try has taken away; nothing for one taken away whole. */
function remainderOf(
  rule: SecurityGroupRule,
  plan: Plan,
  live: readonly SecurityGroupRule[],
  added: readonly SecurityGroupRule[],
): Pick<Outcome, 'remainder'> {
  const isAmong = (rules: readonly SecurityGroupRule[], content: string) =>
    rules.some((other) => contentOf(other) === content);
  const remainder = trimmingOf(plan, rule)?.remainder.rules.map((aws): Kept => {
    const content = contentOfAws(aws);
    if (isAmong(added, content)) return { rule: aws, outcome: 'added' };
    if (isAmong(live, content)) return { rule: aws, outcome: 'present' };
    return { rule: aws, outcome: 'refused', detail: 'the try that was to add it was cut short' };
  });
  return remainder === undefined ? {} : { remainder };
}
