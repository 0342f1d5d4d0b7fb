// What the bot relies on where it revokes a rule by its properties: that one goes, and nothing else.
import {
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { API, authorize, cidrsOf, rulesOf, SSH, TWO, WORLD } from './groups.ts';
import { type Case, codeOf, type Place } from './place.ts';

const url = `${API}/API_RevokeSecurityGroupIngress.html`;
const OFFICE: IpPermission = { ...SSH, IpRanges: [{ CidrIp: '10.1.0.0/16' }] };
const WEB: IpPermission = { ...WORLD, FromPort: 80, ToPort: 81 };
const PING: IpPermission = { ...WORLD, IpProtocol: 'icmp', FromPort: 8, ToPort: 0 };
const IPV6: IpPermission = { ...SSH, Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }] };
const ALL: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '10.1.0.0/16' }] };
const described = (Description: string): IpPermission => ({
  ...SSH,
  IpRanges: [{ CidrIp: '0.0.0.0/0', Description }],
});
const fromList = (PrefixListId: string): IpPermission => ({ ...SSH, PrefixListIds: [{ PrefixListId }] });
const fromGroup = (GroupId: string, more: object = {}): IpPermission => ({
  ...SSH,
  UserIdGroupPairs: [{ GroupId, ...more }],
});

const revoke = ({ ec2 }: Place, GroupId: string, ...IpPermissions: IpPermission[]) =>
  ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));

/** The id of a new group with these permissions, each opened by a call of its own. */
async function groupWithEach(place: Place, ...permissions: readonly IpPermission[]): Promise<string> {
  const groupId = await place.newGroup();
  for (const permission of permissions) await authorize(place, groupId, permission);
  return groupId;
}

/** How a revoke ends, and how many rules the group has before and after. */
async function outcomeOf(place: Place, live: readonly IpPermission[], asked: readonly IpPermission[]) {
  const groupId = await groupWithEach(place, ...live);
  const before = (await rulesOf(place, groupId)).length;
  const code = await codeOf(revoke(place, groupId, ...asked));
  return [code, before, (await rulesOf(place, groupId)).length];
}

/** How many rules the group has before and after, however the call ends: that it is refused is a case of its own. */
async function countsOf(...of: Parameters<typeof outcomeOf>) {
  const [, before, after] = await outcomeOf(...of);
  return [before, after];
}

type Asked = readonly [claim: string, live: IpPermission, asked: IpPermission];
type Deviations = Readonly<Record<string, Case['deviates']>>;

const EXACT: readonly Asked[] = [
  ['with ports', WEB, WEB],
  ['by the number of its protocol', WORLD, { ...WORLD, IpProtocol: '6' }],
  ['of all protocols, without ports', ALL, ALL],
  ['of all protocols, whatever ports are given', ALL, { ...ALL, FromPort: -1, ToPort: -1 }],
  ['of a protocol that has only a number', { ...ALL, IpProtocol: '50' }, { ...ALL, IpProtocol: '50' }],
  ['of ICMP, by type and code', PING, PING],
  ['for IPv6', IPV6, IPV6],
  ['that has a description, without it', described('for the fair'), WORLD],
  ['that has a description, with another', described('for the fair'), described('by mistake')],
];
const EXACT_DEVIATIONS: Deviations = {
  'of a protocol that has only a number': ['moto'],
  'by the number of its protocol': ['ministack'],
  'of all protocols, whatever ports are given': ['ministack'],
};

