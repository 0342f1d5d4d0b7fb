// A network small enough to send every packet through it, in the shapes in which EC2 describes it: an interface in a subnet of a VPC
// beside another VPC, sources of two families that blocks divide, and ports that ranges divide.
import type {
  NetworkAclEntry,
  NetworkInterface,
  Route,
  RouteTable,
  Subnet,
  VpcBlockPublicAccessExclusion,
  VpcBlockPublicAccessOptions,
} from '@aws-sdk/client-ec2';
import fc from 'fast-check';

export const ACCOUNT = '111122223333';

/** The first eight times in ten, or nothing would get far. */
function oftenOf<T>(first: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(first) },
    { weight: 2, arbitrary: fc.constantFrom(...others) },
  );
}

/** What a group lets in: one source, and traffic as a rule writes it. */
export interface TinyRule {
  readonly source: string;
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
}

export interface TinyNetwork {
  readonly rules: readonly TinyRule[];
  readonly interface: NetworkInterface;
  readonly subnet: Subnet;
  readonly routeTables: readonly RouteTable[];
  readonly entries: readonly NetworkAclEntry[];
  readonly hasGateway: boolean;
  readonly publicAccess: VpcBlockPublicAccessOptions;
  readonly exclusions: readonly VpcBlockPublicAccessExclusion[];
  /** The entries of `pl-1`, which routes may name. */
  readonly list: readonly string[];
}

/** Addresses of either family that no block tells apart from others of their kind; the last of each is in no small block. */
export const SOURCES = {
  ipv4: [...Array.from({ length: 8 }, (_, i) => `8.8.8.${i}`), '9.9.9.9', '200.1.1.1'],
  ipv6: [...Array.from({ length: 8 }, (_, i) => `2600::${i}`), '2a00::1'],
};

/** Where ranges of ports begin and end; between them, one port stands for all. */
const CUTS = [0, 1, 22, 23, 1024, 40_000, 65_535];
export const PORTS: readonly number[] = [...CUTS, 2, 24, 1025, 40_001];
/** Types and codes of ICMP, likewise. */
export const ICMP: readonly (readonly [type: number, code: number])[] = [
  [8, 0],
  [8, 1],
  [3, 4],
  [3, 0],
];
const ICMP_SELECTIONS = [
  [-1, -1],
  [8, -1],
  [8, 0],
  [3, 4],
] as const;

const small = (base: string, most: number) =>
  fc
    .tuple(fc.nat(7), fc.integer({ min: most - 3, max: most }))
    .map(([at, length]) => `${base}${at & ~((1 << (most - length)) - 1)}/${length}`);
const ipv4 = fc.oneof(
  { weight: 3, arbitrary: small('8.8.8.', 32) },
  { weight: 2, arbitrary: fc.constantFrom('0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1', '10.0.0.0/8') },
);
const ipv6 = fc.oneof(small('2600::', 128), fc.constantFrom('::/0', 'fc00::/7'));
const block = fc.oneof(ipv4, ipv6);
const range = fc
  .tuple(fc.constantFrom(...CUTS), fc.constantFrom(...CUTS))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const ports = fc.oneof(range, fc.constant([0, 65_535] as const));
const selection = fc.constantFrom(...ICMP_SELECTIONS);

const rule: fc.Arbitrary<TinyRule> = fc
  .record({
    source: block,
    protocol: fc.constantFrom('tcp', 'tcp', 'tcp', 'tcp', 'udp', 'icmp', 'icmpv6', '50', '-1'),
    ports,
    selection,
  })
  .map(({ source, protocol, ports: [from, to], selection: [type, code] }) => {
    if (protocol === 'tcp' || protocol === 'udp') return { source, protocol, from, to };
    return protocol.startsWith('icmp')
      ? { source, protocol, from: type, to: code }
      : { source, protocol, from: -1, to: -1 };
  });

/** An entry without its number, which must be its own. */
const numberless: fc.Arbitrary<NetworkAclEntry> = fc
  .record({
    cidr: block,
    protocol: fc.constantFrom('6', '6', '17', '1', '58', '50', '-1', '-1'),
    ports,
    selection,
    Egress: fc.boolean(),
    RuleAction: fc.constantFrom('allow' as const, 'allow' as const, 'deny' as const),
  })
  .map(({ cidr, protocol, ports: [From, To], selection: [Type, Code], ...rest }) => ({
    ...rest,
    Protocol: protocol,
    ...(cidr.includes(':') ? { Ipv6CidrBlock: cidr } : { CidrBlock: cidr }),
    ...(protocol === '6' || protocol === '17' ? { PortRange: { From, To } } : {}),
    ...(protocol === '1' || protocol === '58' ? { IcmpTypeCode: { Type, Code } } : {}),
  }));
