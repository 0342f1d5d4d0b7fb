// One group of an audit: all its rules, each of which may be acted on, for nothing is.
import type { SecurityGroup as AwsSecurityGroup } from '@aws-sdk/client-ec2';
import { evaluate, type Undecided, type Verdict } from '../../lib/evaluate/evaluate.ts';
import { leadingFirst } from '../../lib/evaluate/leading.ts';
import type { PrefixLists } from '../../lib/evaluate/prefix-lists.ts';
import { prefixListsNeeded } from '../../lib/evaluate/prefix-lists-needed.ts';
import { ASSOCIATIONS, isUnreadList } from '../../lib/evaluate/unread.ts';
import { letInBy } from '../../lib/exposure/violating-packets.ts';
import { OTHER_VPCS, type Vpcs, vpcsOf } from '../../lib/network/vpcs.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { verdictJson } from '../../lib/report/json.ts';
import { exceptionInWords } from '../../lib/report/reason.ts';
import type { SecurityGroup, SecurityGroupRule } from '../../lib/rule.ts';
import type { Audited, AuditFinding } from '../report/finding.ts';
import { InputError } from './input.ts';

/** Looks up prefix lists by id, or by the name that they have in the account. */
type ReadPrefixLists = (references: readonly string[]) => Promise<PrefixLists>;

/** What groups refer to: the entries of prefix lists, and VPCs. */
export interface Surroundings {
  readonly prefixLists: ReadPrefixLists;
  readonly vpcs: Vpcs;
  /** Of the AWS configuration, where one is named. */
  readonly profile?: string | undefined;
}

/** The findings on one group, compliant rules left out. */
export async function auditGroup(
  group: SecurityGroup,
  region: string,
  rules: readonly SecurityGroupRule[],
  policies: readonly Policy[],
  { prefixLists, vpcs, profile }: Surroundings,
): Promise<readonly Audited[]> {
  const context = {
    group,
    accountId: group.ownerId,
    region,
    principals: 'unknown' as const,
    prefixLists: await prefixLists(prefixListsNeeded(rules, policies)),
    vpcs: vpcsOf(group, vpcs),
    now: new Date(),
  };
  const verdicts = evaluate(rules, new Set(rules.map(({ id }) => id)), policies, context);
  const found = verdicts.filter(({ verdict }) => verdict !== 'compliant').toSorted(leadingFirst);
  return found.flatMap((verdict) => {
    const finding = toFinding(verdict, vpcs);
    if (finding === undefined) return [];
    return [
      {
        finding: { ...finding, groupName: group.name, accountId: group.ownerId, region },
        rule: verdict.rule,
        group,
        ...(profile === undefined ? {} : { profile }),
        ...letInOf(verdict, context.prefixLists),
      },
    ];
  });
}

function letInOf(verdict: Verdict, prefixLists: PrefixLists): Pick<Audited, 'letIn'> {
  if (verdict.verdict !== 'violation' || verdict.rule.direction === 'egress') return {};
  return { letIn: letInBy([verdict], prefixLists) };
}

/** Where a group is: its ARN says so, which older output lacks. */
export function regionOf(
  { SecurityGroupArn }: AwsSecurityGroup,
  asked: string | undefined,
  policies: readonly Policy[],
): string {
  const [, , , region = asked ?? refuseIfItMatters(policies)] = SecurityGroupArn?.split(':') ?? [];
  return region;
}

/** A policy for certain regions would pass over all groups of an unknown one, and that would look like a clean account. */
function refuseIfItMatters(policies: readonly Policy[]): string {
  const [regional] = policies.filter(({ scope }) => scope?.regions !== undefined);
  if (regional === undefined) return 'unknown';
  throw new InputError(
    `policy \`${regional.id}\` is for certain regions, and nothing says in which region the groups are: add --region`,
  );
}

function toFinding(
  verdict: Verdict,
  vpcs: Vpcs,
): Omit<AuditFinding, 'groupName' | 'accountId' | 'region'> | undefined {
  if (verdict.verdict === 'compliant') return undefined;
  const { ruleId, direction: _, actionable: __, ...json } = verdictJson(verdict);
  return {
    ...json,
    verdict: verdict.verdict,
    ...(ruleId === '' ? {} : { ruleId }),
    ...(verdict.verdict === 'exempt' ? { exception: verdict.by.map(exceptionInWords).join('; ') } : {}),
    ...(verdict.verdict === 'undecided' ? { unread: unreadOf(verdict, vpcs) } : {}),
  };
}

function unreadOf({ unread }: Undecided, { associations, blocks }: Vpcs): readonly string[] {
  const keysOf = (name: string): readonly string[] => {
    if (isUnreadList(name)) return [name];
    const lacksAssociations = name === ASSOCIATIONS || (name === OTHER_VPCS && associations === undefined);
    const lacksBlocks = name !== ASSOCIATIONS && (blocks === undefined || !lacksAssociations);
    return [...(lacksAssociations ? ['SecurityGroupVpcAssociations'] : []), ...(lacksBlocks ? ['Vpcs'] : [])];
  };
  return [...new Set(unread.flatMap(keysOf))];
}
