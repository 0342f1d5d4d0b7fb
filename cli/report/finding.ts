// What an audit finds: one policy about one rule.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { type GroupExposure, KINDS } from '../../lib/exposure/exposure.ts';
import type { LetIn } from '../../lib/exposure/violating-packets.ts';
import type { Action, Otherwise, PolicyMode } from '../../lib/policy/policy.ts';
import { SEVERITIES, type Severity } from '../../lib/policy/severity.ts';
import type { SecurityGroup, SecurityGroupRule } from '../../lib/rule.ts';

/** As machines get it. */
export interface AuditFinding {
  readonly policy: string;
  readonly severity: Severity;
  readonly verdict: 'violation' | 'exempt' | 'undecided';
  readonly action: Action;
  readonly otherwise?: Otherwise;
  readonly mode: PolicyMode;
  readonly groupId: string;
  readonly groupName: string;
  readonly accountId: string;
  readonly region: string;
  readonly ruleId?: string;
  readonly rule: AwsSecurityGroupRule;
  readonly witness?: string;
  readonly share?: number;
  readonly reason: string;
  readonly exception?: string;
  /** What an undecided one lacks: prefix lists by id or name, and keys of an export of VPCs. */
  readonly unread?: readonly string[];
  /** Whether packets from the internet reach the interfaces of the group; only where it was asked for. */
  readonly exposure?: GroupExposure & { readonly text: string };
  /** It is in the baseline. */
  readonly known?: true;
}

/** A finding with what it is about, and of an inbound violation what it lets in. */
export interface Audited {
  readonly finding: AuditFinding;
  readonly rule: SecurityGroupRule;
  readonly group: SecurityGroup;
  readonly letIn?: LetIn;
  /** Of the AWS configuration that the account was read with, where one was named. */
  readonly profile?: string | undefined;
}

/** Findings as they come: all of one group are in one page. */
export type Pages = AsyncGenerator<readonly Audited[]>;

export interface Summary {
  groups: number;
  rules: number;
  violation: number;
  exempt: number;
  undecided: number;
  /** How many violations and undecided findings the baseline has, and how many of the baseline were not found. */
  baseline?: { known: number; gone: number };
}

export function nothingAudited(): Summary {
  return { groups: 0, rules: 0, violation: 0, exempt: 0, undecided: 0 };
}

/** 0 for those that packets from the internet reach; the last where that was not looked up. */
export function exposureOrder({ exposure }: AuditFinding): number {
  return exposure === undefined ? KINDS.length : KINDS.indexOf(exposure.exposure.kind);
}

const VERDICTS: readonly AuditFinding['verdict'][] = ['violation', 'undecided', 'exempt'];

/** The worst is 0. What is excused comes last; of equally severe ones, first what violates and what is reached. */
export function rankOf(finding: AuditFinding): number {
  const { severity, verdict } = finding;
  const inSeverity = VERDICTS.indexOf(verdict) * (KINDS.length + 1) + exposureOrder(finding);
  const severities = verdict === 'exempt' ? SEVERITIES.length : 0;
  return (severities + SEVERITIES.indexOf(severity)) * VERDICTS.length * (KINDS.length + 1) + inSeverity;
}