const DENIALS: readonly NetworkAclEntry[] = [true, false].flatMap((Egress) => [
  { RuleNumber: 32_767, RuleAction: 'deny', Egress, Protocol: '-1', CidrBlock: '0.0.0.0/0' },
  { RuleNumber: 32_768, RuleAction: 'deny', Egress, Protocol: '-1', Ipv6CidrBlock: '::/0' },
]);
/** Many networks let the rest in and out, or hardly any packet would get in. */
const OPEN_OUT: readonly NetworkAclEntry[] = [
  { RuleNumber: 900, RuleAction: 'allow', Egress: true, Protocol: '-1', CidrBlock: '0.0.0.0/0' },
  { RuleNumber: 901, RuleAction: 'allow', Egress: true, Protocol: '-1', Ipv6CidrBlock: '::/0' },
];
const OPEN_IN = OPEN_OUT.map((entry) => ({ ...entry, Egress: false }));
const entries = fc
  .record({
    own: fc.array(numberless, { maxLength: 6 }),
    numbers: fc.uniqueArray(fc.integer({ min: 1, max: 899 }), { minLength: 6, maxLength: 6 }),
    out: fc.constantFrom(OPEN_OUT, []),
    in: oftenOf(OPEN_IN, []),
  })
  .map((all) => [
    ...all.own.map((entry, i) => ({ ...entry, RuleNumber: all.numbers[i] })),
    ...DENIALS,
    ...all.out,
    ...all.in,
  ]);

const TARGETS: readonly Partial<Route>[] = [
  { GatewayId: 'igw-1' },
  { GatewayId: 'igw-1' },
  { GatewayId: 'igw-1', State: 'blackhole' },
  { NatGatewayId: 'nat-1', State: 'blackhole' },
  { NatGatewayId: 'nat-1' },
  { TransitGatewayId: 'tgw-1' },
  { EgressOnlyInternetGatewayId: 'eigw-1' },
  { GatewayId: 'vgw-1', Origin: 'EnableVgwRoutePropagation' },
];
const route: fc.Arbitrary<Route> = fc
  .record({
    destination: fc.oneof(
      { weight: 4, arbitrary: block },
      { weight: 1, arbitrary: fc.constant('pl-1') },
      { weight: 3, arbitrary: fc.constantFrom('0.0.0.0/0', '::/0') },
    ),
    target: fc.constantFrom(...TARGETS),
  })
  .map(({ destination, target }) => ({
    State: 'active',
    Origin: 'CreateRoute',
    ...(destination.startsWith('pl-')
      ? { DestinationPrefixListId: destination }
      : destination.includes(':')
        ? { DestinationIpv6CidrBlock: destination }
        : { DestinationCidrBlock: destination }),
    ...target,
  }));
