// Rules that are opened and revoked by their properties, and what comes of it.
import { type IpPermission, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { API, authorize, rulesOf, SSH, WORLD } from './groups.ts';
import { type Case, codeOf, type Place } from './place.ts';

export const url = `${API}/API_RevokeSecurityGroupIngress.html`;
export const OFFICE: IpPermission = { ...SSH, IpRanges: [{ CidrIp: '10.1.0.0/16' }] };
export const WEB: IpPermission = { ...WORLD, FromPort: 80, ToPort: 81 };
export const PING: IpPermission = { ...WORLD, IpProtocol: 'icmp', FromPort: 8, ToPort: 0 };
export const IPV6: IpPermission = { ...SSH, Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }] };
export const ALL: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '10.1.0.0/16' }] };
export const described = (Description: string): IpPermission => ({
  ...SSH,
  IpRanges: [{ CidrIp: '0.0.0.0/0', Description }],
});
export const fromList = (PrefixListId: string): IpPermission => ({
  ...SSH,
  PrefixListIds: [{ PrefixListId }],
});
export const fromGroup = (GroupId: string, more: object = {}): IpPermission => ({
  ...SSH,
  UserIdGroupPairs: [{ GroupId, ...more }],
});

export const revoke = ({ ec2 }: Place, GroupId: string, ...IpPermissions: IpPermission[]) =>
  ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));

/** The id of a new group with these permissions, each opened by a call of its own. */
export async function groupWithEach(place: Place, ...permissions: readonly IpPermission[]): Promise<string> {
  const groupId = await place.newGroup();
  for (const permission of permissions) await authorize(place, groupId, permission);
  return groupId;
}

/** How a revoke ends, and how many rules the group has before and after. */
export async function outcomeOf(place: Place, live: readonly IpPermission[], asked: readonly IpPermission[]) {
  const groupId = await groupWithEach(place, ...live);
  const before = (await rulesOf(place, groupId)).length;
  const code = await codeOf(revoke(place, groupId, ...asked));
  return [code, before, (await rulesOf(place, groupId)).length];
}

/** How many rules the group has before and after, however the call ends: that it is refused is a case of its own. */
export async function countsOf(...of: Parameters<typeof outcomeOf>) {
  const [, before, after] = await outcomeOf(...of);
  return [before, after];
}

/** A case as a row: what is claimed, the live rule, what is revoked, and where something else is seen. */
export type Asked = readonly [
  claim: string,
  live: IpPermission,
  asked: IpPermission,
  deviates?: NonNullable<Case['deviates']>,
];
