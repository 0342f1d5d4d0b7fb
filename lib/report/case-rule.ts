// One rule of a test file, as AWS writes it, with the facts about its group that policies look at.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { hasTypes, parseProtocol, parseTraffic } from '../network/ports.ts';
import { listOrNone } from '../policy/list-schema.ts';
import { protocolHint } from '../policy/value-hints.ts';
import { noBlock, vpcId } from '../policy/values.ts';
import { parseRule } from '../rule.ts';

export const caseRule = z
  .strictObject({
    IpProtocol: z.union([z.string(), z.number()]).transform(String),
    FromPort: z.int().optional(),
    ToPort: z.int().optional(),
    CidrIpv4: z.string().optional(),
    CidrIpv6: z.string().optional(),
    PrefixListId: z.string().optional(),
    ReferencedGroupInfo: z.strictObject({ GroupId: z.string(), UserId: z.string().optional() }).optional(),
    IsEgress: z.boolean().optional(),
    GroupId: z.string().optional(),
    // The group's own, for policies and exceptions that look at it; and the ARN of who made the change.
    GroupName: z.string().optional(),
    VpcId: z.string().optional(),
    AssociatedVpcIds: listOrNone(vpcId).optional(),
    Tags: z.record(z.string(), z.string()).optional(),
    Principal: z.string().optional(),
    // The rule's own, for exceptions that look at them.
    Description: z.string().optional(),
    RuleTags: z.record(z.string(), z.string()).optional(),
  })
  .superRefine((facts, context) => {
    for (const message of problemsOf(facts)) context.addIssue({ code: 'custom', message });
  });

export type CaseRule = z.infer<typeof caseRule>;

const PEERS = ['CidrIpv4', 'CidrIpv6', 'PrefixListId', 'ReferencedGroupInfo'] as const;

/** What EC2 would never have: such a rule is `undecided` for every policy, and shows nothing of this one. */
function problemsOf(facts: CaseRule): readonly string[] {
  const { IpProtocol, FromPort, ToPort } = facts;
  const needsPorts = ['tcp', 'udp', '6', '17'].includes(IpProtocol);
  if (needsPorts && (FromPort === undefined || ToPort === undefined))
    return ['FromPort and ToPort: tcp and udp need both'];
  if (['icmp', '1'].includes(IpProtocol) && (FromPort === undefined || ToPort === undefined))
    return ['FromPort and ToPort: icmp needs both, the type and the code, -1 for all'];
  const given = PEERS.filter((key) => facts[key] !== undefined);
  if (given.length !== 1) return [`write exactly one of ${PEERS.join(', ')}: this rule has ${given.length}`];
  const { peer } = parseRule(toAws(facts, 0));
  return peer.kind === 'unreadable' ? [unreadablePart(facts)] : [];
}

/** The part that EC2 would refuse, and what to write. */
function unreadablePart({ IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6 = '' }: CaseRule): string {
  const protocol = parseProtocol(IpProtocol);
  if (protocol === undefined)
    return `IpProtocol: \`${IpProtocol}\` is not a protocol: ${protocolHint(IpProtocol)}`;
  if (parseTraffic(IpProtocol, FromPort, ToPort) !== undefined) return noBlock(CidrIpv4 ?? CidrIpv6);
  return hasTypes(Number(protocol))
    ? 'FromPort and ToPort: write an ICMP type and its code, 0 to 255 each, or -1 for all'
    : `FromPort and ToPort: \`${FromPort}\` to \`${ToPort}\` is not a range: write two ports from 0 to 65535, the lower one first`;
}

/** The rule as EC2 would show it. */
export function toAws(
  {
    GroupName: _n,
    VpcId: _v,
    AssociatedVpcIds: _a,
    Tags: _t,
    Principal: _p,
    RuleTags = {},
    ...facts
  }: CaseRule,
  index: number,
): AwsSecurityGroupRule {
  const given = Object.entries(facts).filter(([, value]) => value !== undefined);
  const Tags = Object.entries(RuleTags).map(([Key, Value]) => ({ Key, Value }));
  return { GroupId: 'sg-1', ...Object.fromEntries(given), Tags, SecurityGroupRuleId: `sgr-${index}` };
}
