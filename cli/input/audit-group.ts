// One group of an audit: all its rules, each of which may be acted on, for nothing is.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { evaluate, type Verdict } from '../../lib/evaluate/evaluate.ts';
import { prefixListsNeeded } from '../../lib/evaluate/prefix-lists-needed.ts';
import type { DescribedGroup } from '../../lib/io/aws/read-account.ts';
import type { AddressSet } from '../../lib/network/cidr.ts';
import { type Vpcs, vpcsOf } from '../../lib/network/vpcs.ts';
import type { Action, Policy, PolicyMode, Severity } from '../../lib/policy/policy.ts';
import { verdictJson } from '../../lib/report/json.ts';
import { exceptionInWords } from '../../lib/report/reason.ts';
import { parseGroup } from '../../lib/rule.ts';
import { InputError } from './input.ts';

export interface AuditFinding {
  readonly policy: string;
  readonly severity: Severity;
  readonly verdict: 'violation' | 'exempt' | 'undecided';
  readonly action: Action;
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
}

export interface Summary {
  groups: number;
  rules: number;
  violation: number;
  exempt: number;
  undecided: number;
}

/** Looks up the entries of prefix lists, by id or by the name that they have in the account; those that cannot be read are left out. */
type PrefixLists = (
  references: readonly string[],
  accountId: string,
) => Promise<ReadonlyMap<string, AddressSet>>;

/** What groups refer to: the entries of prefix lists, and VPCs. */
export interface Surroundings {
  readonly prefixLists: PrefixLists;
  readonly vpcs: Vpcs;
}

/** The findings on one group, compliant rules left out. */
export async function auditGroup(
  { group: aws, rules }: DescribedGroup,
  policies: readonly Policy[],
  { prefixLists, vpcs }: Surroundings,
  askedRegion: string | undefined,
): Promise<readonly AuditFinding[]> {
  const group = parseGroup(aws);
  // The ARN tells where the group is; older output has none.
  const [, , , region = askedRegion ?? refuseIfItMatters(policies)] = aws.SecurityGroupArn?.split(':') ?? [];
  const context = {
    group,
    accountId: group.ownerId,
    region,
    principals: 'unknown' as const,
    prefixLists: await prefixLists(prefixListsNeeded(rules, policies), group.ownerId),
    vpcs: vpcsOf(group, vpcs),
    now: new Date(),
  };
  const verdicts = evaluate(rules, new Set(rules.map(({ id }) => id)), policies, context);
  return verdicts.flatMap((verdict) => {
    const finding = toFinding(verdict);
    return finding === undefined
      ? []
      : [{ ...finding, groupName: group.name, accountId: group.ownerId, region }];
  });
}

/** A policy for certain regions would pass over all groups of an unknown one, and that would look like a clean account. */
function refuseIfItMatters(policies: readonly Policy[]): string {
  const [regional] = policies.filter(({ scope }) => scope?.regions !== undefined);
  if (regional === undefined) return 'unknown';
  throw new InputError(
    `policy \`${regional.id}\` is for certain regions, and the groups do not say where they are: add --region`,
  );
}

function toFinding(verdict: Verdict): Omit<AuditFinding, 'groupName' | 'accountId' | 'region'> | undefined {
  if (verdict.verdict === 'compliant') return undefined;
  const { ruleId, direction: _, actionable: __, ...json } = verdictJson(verdict);
  return {
    ...json,
    verdict: verdict.verdict,
    ...(ruleId === '' ? {} : { ruleId }),
    ...(verdict.verdict === 'exempt' ? { exception: verdict.by.map(exceptionInWords).join('; ') } : {}),
  };
}
