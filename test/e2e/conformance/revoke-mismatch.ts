// What the bot relies on where a rule is no longer as it was judged: revoking it by its properties removes nothing.
import { authorize, cidrsOf, SSH, TWO, WORLD } from './groups.ts';
import {
  ALL,
  type Asked,
  countsOf,
  fromGroup,
  fromList,
  IPV6,
  OFFICE,
  PING,
  revoke,
  url,
  WEB,
} from './permissions.ts';
import type { Case, Place } from './place.ts';

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

const different = DIFFERENT.map(([property, live, asked]): Case => {
  const claim = `Revoking by properties removes nothing for ${property}`;
  const observe = (place: Place) => countsOf(place, [live], [asked]);
  return { claim, url, observe, documented: [1, 1] };
});

export const REVOKE_MISMATCH_CASES: readonly Case[] = [
  ...different,
  {
    claim: 'Revoking by properties removes nothing for another prefix list',
    url,
    observe: (place) => countsOf(place, [fromList(place.prefixListId)], [fromList('pl-0123456789abcdef0')]),
    documented: [1, 1],
    deviates: ['ministack'],
  },
  {
    claim: 'Revoking by properties removes nothing for another group',
    url,
    observe: async (place) => {
      const [one, other] = [await place.newGroup(), await place.newGroup()];
      return countsOf(place, [fromGroup(one)], [fromGroup(other)]);
    },
    documented: [1, 1],
  },
  {
    claim: 'Revoking by properties removes nothing for a group of another account',
    url,
    observe: async (place) => {
      const other = await place.newGroup();
      return countsOf(place, [fromGroup(other)], [fromGroup(other, { UserId: '444455556666' })]);
    },
    documented: [1, 1],
  },
  {
    claim: 'Revoking by properties removes nothing where one of two permissions does not match',
    url,
    observe: (place) => countsOf(place, [WORLD, OFFICE], [WORLD, WEB]),
    documented: [2, 2],
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'Revoking by properties removes nothing where one of two sources does not match',
    url,
    observe: (place) => countsOf(place, [WORLD, WEB], [TWO]),
    documented: [2, 2],
  },
  {
    claim: 'In the default VPC, what does not match is listed and the rest is removed',
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
