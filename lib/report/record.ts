// The machine-readable account of one remediation: whole rules, so that everything can be put back.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Actor } from '../change/change.ts';
import type { Mode } from '../config.ts';
import type { Undecided, Violation } from '../evaluate/evaluate.ts';
import {
  type Finding,
  type Hold,
  isTrimming,
  type Kept,
  OUTCOMES,
  type Outcome,
  trimmingOf,
} from '../plan/plan.ts';
import type { Remainder } from '../plan/remainder.ts';
import type { Obstacle } from '../plan/way-out.ts';
import type { Action } from '../policy/policy.ts';
import { highestSeverity, type Severity } from '../policy/severity.ts';
import type { Direction } from '../rule.ts';
import type { ExposureFacts, Facts } from './facts.ts';
import { reasonOf, violationShare, witnessOf } from './reason.ts';
import { undoCommand } from './undo-commands.ts';

interface PolicyRecord {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly reason: string;
  readonly witness?: string;
  readonly share?: number;
}

/** What is said of a rule: what came of it, or that nothing was to be done to it. */
export const RECORDED_OUTCOMES = [...OUTCOMES, 'held', 'added', 'notify', 'undecided'] as const;

export interface FindingRecord {
  readonly action: 'revoke' | 'trim' | 'held' | 'notify' | 'undecided';
  /** Why a rule that would go is left alone. */
  readonly because?: Hold['because'];
  /** When its grace ends, ISO 8601. */
  readonly until?: string;
  /** Why a rule is only reported although policies ask to trim it. */
  readonly obstacle?: Obstacle;
  readonly outcome?: Outcome['outcome'];
  readonly detail?: string;
  readonly ruleId: string;
  readonly direction: Direction;
  readonly rule: AwsSecurityGroupRule;
  /** How many tags of the rule the ledger had no room for; the log has them. */
  readonly omittedTags?: number;
  readonly policies: readonly PolicyRecord[];
  /** What policies in dry run would also do to it. */
  readonly wouldAlso?: readonly (PolicyRecord & { readonly action: Action })[];
  /** What could not be evaluated of a rule that is only reported. */
  readonly undecided?: readonly PolicyRecord[];
  /** What is to stay of a trimmed rule, and once it was tried, what became of it. */
  readonly remainder?: Remainder & { readonly kept?: readonly Kept[] };
  /** The command that makes the rule again; only for rules that were to be revoked. */
  readonly undo?: string;
}

export interface AuditRecord {
  readonly version: 1;
  readonly id: string;
  readonly time: string;
  readonly mode: Mode;
  /** The owner of the group. */
  readonly accountId: string;
  readonly region: string;
  readonly event: {
    readonly name: string;
    readonly id: string | undefined;
    readonly time: string | undefined;
  };
  readonly actor: Actor;
  readonly group: {
    readonly id: string;
    readonly name: string;
    readonly vpcId: string | undefined;
    readonly tags: Readonly<Record<string, string>>;
  };
  readonly findings: readonly FindingRecord[];
  /** Whether packets from the internet reach what the rules open; missing where it was not looked up. */
  readonly exposure?: ExposureFacts;
  /** Rules that were added to stay of others, which have not been trimmed after all; without tags. */
  readonly added?: readonly AwsSecurityGroupRule[];
  /** How many findings, and rules of `added`, a message had no room for; the log has them all. */
  readonly omitted?: number;
}

/** A rule without its tags: a stranger's to choose, these may be larger than all the rest. */
export function untagged({ Tags: _, ...rule }: AwsSecurityGroupRule): AwsSecurityGroupRule {
  return rule;
}

/** The policies that a finding violates, with those in dry run. */
export function policiesOf({ policies, wouldAlso = [] }: FindingRecord): readonly PolicyRecord[] {
  return [...policies, ...wouldAlso];
}

/** The severity of the most severe policy that the findings violate. */
export function severityOf({ findings }: Pick<AuditRecord, 'findings'>): Severity {
  return highestSeverity(findings.flatMap(policiesOf)) ?? 'low';
}

/** True for a rule that stays and that some enforced policy could not evaluate. */
export function isUndecided({ action, undecided }: FindingRecord): boolean {
  return action === 'undecided' || undecided !== undefined;
}

/** What came of the rules of a record, each once. */
export function outcomesIn({
  findings,
  added = [],
}: Pick<AuditRecord, 'findings' | 'added'>): readonly string[] {
  const found = findings.map(({ outcome, action }) => outcome ?? action);
  return [...new Set([...found, ...added.map(() => 'added')])];
}

/** The record of what was found, what is planned, and as far as it is known, what came of it. */
export function makeRecord(facts: Facts): AuditRecord {
  const { change, group, plan, now, added = [] } = facts;
  return {
    version: 1,
    id: facts.id,
    time: now.toISOString(),
    mode: facts.mode,
    accountId: group.ownerId,
    region: facts.target.region,
    event: { name: change.eventName, id: change.eventId, time: change.time },
    actor: change.actor,
    group: { id: group.id, name: group.name, vpcId: group.vpcId, tags: group.tags },
    findings: [
      ...plan.revoke.map((finding) => record('revoke', finding, facts)),
      ...plan.trim.map((finding) => record('trim', finding, facts)),
      ...plan.dryRun.map((finding) => record(isTrimming(finding) ? 'trim' : 'revoke', finding, facts)),
      ...plan.held.map((held) => ({
        ...record('held', held, facts),
        because: held.because,
        ...('until' in held && { until: held.until }),
      })),
      ...plan.notify.map(({ obstacle, detail, ...finding }) => ({
        ...record('notify', finding, facts),
        ...(obstacle === undefined ? {} : { obstacle }),
        ...(detail === undefined ? {} : { detail }),
      })),
      ...plan.undecided.map((finding) => record('undecided', finding, facts)),
    ],
    ...(facts.exposure && { exposure: facts.exposure }),
    ...(added.length > 0 && { added: added.map(({ aws }) => untagged(aws)) }),
  };
}

function record(
  action: FindingRecord['action'],
  { rule, verdicts, also, unclear }: Finding<Violation | Undecided>,
  facts: Facts,
): FindingRecord {
  const { outcomes, plan, omittedTags = {} } = facts;
  const { outcome, detail, remainder: kept } = outcomes.find((o) => o.rule === rule) ?? {};
  const remainder = trimmingOf(plan, rule)?.remainder;
  const undo = action === 'revoke' || action === 'trim' ? undoCommand(rule, facts) : undefined;
  const omitted = omittedTags[rule.id];
  return {
    action,
    ...(outcome === undefined ? {} : { outcome }),
    ...(detail === undefined ? {} : { detail }),
    ruleId: rule.id,
    direction: rule.direction,
    rule: rule.aws,
    ...(omitted === undefined ? {} : { omittedTags: omitted }),
    policies: verdicts.map(policyRecord),
    ...(also.length > 0 && {
      wouldAlso: also.map((one) => ({ ...policyRecord(one), action: one.policy.action })),
    }),
    ...(unclear === undefined ? {} : { undecided: unclear.map(policyRecord) }),
    ...(remainder === undefined
      ? {}
      : { remainder: { ...remainder, ...(kept === undefined ? {} : { kept }) } }),
    ...(undo === undefined ? {} : { undo }),
  };
}

function policyRecord(verdict: Violation | Undecided): PolicyRecord {
  const { id, title, severity } = verdict.policy;
  const said = { id, title, severity, reason: reasonOf(verdict) };
  if (verdict.verdict === 'undecided') return said;
  return { ...said, witness: witnessOf(verdict), share: violationShare(verdict) };
}
