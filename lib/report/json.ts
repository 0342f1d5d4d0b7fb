// Verdicts and plans as plain JSON: what the command line prints and the Lambda function answers.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Change, Changed, ChangedRules, Omitted, Unchanged } from '../change/change.ts';
import type { Undecided, Verdict, Violation } from '../evaluate/evaluate.ts';
import {
  type Finding,
  type Hold,
  type Notice,
  type Outcome,
  type Plan,
  revocations,
  type Trimming,
} from '../plan/plan.ts';
import type { Remainder } from '../plan/remainder.ts';
import type { Obstacle } from '../plan/way-out.ts';
import type { Action, Otherwise, PolicyMode } from '../policy/policy.ts';
import type { Severity } from '../policy/severity.ts';
import type { Direction, SecurityGroupRule } from '../rule.ts';
import { reasonOf, violationShare, witnessOf } from './reason.ts';

export interface VerdictJson {
  readonly policy: string;
  readonly severity: Severity;
  readonly verdict: Verdict['verdict'];
  readonly action: Action;
  /** What happens where the allowed rest of the rule cannot be kept; only with `trim`. */
  readonly otherwise?: Otherwise;
  readonly mode: PolicyMode;
  readonly groupId: string;
  readonly ruleId: string;
  readonly direction: Direction;
  readonly rule: AwsSecurityGroupRule;
  /** Whether the rule is part of the change, and so may be acted on. */
  readonly actionable: boolean;
  readonly reason: string;
  readonly witness?: string;
  readonly share?: number;
}

export interface FindingJson {
  readonly ruleId: string;
  readonly groupId: string;
  readonly direction: Direction;
  readonly policies: readonly string[];
  /** The policies in dry run that violate beside. */
  readonly wouldAlso?: readonly string[];
  /** The policies that could not evaluate a rule that is only reported. */
  readonly undecided?: readonly string[];
  /** What is to stay of a rule that is trimmed, or would be. */
  readonly remainder?: Remainder;
  /** Why a rule is only reported although policies ask to trim it. */
  readonly obstacle?: Obstacle;
  /** What AWS answered, where that is the obstacle. */
  readonly detail?: string;
}

type HeldJson = FindingJson & Hold;
export type PlanJson = Readonly<
  Record<Exclude<keyof Plan, 'held'>, readonly FindingJson[]> & { held: readonly HeldJson[] }
>;
export type OutcomeJson = Omit<FindingJson, 'remainder' | 'wouldAlso' | 'undecided' | 'obstacle'> &
  Omit<Outcome, 'rule'>;

/** Rules in AWS's shape: ours hold big integers, which JSON cannot. */
export type ChangeJson =
  | Unchanged
  | Omitted
  | (Omit<Changed, 'rules'> & {
      readonly rules: {
        readonly by: ChangedRules['by'];
        readonly ids?: readonly string[];
        readonly rules?: readonly AwsSecurityGroupRule[];
        readonly prefixListId?: string;
        readonly groupIds?: readonly string[];
        readonly ruleIds?: readonly string[];
      };
    });

export function changeJson(change: Change): ChangeJson {
  if (change.kind !== 'changed') return change;
  const { rules } = change;
  return {
    ...change,
    rules: 'rules' in rules ? { ...rules, rules: rules.rules.map(({ aws }) => aws) } : rules,
  };
}

export function verdictJson(verdict: Verdict): VerdictJson {
  const { policy, rule, actionable } = verdict;
  const said = {
    policy: policy.id,
    severity: policy.severity,
    verdict: verdict.verdict,
    action: policy.action,
    ...(policy.action === 'trim' ? { otherwise: policy.otherwise } : {}),
    mode: policy.mode,
    ...identify(rule),
    rule: rule.aws,
    actionable,
    reason: reasonOf(verdict),
  };
  if (verdict.verdict !== 'violation') return said;
  return { ...said, witness: witnessOf(verdict), share: violationShare(verdict) };
}

export function planJson(plan: Plan): PlanJson {
  return {
    revoke: plan.revoke.map(findingJson),
    trim: plan.trim.map(findingJson),
    dryRun: plan.dryRun.map(findingJson),
    held: plan.held.map(({ rule, verdicts, also, ...why }) => ({
      ...findingJson({ rule, verdicts, also }),
      ...why,
    })),
    notify: plan.notify.map(findingJson),
    undecided: plan.undecided.map(findingJson),
    untouched: plan.untouched.map(findingJson),
  };
}

function findingJson(finding: Finding<Violation | Undecided> | Trimming | Notice): FindingJson {
  const { rule, verdicts, also, unclear } = finding;
  const ids = (of: readonly Verdict[]) => of.map(({ policy }) => policy.id);
  return {
    ...identify(rule),
    policies: ids(verdicts),
    ...(also.length > 0 && { wouldAlso: ids(also) }),
    ...(unclear !== undefined && { undecided: ids(unclear) }),
    ...('remainder' in finding && { remainder: finding.remainder }),
    ...('obstacle' in finding && finding.obstacle !== undefined && { obstacle: finding.obstacle }),
    ...('detail' in finding && finding.detail !== undefined && { detail: finding.detail }),
  };
}

export function outcomesJson(outcomes: readonly Outcome[], plan: Plan): readonly OutcomeJson[] {
  const findings = [...revocations(plan), ...plan.dryRun];
  return outcomes.map(({ rule, ...outcome }) => {
    const finding = findings.find((entry) => entry.rule === rule);
    return { ...identify(rule), ...outcome, policies: (finding?.verdicts ?? []).map((v) => v.policy.id) };
  });
}

function identify({ id, groupId, direction }: SecurityGroupRule) {
  return { ruleId: id, groupId, direction };
}
