// Verdicts to a plan: one entry for each rule, with every policy that asks for it.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Undecided, Verdict, Violation } from '../evaluate/evaluate.ts';
import { ACTIONS, type Action, SEVERITIES } from '../policy/policy.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { type Remainder, remainderOf } from './remainder.ts';
import { givesWay, type Obstacle, obstacleTo } from './way-out.ts';

/** One rule and why: the verdicts are never empty, the most severe policy first. */
export interface Finding<V extends Verdict = Violation> {
  readonly rule: SecurityGroupRule;
  readonly verdicts: readonly [V, ...V[]];
}

/** A rule to take away after what may stay of it has been added. */
export interface Trimming extends Finding {
  readonly remainder: Remainder;
}

/** A rule to report. */
interface Notice extends Finding {
  /** Why it is not trimmed, where that is what its policies ask for. */
  readonly obstacle?: Obstacle;
}

/** Why a rule that would go is left alone. */
export type Hold =
  /** It is of a group that is never acted on; `protection` says in words what protects it. */
  | { readonly because: 'protected'; readonly protection: string }
  /** It is of a group of another account, which only its owner changes. */
  | { readonly because: 'foreign'; readonly ownerId: string }
  /** Too much was to be revoked in a short while. */
  | { readonly because: 'breaker' };

/** A rule that would go, but is left alone. */
export type Held = Finding & Hold;

export interface Plan {
  /** Rules to take away. */
  readonly revoke: readonly Finding[];
  /** Rules of which only the forbidden part is to be taken away. */
  readonly trim: readonly Trimming[];
  /** Rules that would go, but are left alone. */
  readonly held: readonly Held[];
  /** Rules that violate policies which only ask to tell people, or to do so where the rest of a rule cannot be kept. */
  readonly notify: readonly Notice[];
  /** Rules that could not be judged, and that nothing else condemns: told, never revoked, never called compliant. */
  readonly undecided: readonly Finding<Undecided>[];
  /** Rules that violate but may not be acted on now, because the change did not touch them. */
  readonly untouched: readonly Finding[];
}

export const OUTCOMES = [
  'revoked',
  'gone',
  'absent',
  'changed',
  'denied',
  'failed',
  'unconfirmed',
  'dry-run',
] as const;

/**
 * What became of one revocation: `gone` = it was sent and not answered, and the rule is gone, `absent` = somebody was faster,
 * `changed` = somebody changed the rule before it could be revoked, and now it violates nothing, `denied` = IAM or an SCP
 * refused, `failed` = try again, `unconfirmed` = try again, for it may have been carried out, but the rule has not been seen
 * to be gone.
 */
export interface Outcome {
  readonly rule: SecurityGroupRule;
  readonly outcome: (typeof OUTCOMES)[number];
  /** When an earlier try was about to revoke it, ISO 8601; missing for what this try did. */
  readonly time?: string;
  /** What AWS answered, for `denied` and `failed`; why nobody is sure, for `unconfirmed`. */
  readonly detail?: string;
  /** What became of each rule that was to stay of it; only for trimmed rules. */
  readonly remainder?: readonly Kept[];
}

/**
 * A rule that was to stay of a trimmed one: `present` = the group had the same already, `refused` = EC2 would not take it.
 */
export interface Kept {
  readonly rule: AwsSecurityGroupRule;
  readonly outcome: 'added' | 'present' | 'refused';
  /** What AWS answered, for `refused`. */
  readonly detail?: string;
  /** It may have been added nonetheless; only with `refused`. */
  readonly isUnconfirmed?: true;
}

/**
 * What to do about the verdicts on one group. Where policies differ on a rule, the strongest action wins. `trimLimit` is
 * the most rules that one trimmed rule may become.
 */
export function makePlan(verdicts: readonly Verdict[], trimLimit: number): Plan {
  const violations = findings(verdicts.filter((v) => v.verdict === 'violation'));
  const actionable = violations.filter(({ verdicts: [first] }) => first.actionable);
  const condemned = new Set(violations.map(({ rule }) => rule));
  const unclear = verdicts
    .filter((v) => v.verdict === 'undecided')
    .filter((v) => v.actionable && !condemned.has(v.rule));
  const by = Map.groupBy(actionable, strongest);
  const trimmed = joinPlans((by.get('trim') ?? []).map((finding) => trim(finding, trimLimit)));
  return {
    revoke: [...(by.get('revoke') ?? []), ...trimmed.revoke],
    trim: trimmed.trim,
    held: [],
    notify: [...(by.get('notify') ?? []), ...trimmed.notify],
    undecided: findings(unclear),
    untouched: violations.filter(({ verdicts: [first] }) => !first.actionable),
  };
}