const DIFFERENT: readonly Asked[] = [
  ['another protocol', WORLD, { ...WORLD, IpProtocol: 'udp' }],
  ['all protocols', WORLD, { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  ['one of its protocols', ALL, { ...OFFICE }],
  ['another first port', WEB, { ...WEB, FromPort: 81 }],
  ['another last port', WEB, { ...WEB, ToPort: 80 }],
  ['another ICMP type', PING, { ...PING, FromPort: 3 }],
  ['another ICMP code', PING, { ...PING, ToPort: 1 }],
  ['a narrower block', OFFICE, { ...SSH, IpRanges: [{ CidrIp: '10.1.0.0/17' }] }],
  ['a wider block', OFFICE, { ...SSH, IpRanges: [{ CidrIp: '10.0.0.0/15' }] }],
  ['another IPv6 block', IPV6, { ...SSH, Ipv6Ranges: [{ CidrIpv6: '2001:db8::/33' }] }],
  ['the other address family', WORLD, { ...SSH, Ipv6Ranges: [{ CidrIpv6: '::/0' }] }],
];

const exact = EXACT.map(([rule, live, asked]): Case => {
  const claim = `By its properties a rule is revoked ${rule}`;
  const deviates = EXACT_DEVIATIONS[rule];
  const observe = (place: Place) => outcomeOf(place, [live], [asked]);
  return { claim, url, observe, documented: [undefined, 1, 0], ...(deviates && { deviates }) };
});

const different = DIFFERENT.map(([property, live, asked]): Case => {
  const claim = `A rule is not revoked by ${property}`;
  const observe = (place: Place) => countsOf(place, [live], [asked]);
  return { claim, url, observe, documented: [1, 1] };
});

export const REVOKE_BY_PROPERTIES_CASES: readonly Case[] = [
  ...exact,
  {
    claim: 'By its properties a rule is revoked for a prefix list',
    url,
    observe: (place) => outcomeOf(place, [fromList(place.prefixListId)], [fromList(place.prefixListId)]),
    documented: [undefined, 1, 0],
  },
  {
    claim: 'By its properties a rule is revoked for another group',
    url,
    observe: async (place) => {
      const other = await place.newGroup();
      return outcomeOf(place, [fromGroup(other)], [fromGroup(other)]);
    },
    documented: [undefined, 1, 0],
  },
  {
    claim: 'By its properties a rule is revoked for another group, with its account',
    url,
    observe: async (place) => {
      const other = await place.newGroup();
      return outcomeOf(place, [fromGroup(other)], [fromGroup(other, { UserId: '111122223333' })]);
    },
    documented: [undefined, 1, 0],
    deviates: ['ministack'],
  },
  {
    claim: 'By its properties a rule is revoked for another group, without its description',
    url,
    observe: async (place) => {
      const other = await place.newGroup();
      return outcomeOf(place, [fromGroup(other, { Description: 'the web servers' })], [fromGroup(other)]);
    },
    documented: [undefined, 1, 0],
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'By its properties a rule is revoked for outgoing traffic',
    url: `${API}/API_RevokeSecurityGroupEgress.html`,
    observe: async (place) => {
      const GroupId = await place.newGroup();
      const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
      await place.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
      return (await rulesOf(place, GroupId, true)).length;
    },
    documented: 0,
  },
  {
    claim: 'Revoking by properties answers with the rules that it removed',
    url,
    observe: async (place) => {
      const groupId = await groupWithEach(place, WORLD);
      const { RevokedSecurityGroupRules } = await revoke(place, groupId, WORLD);
      return RevokedSecurityGroupRules?.map(({ CidrIpv4 }) => CidrIpv4);
    },
    documented: ['0.0.0.0/0'],
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'Of two sources that were opened in one permission, one is revoked',
    url,
    observe: async (place) => {
      const groupId = await groupWithEach(place, TWO);
      await codeOf(revoke(place, groupId, WORLD));
      return cidrsOf(place, groupId);
    },
    documented: ['10.1.0.0/16'],
    deviates: ['ministack'],
  },
  {
    claim: 'Two sources that were opened apart are revoked in one permission',
    url,
    observe: (place) => outcomeOf(place, [WORLD, OFFICE], [TWO]),
    documented: [undefined, 2, 0],
    deviates: ['ministack'],
  },
  {
    claim: 'Two rules are revoked by one call, each in a permission of its own',
    url,
    observe: (place) => outcomeOf(place, [WORLD, OFFICE], [WORLD, OFFICE]),
    documented: [undefined, 2, 0],
  },
  ...different,
  {
    claim: 'A rule is not revoked by another prefix list',
    url,
    observe: (place) => countsOf(place, [fromList(place.prefixListId)], [fromList('pl-0123456789abcdef0')]),
    documented: [1, 1],
    deviates: ['ministack'],
  },
  {
    claim: 'A rule is not revoked by another group',
    url,
    observe: async (place) => {
      const [one, other] = [await place.newGroup(), await place.newGroup()];
      return countsOf(place, [fromGroup(one)], [fromGroup(other)]);
    },
    documented: [1, 1],
  },
  {
    claim: 'A rule is not revoked by a group of another account',
    url,
    observe: async (place) => {
      const other = await place.newGroup();
      return countsOf(place, [fromGroup(other)], [fromGroup(other, { UserId: '444455556666' })]);
    },
    documented: [1, 1],
  },
  {
    claim: 'Where one of two permissions does not match, the call revokes nothing',
    url,
    observe: (place) => countsOf(place, [WORLD, OFFICE], [WORLD, WEB]),
    documented: [2, 2],
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'Where one of two sources does not match, the call revokes nothing',
    url,
    observe: (place) => countsOf(place, [WORLD, WEB], [TWO]),
    documented: [2, 2],
  },
  {
    claim: 'In the default VPC what does not match is listed, and the rest is revoked',
    url,
    observe: async (place) => {
      const groupId = await place.newGroup({ isInDefaultVpc: true });
      await authorize(place, groupId, WORLD);
      const { Return, UnknownIpPermissions = [] } = await revoke(place, groupId, WORLD, OFFICE);
      const unknown = UnknownIpPermissions.flatMap(({ IpRanges = [] }) =>
        IpRanges.map(({ CidrIp }) => CidrIp),
      );
      return [Return, unknown, await cidrsOf(place, groupId)];
    },
    documented: [true, ['10.1.0.0/16'], []],
    deviates: ['moto', 'ministack'],
  },
];
