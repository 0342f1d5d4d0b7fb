// A group's IpPermissions as rules.
import type { IpPermission, SecurityGroup, SecurityGroupRule } from '@aws-sdk/client-ec2';

/** The rules that a group's permissions stand for: one for each source, without ids, which permissions do not tell. */
export function expandPermissions(group: SecurityGroup): readonly SecurityGroupRule[] {
  const rules: SecurityGroupRule[] = [];
  for (const permission of group.IpPermissions ?? []) expand(group, permission, false, rules);
  for (const permission of group.IpPermissionsEgress ?? []) expand(group, permission, true, rules);
  return rules;
}

function expand(
  group: SecurityGroup,
  permission: IpPermission,
  isEgress: boolean,
  rules: SecurityGroupRule[],
): void {
  for (const { CidrIp, Description } of permission.IpRanges ?? [])
    rules.push(ruleOf(group, permission, isEgress, { CidrIpv4: CidrIp, Description }));
  for (const range of permission.Ipv6Ranges ?? []) rules.push(ruleOf(group, permission, isEgress, range));
  for (const list of permission.PrefixListIds ?? []) rules.push(ruleOf(group, permission, isEgress, list));
  for (const { Description, ...pair } of permission.UserIdGroupPairs ?? [])
    rules.push(ruleOf(group, permission, isEgress, { ReferencedGroupInfo: pair, Description }));
}

type Source = Pick<
  SecurityGroupRule,
  'CidrIpv4' | 'CidrIpv6' | 'PrefixListId' | 'ReferencedGroupInfo' | 'Description'
>;

/** Written out, key by key: an audit makes a million of them, and objects of one shape are made and read fastest. */
function ruleOf(
  { GroupId, OwnerId: GroupOwnerId }: SecurityGroup,
  { IpProtocol, FromPort = -1, ToPort = -1 }: IpPermission,
  IsEgress: boolean,
  { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo, Description }: Source,
): SecurityGroupRule {
  return {
    GroupId,
    GroupOwnerId,
    IpProtocol,
    FromPort,
    ToPort,
    IsEgress,
    CidrIpv4,
    CidrIpv6,
    PrefixListId,
    ReferencedGroupInfo,
    Description,
  };
}
