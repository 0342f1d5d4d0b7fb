// A group's IpPermissions as rules.
import type { IpPermission, SecurityGroup, SecurityGroupRule } from '@aws-sdk/client-ec2';

/** The rules that a group's permissions stand for: one for each source, without ids, which permissions do not tell. */
export function expandPermissions(group: SecurityGroup): readonly SecurityGroupRule[] {
  const of = (permissions: readonly IpPermission[] = [], IsEgress: boolean) =>
    permissions.flatMap((permission) => {
      const make = ruleOf(group, permission, IsEgress);
      const { IpRanges = [], Ipv6Ranges = [], PrefixListIds = [], UserIdGroupPairs = [] } = permission;
      return [
        ...IpRanges.map(({ CidrIp, Description }) => make({ CidrIpv4: CidrIp, Description })),
        ...Ipv6Ranges.map(make),
        ...PrefixListIds.map(make),
        ...UserIdGroupPairs.map(({ Description, ...pair }) =>
          make({ ReferencedGroupInfo: pair, Description }),
        ),
      ];
    });
  return [...of(group.IpPermissions, false), ...of(group.IpPermissionsEgress, true)];
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
): (source: Source) => SecurityGroupRule {
  return ({ CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo, Description }) => ({
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
  });
}
