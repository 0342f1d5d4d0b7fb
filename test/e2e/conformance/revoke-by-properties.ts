// What the bot relies on where it revokes a rule by its properties: that one goes.
import { RevokeSecurityGroupEgressCommand } from '@aws-sdk/client-ec2';
import { API, cidrsOf, rulesOf, TWO, WORLD } from './groups.ts';
import {
  ALL,
  type Asked,
  described,
  fromGroup,
  fromList,
  groupWithEach,
  IPV6,
  OFFICE,
  outcomeOf,
  PING,
  revoke,
  url,
  WEB,
} from './permissions.ts';
import { type Case, codeOf, type Place } from './place.ts';

const EXACT: readonly Asked[] = [
  ['a rule with ports', WEB, WEB],
  ['a rule whose protocol is given by its number', WORLD, { ...WORLD, IpProtocol: '6' }, ['ministack']],
  ['a rule for all protocols, without ports', ALL, ALL],
  [
    'a rule for all protocols, whatever ports are given',
    ALL,
    { ...ALL, FromPort: -1, ToPort: -1 },
    ['ministack'],
  ],
  [
    'a rule for a protocol that has only a number',
    { ...ALL, IpProtocol: '50' },
    { ...ALL, IpProtocol: '50' },
    ['moto'],
  ],
  ['an ICMP rule, by type and code', PING, PING],
  ['an IPv6 rule', IPV6, IPV6],
  ['a rule with a description, where none is given', described('for the fair'), WORLD],
  ['a rule with a description, where another is given', described('for the fair'), described('by mistake')],
];
const exact = EXACT.map(([rule, live, asked, deviates = []]): Case => {
  const claim = `Revoking by properties removes ${rule}`;
  const observe = (place: Place) => outcomeOf(place, [live], [asked]);
  return { claim, url, observe, documented: [undefined, 1, 0], deviates };
});

export const REVOKE_BY_PROPERTIES_CASES: readonly Case[] = [
  ...exact,
  {
    claim: 'Revoking by properties removes a rule for a prefix list',
    url,
    observe: (place) => outcomeOf(place, [fromList(place.prefixListId)], [fromList(place.prefixListId)]),
    documented: [undefined, 1, 0],
  },
  {
    claim: 'Revoking by properties removes a rule for another group',
    url,
    observe: async (place) => {
      const other = await place.newGroup();
      return outcomeOf(place, [fromGroup(other)], [fromGroup(other)]);
    },
    documented: [undefined, 1, 0],
  },
  {
    claim: 'Revoking by properties removes a rule for another group, given with its account',
    url,
    observe: async (place) => {
      const other = await place.newGroup();
      return outcomeOf(place, [fromGroup(other)], [fromGroup(other, { UserId: '111122223333' })]);
    },
    documented: [undefined, 1, 0],
    deviates: ['ministack'],
  },
  {
    claim: 'Revoking by properties removes a rule for a group of another account, over a peering connection',
    url,
    observe: (place) => {
      const peered = { UserId: '999999999999', VpcPeeringConnectionId: 'pcx-0123456789abcdef0' };
      const permission = fromGroup('sg-0123456789abcdef0', peered);
      return outcomeOf(place, [permission], [permission]);
    },
    documented: [undefined, 1, 0],
    deviates: ['moto'],
  },
  {
    claim: 'Revoking by properties removes a rule for another group with a description, where none is given',
    url,
    observe: async (place) => {
      const other = await place.newGroup();
      return outcomeOf(place, [fromGroup(other, { Description: 'the web servers' })], [fromGroup(other)]);
    },
    documented: [undefined, 1, 0],
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'Revoking by properties removes an outbound rule',
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
    claim: 'Revoking by properties removes one of two sources that were opened in one permission',
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
    claim: 'Revoking by properties removes, in one permission, two sources that were opened apart',
    url,
    observe: (place) => outcomeOf(place, [WORLD, OFFICE], [TWO]),
    documented: [undefined, 2, 0],
    deviates: ['ministack'],
  },
  {
    claim: 'Revoking by properties removes two rules by one call, each in a permission of its own',
    url,
    observe: (place) => outcomeOf(place, [WORLD, OFFICE], [WORLD, OFFICE]),
    documented: [undefined, 2, 0],
  },
];
