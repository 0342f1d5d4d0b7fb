// What people get wrong about exposure, case by case: an instance with a public address in a public subnet, and one thing that differs.
import { describe, expect, it } from 'vitest';
import { groupExposure } from '../../../lib/exposure/exposure.ts';
import { parseInterface } from '../../../lib/exposure/parse-interface.ts';
import { parseRouteTable } from '../../../lib/exposure/parse-network.ts';
import { type Cidr, parseCidr } from '../../../lib/network/cidr.ts';
import {
  ALL,
  blocked,
  DNS,
  entry,
  exclusion,
  INSTANCE,
  main,
  of,
  PUBLIC,
  reachable,
  route,
  SSH,
  SSH_IPV6,
  TO_INTERNET,
  table,
  tcp,
  UNADDRESSED,
  unknown,
  withInterface,
} from './public-instance.ts';
import { admittedBy, networkOf } from './read.ts';
import type { TinyNetwork } from './tiny-network.ts';

describe('an instance in a public subnet', () => {
  it('is reached from a familiar address and a port that clients use', () => {
    const source = '8.8.8.8';

    expect(of({})).toEqual(reachable({ source, clientPort: 32_768, address: '203.0.113.7' }));
  });

  it.each<readonly [what: string, part: Partial<TinyNetwork>, expected: object]>([
    [
      'a secondary Elastic IP address alone',
      withInterface({
        Association: undefined,
        PrivateIpAddresses: [
          { PrivateIpAddress: '10.0.0.4' },
          { PrivateIpAddress: '10.0.0.5', Association: { PublicIp: '203.0.113.8' } },
        ],
      }),
      reachable({ address: '203.0.113.8' }),
    ],
    [
      'no public address',
      withInterface(UNADDRESSED),
      blocked('IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', 'eni-1'),
    ],
    [
      'an IPv6 address, and a rule for IPv4 alone',
      withInterface({ ...UNADDRESSED, Ipv6Addresses: [{ Ipv6Address: '2600:1f14::7' }] }),
      blocked('IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', 'eni-1'),
    ],
    [
      'an IPv6 address, and a rule for IPv6',
      {
        ...withInterface({ ...UNADDRESSED, Ipv6Addresses: [{ Ipv6Address: '2600:1f14::7' }] }),
        rules: [SSH_IPV6],
      },
      reachable({ address: '2600:1f14::7', source: '2001:4860:4860::8888' }),
    ],
    [
      'a delegated IPv6 prefix',
      {
        ...withInterface({ ...UNADDRESSED, Ipv6Prefixes: [{ Ipv6Prefix: '2600:1f14:0:0:1::/80' }] }),
        rules: [SSH_IPV6],
      },
      reachable({ address: '2600:1f14:0:0:1::/80' }),
    ],
    [
      'a unique local IPv6 address',
      { ...withInterface({ Ipv6Addresses: [{ Ipv6Address: 'fd00::7' }] }), rules: [SSH_IPV6] },
      blocked('IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', 'eni-1'),
    ],
    [
      'DenyAllIgwTraffic',
      withInterface({ DenyAllIgwTraffic: true }),
      blocked('IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', 'eni-1'),
    ],
    ['nothing that uses it', withInterface({ Status: 'available' }), { kind: 'unattached' }],
    [
      'private sources alone',
      { rules: [{ ...SSH, source: '10.0.0.0/8' }] },
      blocked('IGW_EXPECTS_PUBLIC_ADDRESS', 'eni-1'),
    ],
    ['a VPC without internet gateway', { hasGateway: false }, blocked('NO_PATH', 'vpc-1')],
    [
      'routes to both halves of the internet',
      { routeTables: main(['0.0.0.0/1', '128.0.0.0/1'].map((half) => route(half, { GatewayId: 'igw-1' }))) },
      reachable(),
    ],
    [
      'a more specific route for the only source, to a NAT gateway',
      {
        rules: [{ ...SSH, source: '8.8.8.0/24' }],
        routeTables: main([...TO_INTERNET, route('8.8.0.0/16', { NatGatewayId: 'nat-1' })]),
      },
      blocked('NO_ROUTE_TO_DESTINATION', 'rtb-main'),
    ],
    [
      'a NAT gateway for all',
      { routeTables: main([route('0.0.0.0/0', { NatGatewayId: 'nat-1' })]) },
      blocked('NO_ROUTE_TO_DESTINATION', 'rtb-main'),
    ],
    [
      'an egress-only gateway for IPv6',
      {
        ...withInterface({ Ipv6Addresses: [{ Ipv6Address: '2600:1f14::7' }] }),
        rules: [SSH_IPV6],
        routeTables: main([route('::/0', { EgressOnlyInternetGatewayId: 'eigw-1' })]),
      },
      blocked('NO_ROUTE_TO_DESTINATION', 'rtb-main'),
    ],
    [
      'a route to a gateway that is gone',
      { routeTables: main([route('0.0.0.0/0', { GatewayId: 'igw-1', State: 'blackhole' })]) },
      blocked('BAD_STATE_ROUTE', 'rtb-main'),
    ],
    [
      'a public main table, and a private one of its own',
      {
        routeTables: [
          ...main(TO_INTERNET),
          table('rtb-own', { SubnetId: 'subnet-1' }, [route('10.0.0.0/16', { GatewayId: 'local' })]),
        ],
      },
      blocked('NO_ROUTE_TO_DESTINATION', 'rtb-own'),
    ],
    [
      'a private main table, beside the public one of another VPC',
      {
        routeTables: [
          table('rtb-other', { Main: true }, TO_INTERNET, 'vpc-2'),
          ...main([route('10.0.0.0/16', { GatewayId: 'local' })]),
        ],
      },
      blocked('NO_ROUTE_TO_DESTINATION', 'rtb-main'),
    ],
    [
      'UDP and no route for an answer',
      { rules: [DNS], routeTables: main([]) },
      { kind: 'reachable', arrival: { source: '8.8.8.8', address: '203.0.113.7', traffic: 'udp/53' } },
    ],
    [
      'a denial that EC2 lists after the rule that allows',
      { entries: [...ALL, entry(50, 'deny', false, tcp(22, 22))] },
      blocked('SUBNET_ACL_RESTRICTION', 'acl-1', { ruleNumber: 50, direction: 'ingress' }),
    ],
    [
      'a denial with a higher number',
      { entries: [...ALL, entry(200, 'deny', false, tcp(22, 22))] },
      reachable(),
    ],
    [
      'a denial of half the internet',
      { entries: [...ALL, entry(50, 'deny', false, { ...tcp(22, 22), CidrBlock: '0.0.0.0/1' })] },
      reachable({ source: '128.0.0.0' }),
    ],
    [
      'denials of other ports before the one that matters',
      {
        entries: [
          ...ALL,
          entry(40, 'deny', false, tcp(80, 80)),
          entry(60, 'deny', false),
          entry(50, 'deny', false, tcp(0, 1024)),
        ],
      },
      blocked('SUBNET_ACL_RESTRICTION', 'acl-1', { ruleNumber: 50, direction: 'ingress' }),
    ],
    [
      'two ports that two rules deny',
      {
        rules: [{ ...SSH, from: 23, to: 23 }, SSH],
        entries: [entry(60, 'deny', false, tcp(23, 23)), entry(50, 'deny', false, tcp(22, 22))],
      },
      blocked('SUBNET_ACL_RESTRICTION', 'acl-1', { ruleNumber: 50, direction: 'ingress' }),
    ],
    [
      'nothing but the last rule of every ACL',
      { entries: [entry(32_767, 'deny', false)] },
      blocked('SUBNET_ACL_RESTRICTION', 'acl-1', { direction: 'ingress' }),
    ],
    [
      'a table that it shares with a subnet whose association is under way',
      {
        routeTables: [
          ...main([]),
          {
            ...table('rtb-own', { SubnetId: 'subnet-1' }, TO_INTERNET),
            Associations: [
              { SubnetId: 'subnet-2', AssociationState: { State: 'associating' } },
              { SubnetId: 'subnet-1', AssociationState: { State: 'associated' } },
            ],
          },
        ],
      },
      reachable(),
    ],
    [
      'a main table that other subnets have, too',
      {
        routeTables: [
          {
            ...table('rtb-main', { Main: true }, TO_INTERNET),
            Associations: [{ SubnetId: 'subnet-2' }, { Main: true }],
          },
          table('rtb-other', { SubnetId: 'subnet-3' }, []),
        ],
      },
      reachable(),
    ],
    [
      'a NAT gateway for all, and for a list that could not be read',
      {
        routeTables: main([
          route('0.0.0.0/0', { NatGatewayId: 'nat-1' }),
          { DestinationPrefixListId: 'pl-9', NatGatewayId: 'nat-1', State: 'active' },
        ]),
      },
      blocked('NO_ROUTE_TO_DESTINATION', 'rtb-main'),
    ],
    [
      'an internet gateway for all, and for a list that could not be read',
      {
        routeTables: main([
          ...TO_INTERNET,
          { DestinationPrefixListId: 'pl-9', GatewayId: 'igw-1', State: 'active' },
        ]),
      },
      reachable(),
    ],
    [
      'no rule for IPv6',
      {
        ...withInterface({ Ipv6Addresses: [{ Ipv6Address: '2600:1f14::7' }] }),
        rules: [SSH_IPV6],
        entries: ALL.filter(({ CidrBlock }) => CidrBlock !== undefined),
      },
      blocked('SUBNET_ACL_RESTRICTION', 'acl-1', { direction: 'ingress' }),
    ],
    [
      'no answers out but to low ports',
      { entries: [entry(100, 'allow', false), entry(100, 'allow', true, tcp(1, 1023))] },
      reachable({ clientPort: 1 }),
    ],
    [
      'no answers out at all',
      { entries: [entry(100, 'allow', false), entry(90, 'deny', true)] },
      blocked('SUBNET_ACL_RESTRICTION', 'acl-1', { ruleNumber: 90, direction: 'egress' }),
    ],
    [
      'ICMP types apart: the ACL lets in what the rule does not',
      {
        rules: [{ ...SSH, protocol: 'icmp', from: 8, to: -1 }],
        entries: [entry(100, 'allow', false, { Protocol: '1', IcmpTypeCode: { Type: 3, Code: -1 } })],
      },
      blocked('SUBNET_ACL_RESTRICTION', 'acl-1', { direction: 'ingress' }),
    ],
    [
      'VPC Block Public Access',
      { publicAccess: { ...PUBLIC.publicAccess, InternetGatewayBlockMode: 'block-ingress' } },
      blocked('VPC_BLOCK_PUBLIC_ACCESS_ENABLED', 'vpc-1'),
    ],
    [
      'VPC Block Public Access, and an exclusion for what goes out',
      {
        publicAccess: { ...PUBLIC.publicAccess, InternetGatewayBlockMode: 'block-bidirectional' },
        exclusions: [exclusion('vpc/vpc-1', 'allow-egress')],
      },
      blocked('VPC_BLOCK_PUBLIC_ACCESS_ENABLED', 'vpc-1'),
    ],
    [
      'VPC Block Public Access, and an exclusion of the subnet',
      {
        publicAccess: { ...PUBLIC.publicAccess, InternetGatewayBlockMode: 'block-bidirectional' },
        exclusions: [exclusion('subnet/subnet-1', 'allow-bidirectional')],
      },
      reachable(),
    ],
  ])('with %s', (_, part, expected) => {
    expect(of(part)).toEqual(expected);
  });
});

