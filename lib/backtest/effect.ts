// What policies do to a rule: what counts when two sets of them are compared, whatever they are called.
import type { Verdict } from '../evaluate/evaluate.ts';
import { makePlan } from '../plan/make-plan.ts';
import { verdictsIn } from '../plan/plan.ts';
import type { SecurityGroupRule } from '../rule.ts';

/** From the strongest to none. Undecided comes before `nothing`: nobody knows that it would be left alone. */
const EFFECTS = ['revoke', 'trim', 'report', 'undecided', 'nothing'] as const;

type EffectKind = (typeof EFFECTS)[number];

export interface Effect {
  readonly kind: EffectKind;
  /** Why, the most severe policy first; none where nothing happens and no exception excuses it. */
  readonly verdicts: readonly Verdict[];
}

const NOTHING: Effect = { kind: 'nothing', verdicts: [] };

/** What happens to each rule that policies have something to say about. Rules that may not be acted on are left out. */
export function effectsOf(
  verdicts: readonly Verdict[],
  trimLimit: number,
): ReadonlyMap<SecurityGroupRule, Effect> {
  const plan = makePlan(verdicts, trimLimit);
  const excused = verdicts.filter(({ verdict, actionable }) => verdict === 'exempt' && actionable);
  return new Map<SecurityGroupRule, Effect>([
    ...[...Map.groupBy(excused, ({ rule }) => rule)].map(
      ([rule, of]) => [rule, { kind: 'nothing', verdicts: of }] as const,
    ),
    ...plan.undecided.map((one) => [one.rule, { kind: 'undecided', verdicts: verdictsIn(one) }] as const),
    ...[...plan.notify, ...plan.dryRun].map(
      (one) => [one.rule, { kind: 'report', verdicts: verdictsIn(one) }] as const,
    ),
    ...plan.trim.map((one) => [one.rule, { kind: 'trim', verdicts: verdictsIn(one) }] as const),
    ...plan.revoke.map((one) => [one.rule, { kind: 'revoke', verdicts: verdictsIn(one) }] as const),
  ]);
}

/** A rule on which two sets of policies differ. */
export interface EffectChange {
  readonly rule: SecurityGroupRule;
  readonly before: Effect;
  readonly after: Effect;
}

/** The rules to which something else happens. */
export function changedEffects(
  before: ReadonlyMap<SecurityGroupRule, Effect>,
  after: ReadonlyMap<SecurityGroupRule, Effect>,
): readonly EffectChange[] {
  const rules = new Set([...before.keys(), ...after.keys()]);
  return [...rules].flatMap((rule) => {
    const change = { rule, before: before.get(rule) ?? NOTHING, after: after.get(rule) ?? NOTHING };
    return change.before.kind === change.after.kind ? [] : [change];
  });
}

/** True where more is done about the rule than before. */
export function isMore({ before, after }: Pick<EffectChange, 'before' | 'after'>): boolean {
  return EFFECTS.indexOf(after.kind) < EFFECTS.indexOf(before.kind);
}
