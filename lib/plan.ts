// Verdicts to a plan: one entry for each rule, with every policy that asks for it.
import type { Undecided, Verdict, Violation } from './evaluate.ts';
import { type Action, SEVERITIES } from './policy.ts';
import type { SecurityGroupRule } from './rule.ts';

/** One rule and why: the verdicts are never empty, the most severe policy first. */
export interface Finding<V extends Verdict = Violation> {
  readonly rule: SecurityGroupRule;
  readonly verdicts: readonly [V, ...V[]];
}

export interface Plan {
  /** Rules to take away. */
  readonly revoke: readonly Finding[];
  /** Rules that violate policies which only ask to tell people. */
  readonly notify: readonly Finding[];
  /** Rules that could not be judged, and that nothing else condemns: told, never revoked, never called compliant. */
  readonly undecided: readonly Finding<Undecided>[];
  /** Rules that violate but may not be acted on now, because the change did not touch them. */
  readonly untouched: readonly Finding[];
}

/** What became of one revocation: `absent` = somebody was faster, `denied` = IAM or an SCP refused, `failed` = try again. */
export interface Outcome {
  readonly rule: SecurityGroupRule;
  readonly outcome: 'revoked' | 'absent' | 'denied' | 'failed' | 'dry-run';
  /** What AWS answered, for `denied` and `failed`. */
  readonly detail?: string;
  /** The revoke was taken, but the rule has not been seen to be gone; only with `failed`. */
  readonly isUnconfirmed?: true;
}

/** What to do about the verdicts on one group. Where policies differ on a rule, the strongest action wins. */
export function makePlan(verdicts: readonly Verdict[]): Plan {
  const violations = findings(verdicts.filter((v) => v.verdict === 'violation'));
  const actionable = violations.filter(({ verdicts: [first] }) => first.actionable);
  const condemned = new Set(violations.map(({ rule }) => rule));
  const unclear = verdicts
    .filter((v) => v.verdict === 'undecided')
    .filter((v) => v.actionable && !condemned.has(v.rule));
  return {
    revoke: actionable.filter((finding) => strongest(finding) === 'revoke'),
    notify: actionable.filter((finding) => strongest(finding) === 'notify'),
    undecided: findings(unclear),
    untouched: violations.filter(({ verdicts: [first] }) => !first.actionable),
  };
}

/** True when there is nothing that people need to hear about. */
export function isQuiet({ revoke, notify, undecided }: Plan): boolean {
  return revoke.length + notify.length + undecided.length === 0;
}

function findings<V extends Verdict>(verdicts: readonly V[]): readonly Finding<V>[] {
  const byRule = Map.groupBy(verdicts, ({ rule }) => rule);
  return [...byRule].flatMap(([rule, of]) => {
    const [first, ...others] = of.toSorted((a, b) => rank(a) - rank(b));
    return first === undefined ? [] : [{ rule, verdicts: [first, ...others] as const }];
  });
}

function strongest({ verdicts }: Finding): Action {
  return verdicts.some(({ policy }) => policy.action === 'revoke') ? 'revoke' : 'notify';
}

function rank({ policy }: Verdict): number {
  return SEVERITIES.indexOf(policy.severity);
}