describe('what nobody can say', () => {
  it.each<readonly [what: string, because: string, part: Partial<TinyNetwork>]>([
    [
      'VPC Block Public Access that is being changed',
      'being changed',
      { publicAccess: { ...PUBLIC.publicAccess, State: 'update-in-progress' } },
    ],
    [
      'a subnet that another account shares',
      'account 999999999999',
      { subnet: { ...PUBLIC.subnet, OwnerId: '999999999999' } },
    ],
    [
      'an address in a carrier network',
      'carrier',
      withInterface({ ...UNADDRESSED, Association: { CarrierIp: '155.146.0.1' } }),
    ],
    [
      'an association that is under way',
      'is being changed',
      {
        routeTables: [
          ...main([]),
          table('rtb-own', { SubnetId: 'subnet-1', AssociationState: { State: 'associating' } }, TO_INTERNET),
        ],
      },
    ],
    [
      'a gateway whose own table leads through an appliance',
      'through an appliance',
      {
        routeTables: [
          ...main(TO_INTERNET),
          table('rtb-edge', { GatewayId: 'igw-1' }, [route('10.0.0.0/16', { NetworkInterfaceId: 'eni-9' })]),
        ],
      },
    ],
    [
      'answers that leave through a firewall endpoint',
      'leave through an appliance',
      { routeTables: main([route('0.0.0.0/0', { GatewayId: 'vpce-1' })]) },
    ],
    [
      'a route to a list that could not be read',
      'where route table rtb-main',
      {
        routeTables: main([
          ...TO_INTERNET,
          { DestinationPrefixListId: 'pl-9', NatGatewayId: 'nat-1', State: 'active' },
        ]),
      },
    ],
    [
      'an entry of the ACL that this version cannot read',
      'network ACL acl-1',
      { entries: [...ALL, entry(50, 'deny', false, { Protocol: 'new' })] },
    ],
  ])('is unknown: %s', (_, because, part) => {
    expect(of(part)).toEqual(unknown(because));
  });

  it('is unknown: a VPC of which no main table is there, or two', () => {
    expect(of({ routeTables: [] })).toEqual(unknown('the route table of subnet-1 was not found'));
    expect(of({ routeTables: [...main(TO_INTERNET), ...main(TO_INTERNET)] })).toEqual(
      unknown('is being changed'),
    );
  });

  it('is unknown: network ACLs that could not be read', () => {
    expect(of({}, { acls: undefined })).toEqual(unknown('network ACLs'));
  });

  it('is unknown: two prefix lists with the same block and different targets', () => {
    const routes = ['igw-1', 'nat-1'].map((target, i) => ({
      DestinationPrefixListId: `pl-${i}`,
      State: 'active' as const,
      ...(i === 0 ? { GatewayId: target } : { NatGatewayId: target }),
    }));
    const prefixLists = new Map(['pl-0', 'pl-1'].map((id) => [id, [block('8.8.8.0/29')]]));
    const part = { rules: [{ ...SSH, source: '8.8.8.0/29' }], routeTables: main(routes) };

    expect(of(part, { prefixLists })).toEqual(unknown('where route table rtb-main'));
  });

  it('is blocked all the same where something that is known blocks', () => {
    expect(of(withInterface(UNADDRESSED), { acls: undefined, routeTables: undefined })).toMatchObject({
      kind: 'blocked',
    });
  });
});

