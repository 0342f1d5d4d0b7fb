// What to do about each rule: one entry for each, with every policy that asks for it.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Undecided, Verdict, Violation } from '../evaluate/evaluate.ts';
import type { SecurityGroupRule } from '../rule.ts';
import type { Remainder } from './remainder.ts';
import type { Obstacle } from './way-out.ts';

/** One rule and why: the verdicts are never empty, the leading policy first. */
export interface Finding<V extends Verdict = Violation> {
  readonly rule: SecurityGroupRule;
  readonly verdicts: readonly [V, ...V[]];
  /** Violations of policies in dry run, where an enforced policy decides: what these would also do is reported. */
  readonly also: readonly Violation[];
  /** Of a rule that is only reported: what enforced policies could not evaluate of it. Undefined for nothing. */
  readonly unclear?: readonly Undecided[];
}

/** All that is said of the rule. */
export function verdictsIn({
  verdicts,
  also,
  unclear = [],
}: Finding<Violation | Undecided>): readonly (Violation | Undecided)[] {
  return [...verdicts, ...also, ...unclear];
}

/** A rule to revoke after what may stay of it has been added. */
export interface Trimming extends Finding {
  readonly remainder: Remainder;
  /** What other policies ask for, which wait: they do so once the rest of the rule is there alone. */
  readonly beyond?: Held;
}

/** A rule to report. */
export interface Notice extends Finding {
  /** Why it is not trimmed, where that is what its policies ask for. */
  readonly obstacle?: Obstacle;
  /** What AWS answered, where that is the obstacle. */
  readonly detail?: string;
}

/** Why a rule that would go is left alone. */
export type Hold =
  /** It is of a group that is never acted on; `protection` says in words what protects it. */
  | { readonly because: 'protected'; readonly protection: string }
  /** It is of a group of another account, which only its owner changes. */
  | { readonly because: 'foreign'; readonly ownerId: string }
  /** Too much was to be revoked in a short while. */
  | { readonly because: 'breaker' }
  /** People have time to do something about it. */
  | {
      readonly because: 'grace';
      /** ISO 8601. */
      readonly until: string;
      /** The task that takes it up then. */
      readonly taskId: string;
      /** Whether people have already heard about it. */
      readonly isTold: boolean;
    };

/** A rule that would go, but is left alone. */
export type Held = Finding & Hold;

export interface Plan {
  /** Rules to revoke. */
  readonly revoke: readonly Finding[];
  /** Rules of which only the forbidden part is to be revoked. */
  readonly trim: readonly Trimming[];
  /** Rules that only policies in dry run would revoke or trim. */
  readonly dryRun: readonly (Finding | Trimming)[];
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

/** The plans for several groups as one. */
export function joinPlans(plans: readonly Plan[]): Plan {
  return {
    revoke: plans.flatMap((plan) => plan.revoke),
    trim: plans.flatMap((plan) => plan.trim),
    dryRun: plans.flatMap((plan) => plan.dryRun),
    held: plans.flatMap((plan) => plan.held),
    notify: plans.flatMap((plan) => plan.notify),
    undecided: plans.flatMap((plan) => plan.undecided),
    untouched: plans.flatMap((plan) => plan.untouched),
  };
}

/** Everything that people hear about. */
export function reportedIn(plan: Plan): readonly Finding<Violation | Undecided>[] {
  return [...violationsIn(plan), ...plan.undecided];
}

/** The violations that people hear about. */
export function violationsIn({ revoke, trim, dryRun, held, notify }: Plan): readonly Finding[] {
  return [...revoke, ...trim, ...dryRun, ...held, ...notify];
}

/** True when there is nothing that people need to hear about. */
export function hasNothingToReport(plan: Plan): boolean {
  return reportedIn(plan).length === 0;
}

/** Why a violation leads to nothing for now; undefined if it does not wait. */
export type WhyWaiting = (violation: Violation) => Hold | undefined;

/** Rules that are to go, whole or in part. */
export function revocations({ revoke, trim }: Plan): readonly Finding[] {
  return [...revoke, ...trim];
}

/** How a rule is to be trimmed, or would be; undefined for one that is not. */
export function trimmingOf({ trim, dryRun }: Plan, rule: SecurityGroupRule): Trimming | undefined {
  const all = [...trim, ...dryRun.filter(isTrimming)];
  return all.find((trimming) => trimming.rule === rule);
}

/** Whether only the forbidden part of a rule is to go. */
export function isTrimming(finding: Finding | Trimming): finding is Trimming {
  return 'remainder' in finding;
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
