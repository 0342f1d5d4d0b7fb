// Security groups in a VPC of the emulator, the calls on them that the bot hears of, and the events about those.
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  DescribeSecurityGroupRulesCommand,
  type IpPermission,
  ModifySecurityGroupRulesCommand,
  type SecurityGroupRuleRequest,
} from '@aws-sdk/client-ec2';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Aws } from './aws.ts';
import { authorized, type Call, type Detail, modified } from './cloudtrail.ts';

export const SSH: IpPermission = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
export const SSH_WORLD: IpPermission = { ...SSH, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
export const SSH_OFFICE: IpPermission = { ...SSH, IpRanges: [{ CidrIp: '10.1.0.0/16' }] };
export const KUBERNETES_API_WORLD: IpPermission = { ...SSH_WORLD, FromPort: 6443, ToPort: 6443 };
export const SMTP_WORLD: IpPermission = { ...SSH_WORLD, FromPort: 25, ToPort: 25 };

/** New groups in a new VPC. */
export async function createGroups(aws: Aws, count: number): Promise<readonly string[]> {
  const { Vpc } = await aws.ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const input = { GroupName: `group-${index}`, Description: 'a test', VpcId: Vpc?.VpcId };
    const { GroupId = '' } = await aws.ec2.send(new CreateSecurityGroupCommand(input));
    ids.push(GroupId);
  }
  return ids;
}

export async function authorizeIngress(aws: Aws, GroupId: string, permission: IpPermission): Promise<Call> {
  refuseSeveralSources(permission);
  const input = { GroupId, IpPermissions: [permission] };
  return authorized('Ingress', input, await aws.ec2.send(new AuthorizeSecurityGroupIngressCommand(input)));
}

export async function authorizeEgress(aws: Aws, GroupId: string, permission: IpPermission): Promise<Call> {
  refuseSeveralSources(permission);
  const input = { GroupId, IpPermissions: [permission] };
  return authorized('Egress', input, await aws.ec2.send(new AuthorizeSecurityGroupEgressCommand(input)));
}

/** One source a permission: ministack revokes whole permissions only, and knows no rule for each source. */
function refuseSeveralSources(permission: IpPermission): void {
  const { IpRanges = [], Ipv6Ranges = [], PrefixListIds = [], UserIdGroupPairs = [] } = permission;
  const sources = [...IpRanges, ...Ipv6Ranges, ...PrefixListIds, ...UserIdGroupPairs];
  if (sources.length !== 1) throw new Error(`open one source a permission, not ${sources.length}`);
}

export async function modifyRule(
  aws: Aws,
  GroupId: string,
  SecurityGroupRuleId: string,
  SecurityGroupRule: SecurityGroupRuleRequest,
): Promise<Call> {
  const input = { GroupId, SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }] };
  await aws.ec2.send(new ModifySecurityGroupRulesCommand(input));
  return modified(input);
}

/** A group's rules in one direction. */
export async function rulesOf(aws: Aws, groupId: string, direction: 'ingress' | 'egress' = 'ingress') {
  const input = { Filters: [{ Name: 'group-id', Values: [groupId] }] };
  const { SecurityGroupRules = [] } = await aws.ec2.send(new DescribeSecurityGroupRulesCommand(input));
  return SecurityGroupRules.filter(({ IsEgress }) => IsEgress === (direction === 'egress'));
}

/** The same rules, where they are for IPv4, as `<block>:<first port>`. */
export async function cidrsOf(...of: Parameters<typeof rulesOf>): Promise<readonly string[]> {
  return (await rulesOf(...of)).map(({ CidrIpv4, FromPort }) => `${CidrIpv4}:${FromPort}`);
}

/** Puts records on the default bus, as CloudTrail does; EventBridge takes ten at a time. */
export async function putEvents(aws: Aws, ...details: readonly Detail[]): Promise<void> {
  for (let start = 0; start < details.length; start += 10) {
    const Entries = details.slice(start, start + 10).map((detail) => ({
      Source: 'aws.ec2',
      DetailType: 'AWS API Call via CloudTrail',
      Detail: JSON.stringify(detail),
    }));
    const { FailedEntryCount } = await aws.eventBridge.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount !== 0) throw new Error(`${FailedEntryCount} events were not taken`);
  }
}