const NOTHING: Plan = { revoke: [], trim: [], held: [], notify: [], undecided: [], untouched: [] };

/** Several plans as one. */
export function joinPlans(plans: readonly Plan[]): Plan {
  return {
    revoke: plans.flatMap((plan) => plan.revoke),
    trim: plans.flatMap((plan) => plan.trim),
    held: plans.flatMap((plan) => plan.held),
    notify: plans.flatMap((plan) => plan.notify),
    undecided: plans.flatMap((plan) => plan.undecided),
    untouched: plans.flatMap((plan) => plan.untouched),
  };
}

/** True when there is nothing that people need to hear about. */
export function hasNothingToReport({ revoke, trim, held, notify, undecided }: Plan): boolean {
  return [revoke, trim, held, notify, undecided].every((part) => part.length === 0);
}

/** The plan with what would go left alone: all of it, or what this says. */
export function hold(plan: Plan, why: Hold, isHeld: (finding: Finding) => boolean = () => true): Plan {
  const held = revocations(plan)
    .filter(isHeld)
    .map(({ rule, verdicts }) => ({ rule, verdicts, ...why }));
  const goes = (finding: Finding) => !isHeld(finding);
  return {
    ...plan,
    revoke: plan.revoke.filter(goes),
    trim: plan.trim.filter(goes),
    held: [...plan.held, ...held],
  };
}

/** Rules that are to go, whole or in part. */
export function revocations({ revoke, trim }: Plan): readonly Finding[] {
  return [...revoke, ...trim];
}

/** How a rule is to be trimmed; undefined for one that is not. */
export function trimmingOf({ trim }: Plan, rule: SecurityGroupRule): Trimming | undefined {
  return trim.find((trimming) => trimming.rule === rule);
}

/** True for a rule that no longer exists, whoever removed it. */
export function isGone({ outcome }: { readonly outcome?: string | undefined }): boolean {
  return outcome === 'revoked' || outcome === 'gone' || outcome === 'absent';
}

/** True for a rule that may be there no more. */
export function mayBeGone({ outcome }: { readonly outcome?: string | undefined }): boolean {
  return isGone({ outcome }) || outcome === 'unconfirmed';
}

/** True for a rule that another try may close. */
export function isUnfinished({ outcome }: { readonly outcome?: string | undefined }): boolean {
  return outcome === 'failed' || outcome === 'unconfirmed';
}

function findings<V extends Verdict>(verdicts: readonly V[]): readonly Finding<V>[] {
  const byRule = Map.groupBy(verdicts, ({ rule }) => rule);
  return [...byRule].flatMap(([rule, of]) => {
    const [first, ...others] = of.toSorted((a, b) => rank(a) - rank(b));
    return first === undefined ? [] : [{ rule, verdicts: [first, ...others] as const }];
  });
}

function strongest({ verdicts }: Finding): Action {
  return ACTIONS.find((action) => verdicts.some(({ policy }) => policy.action === action)) ?? 'notify';
}

/** A rule that policies ask to trim: revoked whole where nothing of it is allowed, else trimmed, unless they give way. */
function trim(finding: Finding, limit: number): Plan {
  const { rule, verdicts } = finding;
  const asking = verdicts.filter(({ policy }) => policy.action === 'trim');
  const remainder = remainderOf(rule, asking, limit);
  if (remainder.rules.length + remainder.losses.length === 0) return { ...NOTHING, revoke: [finding] };
  const obstacle = givesWay(asking) ? obstacleTo(remainder, rule, asking, limit) : undefined;
  if (obstacle !== undefined) return { ...NOTHING, notify: [{ ...finding, obstacle }] };
  return { ...NOTHING, trim: [{ ...finding, remainder }] };
}

function rank({ policy }: Verdict): number {
  return SEVERITIES.indexOf(policy.severity);
}
