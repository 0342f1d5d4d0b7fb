// What is said where nobody can know, and where something that is known decides all the same.
import type { NetworkAclEntry, RouteTable } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate/evaluate.ts';
import { unknownExposure } from '../../../lib/exposure/exposure.ts';
import type { InternetGateway, Network } from '../../../lib/exposure/network.ts';
import { parseRouteTable } from '../../../lib/exposure/parse-network.ts';
import { violatingPackets } from '../../../lib/exposure/violating-packets.ts';
import { parseSet } from '../../../lib/network/cidr.ts';
import { type BlockList, parseBlockList } from '../../../lib/network/nat64.ts';
import { parseRule } from '../../../lib/rule.ts';
import { policyOf } from '../io/world.ts';
import {
  ALL,
  blocked,
  entry,
  exclusion,
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
import { ACCOUNT, type TinyNetwork } from './tiny-network.ts';

const IPV6 = { ...withInterface({ Ipv6Addresses: [{ Ipv6Address: '2600:1f14::7' }] }), rules: [SSH_IPV6] };
const ON = { ...PUBLIC.publicAccess, InternetGatewayBlockMode: 'block-ingress' } as const;
const OWN = { id: 'igw-1', vpcId: 'vpc-1', isSettled: true };
const edge = (routes: RouteTable['Routes'], gatewayId = 'igw-1', state = 'associated') =>
  table('rtb-edge', { GatewayId: gatewayId, AssociationState: { State: state } }, routes ?? []);

describe('the internet gateway', () => {
  const withGateways = (gateways: readonly InternetGateway[] | undefined, other: Partial<Network> = {}) =>
    of({}, { gateways, ...other });

  it.each<
    readonly [
      what: string,
      because: string,
      gateways: readonly InternetGateway[] | undefined,
      other: Partial<Network>,
    ]
  >([
    ['could not be read', 'the internet gateways could not be read', undefined, {}],
    [
      'is being attached',
      'the internet gateway of vpc-1 is being attached or detached',
      [{ ...OWN, isSettled: false }],
      {},
    ],
    [
      'belongs to who shares the subnet',
      'the internet gateway of vpc-1 cannot be seen',
      [],
      { subnets: [{ id: 'subnet-1', ownerId: '999999999999', privateIpv6: [] }] },
    ],
    [
      'is missing, and so is the owner',
      'the internet gateway of vpc-1 cannot be seen',
      [],
      { subnets: undefined },
    ],
    [
      'is missing, and nobody knows whose account this is',
      'the internet gateway of vpc-1 cannot be seen',
      [],
      { publicAccess: undefined, subnets: undefined },
    ],
  ])('is in doubt where it %s', (_, because, gateways, other) => {
    expect(withGateways(gateways, other)).toEqual({ kind: 'unknown', because });
  });

  it('is there where one of two is', () => {
    expect(withGateways([{ ...OWN, isSettled: false }, OWN])).toEqual(reachable());
  });
});

describe('VPC Block Public Access', () => {
  const complete = exclusion('vpc/vpc-1', 'allow-bidirectional');

  it.each<readonly [what: string, because: string, part: Partial<TinyNetwork>, other: Partial<Network>]>([
    ['could not be read', 'VPC Block Public Access could not be read', {}, { publicAccess: undefined }],
    ['is of an unknown owner', 'the owner of subnet-1 is not known', {}, { subnets: undefined }],
    [
      'has unread exclusions',
      'the exclusions of VPC Block Public Access could not be read',
      { publicAccess: ON },
      { exclusions: undefined },
    ],
    [
      'has an exclusion that is under way',
      'an exclusion of VPC Block Public Access is being changed',
      { publicAccess: ON, exclusions: [{ ...complete, State: 'create-in-progress' }] },
      {},
    ],
  ])('is in doubt where it %s', (_, because, part, other) => {
    expect(of(part, other)).toEqual({ kind: 'unknown', because });
  });

  it('lets in what is excluded, also while its mode is being changed', () => {
    const publicAccess = { ...ON, State: 'update-in-progress' } as const;

    expect(of({ publicAccess, exclusions: [complete] })).toEqual(reachable());
  });

  it('is not lifted by an exclusion of another VPC, even one that is under way', () => {
    const other = exclusion('vpc/vpc-2', 'allow-bidirectional');

    expect(of({ publicAccess: ON, exclusions: [other, { ...other, State: 'create-in-progress' }] })).toEqual(
      blocked('VPC_BLOCK_PUBLIC_ACCESS_ENABLED', 'vpc-1'),
    );
  });

  it('is that of the owner of the very subnet', () => {
    const subnets = [
      { id: 'subnet-2', ownerId: '999999999999', privateIpv6: [] },
      { id: 'subnet-1', ownerId: ACCOUNT, privateIpv6: [] },
    ];

    expect(of({}, { subnets })).toEqual(reachable());
  });
});

describe("a gateway's route table", () => {
  const LOCAL = [route('10.0.0.0/16', { GatewayId: 'local' })];
  const withEdge = (...tables: readonly RouteTable[]) =>
    of({ routeTables: [...main(TO_INTERNET), ...tables] });

  it('that delivers locally changes nothing, nor does one of another gateway, nor a rule for another subnet', () => {
    const away = [route('10.0.0.0/16', { NetworkInterfaceId: 'eni-9' })];
    const beside = route('10.0.1.0/24', { NetworkInterfaceId: 'eni-9' });

    expect(withEdge(edge(LOCAL))).toEqual(reachable());
    expect(withEdge(edge(away, 'igw-2'))).toEqual(reachable());
    expect(withEdge(edge([...LOCAL, beside]))).toEqual(reachable());
  });

  it('is looked at up to the very address', () => {
    const last = route('10.0.0.4/32', { NetworkInterfaceId: 'eni-9' });

    expect(withEdge(edge([...LOCAL, last]))).toEqual(unknown('through an appliance'));
  });

  it.each([
    ['could not be read', edge([{ GatewayId: 'local' }])],
    ['is being changed', edge(LOCAL, 'igw-1', 'associating')],
  ])('leaves doubt where it %s', (because, unclear) => {
    expect(withEdge(unclear)).toEqual(unknown(`the gateway's route table rtb-edge ${because}`));
  });

  it('leaves doubt where the tables could not be read, and only UDP is asked for', () => {
    expect(of({ rules: [{ ...SSH, protocol: 'udp' }] }, { routeTables: undefined })).toEqual(
      unknown('the route tables could not be read'),
    );
  });
});

describe('what is read in part', () => {
  it('names the route table or ACL that could not be read, or was not found', () => {
    const unreadable = { ...table('rtb-main', { Main: true }, [{ GatewayId: 'igw-1' }]) };

    expect(of({ routeTables: [unreadable] })).toEqual(unknown('route table rtb-main could not be read'));
    expect(of({}, { acls: [] })).toEqual(unknown('the network ACL of subnet-1 was not found'));
  });

  it('knows UDP where only the way of answers is in doubt', () => {
    const udp = { rules: [{ ...SSH, protocol: 'udp' }, SSH] };
    const [unclear] = main(TO_INTERNET).map(parseRouteTable);
    const routeTables = unclear === undefined ? [] : [{ ...unclear, routes: undefined }];

    expect(of(udp, { routeTables })).toMatchObject({ kind: 'reachable', arrival: { traffic: 'udp/22' } });
  });

  it('does not know IPv6 addresses where subnets could not be read, though all else is open', () => {
    const subnets = [{ id: 'subnet-2', ownerId: ACCOUNT, privateIpv6: [] }];

    expect(of(IPV6, { subnets })).toMatchObject({ kind: 'unknown' });
  });

  it('does not take private IPv6 for public', () => {
    const subnets = [{ id: 'subnet-1', ownerId: ACCOUNT, privateIpv6: parseSet(['2600:1f14::/64']).ipv6 }];

    expect(of(IPV6, { subnets })).toEqual(blocked('IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS', 'eni-1'));
  });

  it('says why in the words it is given', () => {
    expect(unknownExposure('of this')).toEqual({
      exposure: { kind: 'unknown', because: 'of this' },
      counts: {},
    });
  });
});

describe('of several answers', () => {
  const ipv6Open: readonly NetworkAclEntry[] = ALL.filter(({ CidrBlock }) => CidrBlock === undefined);
  const both = {
    ...withInterface({ Ipv6Addresses: [{ Ipv6Address: '2600:1f14::7' }] }),
    rules: [SSH, SSH_IPV6],
  };

  it('the address that is reached counts', () => {
    expect(of({ ...both, entries: ipv6Open })).toEqual(reachable({ address: '2600:1f14::7' }));
  });

  it('doubt comes before what is blocked', () => {
    expect(of({ ...both, entries: ipv6Open, ...{ routeTables: [] } })).toEqual(unknown('was not found'));
    expect(
      of(
        withInterface({ ...UNADDRESSED, Association: { PublicIp: '203.0.113.7', CarrierIp: '155.146.0.1' } }),
      ),
    ).toEqual(reachable());
  });

  it.each([
    [['0.0.0.0/0'], '::/0'],
    [['::/0'], '0.0.0.0/0'],
  ])('the one whose packets came furthest is named: %s', (open, closed) => {
    const isOpen = ({ CidrBlock, Ipv6CidrBlock, Egress }: NetworkAclEntry) =>
      Egress === false && open.includes(CidrBlock ?? Ipv6CidrBlock ?? closed);

    expect(of({ ...both, entries: ALL.filter(isOpen) })).toEqual(
      blocked('SUBNET_ACL_RESTRICTION', 'acl-1', { direction: 'egress' }),
    );
  });

  it('a client with a usual port is the example, whichever rule comes first', () => {
    const entries = [
      entry(10, 'allow', false),
      entry(10, 'allow', true, { ...tcp(1, 1023), CidrBlock: '0.0.0.0/1' }),
      entry(20, 'allow', true, { ...tcp(40_000, 50_000), CidrBlock: '128.0.0.0/1' }),
    ];

    expect(of({ entries })).toEqual(reachable({ source: '128.0.0.0', clientPort: 40_000 }));
  });

  it('a port above 1023 is better than none of the usual ones', () => {
    const entries = [entry(10, 'allow', false), entry(10, 'allow', true, tcp(1, 2000))];

    expect(of({ entries })).toEqual(reachable({ clientPort: 1024 }));
  });
});

describe('what a violation lets in', () => {
  const context = {
    group: { id: 'sg-1', name: 'web', ownerId: ACCOUNT, vpcId: 'vpc-1', tags: {} },
    accountId: ACCOUNT,
    region: 'eu-west-1',
    principals: 'unknown' as const,
    vpcs: { associated: [], home: undefined, others: undefined },
    now: new Date('2026-06-01'),
  };
  const nobody = policyOf('nobody', [22], 'revoke', {
    match: { protocol: ['tcp'], ports: [22], source: 'any' },
  });
  const listed = parseRule({
    SecurityGroupRuleId: 'sgr-1',
    IpProtocol: 'tcp',
    FromPort: 22,
    ToPort: 22,
    PrefixListId: 'pl-1',
  });
  const packetsOf = (lists: ReadonlyMap<string, BlockList>) => {
    const [verdict] = evaluate([listed], new Set(['sgr-1']), [nobody], { ...context, prefixLists: lists });
    return verdict?.verdict === 'violation' ? violatingPackets(verdict, lists) : 'no violation';
  };

  it('is what its prefix list holds', () => {
    const entries = parseBlockList(['8.8.8.0/24']);

    expect(packetsOf(new Map([['pl-1', entries]]))).toEqual([
      { sources: entries.addresses, traffic: [[6 * 65_536 + 22, 6 * 65_536 + 23]] },
    ]);
  });

  it('is not known where that cannot be read', () => {
    expect(packetsOf(new Map())).toBeUndefined();
  });
});
