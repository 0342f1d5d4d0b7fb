// Security groups as the cases use them.
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import type { Place } from './place.ts';

export const API = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference';
export const ERRORS = `${API}/errors-overview.html`;
export const UNKNOWN_GROUP = 'sg-0123456789abcdef0';
export const SSH: IpPermission = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
export const WORLD: IpPermission = { ...SSH, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
export const TWO: IpPermission = { ...SSH, IpRanges: [{ CidrIp: '0.0.0.0/0' }, { CidrIp: '10.1.0.0/16' }] };

export const authorize = ({ ec2 }: Place, GroupId: string, ...IpPermissions: IpPermission[]) =>
  ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));

export async function rulesOf({ ec2 }: Place, groupId: string, isEgress = false) {
  const Filters = [{ Name: 'group-id', Values: [groupId] }];
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  return SecurityGroupRules.filter((rule) => rule.IsEgress === isEgress);
}

export const cidrsOf = async (place: Place, groupId: string) =>
  (await rulesOf(place, groupId)).map(({ CidrIpv4 }) => CidrIpv4);

/** A new group with these permissions, and its rules. */
export async function groupWith(place: Place, ...permissions: IpPermission[]) {
  const GroupId = await place.newGroup();
  if (permissions.length > 0) await authorize(place, GroupId, ...permissions);
  const SecurityGroupRuleIds = (await rulesOf(place, GroupId)).map((rule) => rule.SecurityGroupRuleId ?? '');
  return { GroupId, SecurityGroupRuleIds };
}