/** EC2 takes one route for a destination, and beside it one that a gateway propagates. */
const routes = fc.uniqueArray(route, {
  maxLength: 6,
  selector: (one) =>
    `${one.Origin} ${one.DestinationPrefixListId ?? one.DestinationCidrBlock ?? one.DestinationIpv6CidrBlock}`,
});
const LOCAL: Route = {
  DestinationCidrBlock: '10.0.0.0/16',
  GatewayId: 'local',
  State: 'active',
  Origin: 'CreateRouteTable',
};
const table = (RouteTableId: string, VpcId: string, of: readonly Route[], with_: object): RouteTable => ({
  RouteTableId,
  VpcId,
  Routes: [LOCAL, ...of],
  Associations: [{ ...with_, AssociationState: { State: 'associated' } }],
});
const TO_INTERNET: readonly Route[] = [
  { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active', Origin: 'CreateRoute' },
  { DestinationIpv6CidrBlock: '::/0', GatewayId: 'igw-1', State: 'active', Origin: 'CreateRoute' },
];
const routeTables = fc
  .record({
    main: fc.oneof({ weight: 3, arbitrary: routes }, { weight: 1, arbitrary: fc.constant(TO_INTERNET) }),
    own: fc.option(routes, { nil: undefined }),
    edge: fc.boolean(),
  })
  .map(({ main, own, edge }) => [
    // The main table of another VPC must not be taken for this one's.
    table('rtb-other', 'vpc-2', TO_INTERNET, { Main: true }),
    table('rtb-main', 'vpc-1', main, { Main: true }),
    ...(own === undefined ? [] : [table('rtb-own', 'vpc-1', own, { SubnetId: 'subnet-1' })]),
    ...(edge ? [table('rtb-edge', 'vpc-1', [LOCAL6], { GatewayId: 'igw-1' })] : []),
  ]);
const LOCAL6: Route = {
  ...LOCAL,
  DestinationCidrBlock: undefined,
  DestinationIpv6CidrBlock: '2001:db8::/56',
};

const PUBLIC_IPS = ['203.0.113.7', '203.0.113.8'];
const networkInterface: fc.Arbitrary<NetworkInterface> = fc
  .record({
    publicIps: fc.oneof(fc.constant(PUBLIC_IPS), fc.subarray(PUBLIC_IPS)),
    isPrimary: fc.boolean(),
    ipv6: fc.subarray(['2001:db8::7', 'fd00::7', '2001:db8:0:1::7']),
    DenyAllIgwTraffic: oftenOf(undefined, false, true),
    Status: oftenOf('in-use' as const, 'available' as const),
  })
  .map(({ publicIps, isPrimary, ipv6: addresses, ...rest }) => {
    const pairs = publicIps.map((PublicIp, i) => ({
      PrivateIpAddress: `10.0.0.${i + (isPrimary ? 0 : 1)}`,
      Association: { PublicIp },
    }));
    return {
      ...rest,
      NetworkInterfaceId: 'eni-1',
      VpcId: 'vpc-1',
      SubnetId: 'subnet-1',
      Groups: [{ GroupId: 'sg-1' }],
      ...(isPrimary ? pairs[0] : { PrivateIpAddress: '10.0.0.0' }),
      PrivateIpAddresses: isPrimary ? pairs : [{ PrivateIpAddress: '10.0.0.0' }, ...pairs],
      Ipv6Addresses: addresses.map((Ipv6Address) => ({ Ipv6Address })),
    };
  });

const exclusion: fc.Arbitrary<VpcBlockPublicAccessExclusion> = fc.record({
  ResourceArn: fc
    .constantFrom('vpc/vpc-1', 'subnet/subnet-1', 'vpc/vpc-2')
    .map((id) => `arn:aws:ec2:eu-west-1:${ACCOUNT}:${id}`),
  InternetGatewayExclusionMode: fc.constantFrom('allow-bidirectional' as const, 'allow-egress' as const),
  State: fc.constantFrom('create-complete' as const, 'update-complete' as const, 'delete-complete' as const),
});
const OFF = { AwsAccountId: ACCOUNT, State: 'default-state', InternetGatewayBlockMode: 'off' } as const;
const ON = { AwsAccountId: ACCOUNT, State: 'update-complete' } as const;

/** A network of which everything is known, and whose traffic no appliance takes in. */
export const tinyNetwork: fc.Arbitrary<TinyNetwork> = fc.record({
  rules: fc.array(rule, { minLength: 1, maxLength: 2 }),
  interface: networkInterface,
  subnet: fc.constantFrom(
    { SubnetId: 'subnet-1', VpcId: 'vpc-1', OwnerId: ACCOUNT },
    {
      SubnetId: 'subnet-1',
      VpcId: 'vpc-1',
      OwnerId: ACCOUNT,
      Ipv6CidrBlockAssociationSet: [
        { Ipv6CidrBlock: '2001:db8::/64', Ipv6AddressAttribute: 'private' as const },
        { Ipv6CidrBlock: '2001:db8:0:1::/64', Ipv6AddressAttribute: 'public' as const },
      ],
    },
  ),
  routeTables,
  entries,
  hasGateway: oftenOf(true, false),
  publicAccess: oftenOf<VpcBlockPublicAccessOptions>(
    OFF,
    { ...ON, InternetGatewayBlockMode: 'block-ingress' },
    { ...ON, InternetGatewayBlockMode: 'block-bidirectional' },
  ),
  exclusions: fc.array(exclusion, { maxLength: 2 }),
  list: fc.uniqueArray(block, { maxLength: 3 }),
});