describe('a group', () => {
  it('is told by its interface that is reached, whatever their order, and counts the others', () => {
    const hidden = parseInterface({ ...INSTANCE, ...UNADDRESSED, NetworkInterfaceId: 'eni-2' });
    const shown = parseInterface({ ...INSTANCE, TagSet: [{ Key: 'Name', Value: 'web-1' }] });

    expect(groupExposure([hidden, shown, hidden], [admittedBy(SSH)], networkOf(PUBLIC))).toMatchObject({
      exposure: { kind: 'reachable' },
      of: { id: 'eni-1', instanceId: 'i-1', name: 'web-1' },
      counts: { reachable: 1, blocked: 2 },
    });
  });

  it('that no interface has is attached to none', () => {
    expect(groupExposure([], [admittedBy(SSH)], networkOf(PUBLIC))).toEqual({
      exposure: { kind: 'unattached' },
      counts: {},
    });
  });

  it('routes each interface by its own VPC', () => {
    const elsewhere = { ...INSTANCE, NetworkInterfaceId: 'eni-2', VpcId: 'vpc-2', SubnetId: 'subnet-2' };
    const tables = [...PUBLIC.routeTables, table('rtb-2', { Main: true }, [], 'vpc-2')].map(parseRouteTable);
    const network = { ...networkOf(PUBLIC), routeTables: tables };
    const { counts } = groupExposure([INSTANCE, elsewhere].map(parseInterface), [admittedBy(SSH)], network);

    expect(counts).toEqual({ reachable: 1, blocked: 1 });
  });
});

function block(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new Error(`no block: ${text}`);
  return cidr;
}
