// One group of an audit: all its rules, each of which may be acted on, for nothing is.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { evaluate, type Undecided, type Verdict } from '../../lib/evaluate/evaluate.ts';
import type { PrefixLists } from '../../lib/evaluate/prefix-lists.ts';
import { prefixListsNeeded } from '../../lib/evaluate/prefix-lists-needed.ts';
import { ASSOCIATIONS, isUnreadList } from '../../lib/evaluate/unread.ts';
import type { GroupExposure } from '../../lib/exposure/exposure.ts';
import type { Admitted } from '../../lib/exposure/packets.ts';
import { violatingPackets } from '../../lib/exposure/violating-packets.ts';
import type { DescribedGroup } from '../../lib/io/aws/read-account.ts';
import { OTHER_VPCS, type Vpcs, vpcsOf } from '../../lib/network/vpcs.ts';
import type { Action, Otherwise, Policy, PolicyMode, Severity } from '../../lib/policy/policy.ts';
import { verdictJson } from '../../lib/report/json.ts';
import { exceptionInWords } from '../../lib/report/reason.ts';
import { parseGroup } from '../../lib/rule.ts';
import { InputError } from './input.ts';

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
}

/** A finding, and of an inbound violation what it lets in. */
export interface Audited {
  readonly finding: AuditFinding;
  readonly admitted?: readonly Admitted[] | 'unknown';
}

export interface Summary {
  groups: number;
  rules: number;
  violation: number;
  exempt: number;
  undecided: number;
}

export const NOTHING_AUDITED: Readonly<Summary> = {
  groups: 0,
  rules: 0,
  violation: 0,
  exempt: 0,
  undecided: 0,
};

/** Looks up prefix lists by id, or by the name that they have in the account. */
type ReadPrefixLists = (references: readonly string[]) => Promise<PrefixLists>;

/** What groups refer to: the entries of prefix lists, and VPCs. */
export interface Surroundings {
  readonly prefixLists: ReadPrefixLists;
  readonly vpcs: Vpcs;
}

/** The findings on one group, compliant rules left out. */
export async function auditGroup(
  { group: aws, rules }: DescribedGroup,
  policies: readonly Policy[],
  { prefixLists, vpcs }: Surroundings,
  askedRegion: string | undefined,
): Promise<readonly Audited[]> {
  const group = parseGroup(aws);
  // The ARN tells where the group is; older output has none.
  const [, , , region = askedRegion ?? refuseIfItMatters(policies)] = aws.SecurityGroupArn?.split(':') ?? [];
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
  return verdicts.flatMap((verdict) => {
    const finding = toFinding(verdict, vpcs);
    return finding === undefined
      ? []
      : [
          {
            finding: { ...finding, groupName: group.name, accountId: group.ownerId, region },
            ...admittedIn(verdict, context.prefixLists),
          },
        ];
  });
}

function admittedIn(verdict: Verdict, prefixLists: PrefixLists): Pick<Audited, 'admitted'> {
  if (verdict.verdict !== 'violation' || verdict.rule.direction === 'egress') return {};
  return { admitted: violatingPackets(verdict, prefixLists) ?? 'unknown' };
}

/** A policy for certain regions would pass over all groups of an unknown one, and that would look like a clean account. */
function refuseIfItMatters(policies: readonly Policy[]): string {
  const [regional] = policies.filter(({ scope }) => scope?.regions !== undefined);
  if (regional === undefined) return 'unknown';
  throw new InputError(
    `policy \`${regional.id}\` is for certain regions, and the groups do not say where they are: add --region`,
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
