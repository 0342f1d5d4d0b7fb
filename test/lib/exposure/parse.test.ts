// What EC2 describes, and what is made of it: above all, that nothing unclear passes for something known.
import type { NetworkInterface, Route, VpcBlockPublicAccessExclusionState } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import type { Hop } from '../../../lib/exposure/network.ts';
import { parseInterface } from '../../../lib/exposure/parse-interface.ts';
import {
  parseAcl,
  parseExclusion,
  parseGateway,
  parsePublicAccess,
  parseRouteTable,
} from '../../../lib/exposure/parse-network.ts';

describe('a route', () => {
  const hopOf = (route: Route) =>
    parseRouteTable({ Routes: [{ DestinationCidrBlock: '0.0.0.0/0', State: 'active', ...route }] })
      .routes?.[0]?.hop;

  it.each<readonly [route: Route, hop: Hop]>([
    [{ GatewayId: 'igw-1' }, 'internet'],
    [{ GatewayId: 'igw-1', State: 'blackhole' }, 'blackhole'],
    [{ GatewayId: 'igw-1', State: 'filtered' }, 'unknown'],
    [{ GatewayId: 'igw-1', State: undefined }, 'unknown'],
    [{ GatewayId: 'local' }, 'local'],
    [{ GatewayId: 'vgw-1' }, 'elsewhere'],
    [{ GatewayId: 'vpce-1' }, 'appliance'],
    [{ GatewayId: 'new-1' }, 'unknown'],
    [{ NetworkInterfaceId: 'eni-1' }, 'appliance'],
    [{ InstanceId: 'i-1' }, 'appliance'],
    [{ NatGatewayId: 'nat-1' }, 'elsewhere'],
    [{ EgressOnlyInternetGatewayId: 'eigw-1' }, 'elsewhere'],
    [{ TransitGatewayId: 'tgw-1' }, 'elsewhere'],
    [{ VpcPeeringConnectionId: 'pcx-1' }, 'elsewhere'],
    [{ LocalGatewayId: 'lgw-1' }, 'elsewhere'],
    [{ CoreNetworkArn: 'arn:aws:networkmanager::1:core-network/core-network-1' }, 'elsewhere'],
    [{ OdbNetworkArn: 'arn:aws:odb:eu-west-1:1:odb-network/odbnet_1' }, 'elsewhere'],
    [{ CarrierGatewayId: 'cagw-1' }, 'unknown'],
    [{}, 'unknown'],
  ])('%o leads to %s', (route, hop) => {
    expect(hopOf(route)).toBe(hop);
  });

  it.each([{}, { DestinationCidrBlock: 'everywhere' }])(
    'without a readable destination spoils its table: %o',
    (more) => {
      const readable = { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active' as const };

      expect(parseRouteTable({ Routes: [readable, { GatewayId: 'igw-1', ...more }] }).routes).toBeUndefined();
    },
  );
});

describe('an association of a route table', () => {
  const associationsOf = (
    State: 'associated' | 'associating' | 'disassociating' | 'disassociated' | 'failed',
  ) =>
    parseRouteTable({ Associations: [{ SubnetId: 'subnet-1', AssociationState: { State } }] }).associations;

  it.each([
    ['associated', true],
    ['associating', false],
    ['disassociating', false],
  ] as const)('that is %s holds, and is settled: %s', (state, isSettled) => {
    expect(associationsOf(state)).toEqual([{ with: { subnet: 'subnet-1' }, isSettled }]);
  });

  it.each(['disassociated', 'failed'] as const)('that is %s holds no longer', (state) => {
    expect(associationsOf(state)).toEqual([]);
  });

  it('with nothing is none', () => {
    expect(parseRouteTable({ Associations: [{ Main: false }, {}] }).associations).toEqual([]);
  });
});

describe('an entry of a network ACL', () => {
  const whole = {
    RuleNumber: 50,
    RuleAction: 'deny',
    Egress: false,
    Protocol: '6',
    CidrBlock: '8.0.0.0/8',
  } as const;

  it('without ports is about all of them', () => {
    expect(parseAcl({ Entries: [whole] }).entries).toEqual([
      expect.objectContaining({
        number: 50,
        allows: false,
        direction: 'ingress',
        traffic: [6 * 65_536, 7 * 65_536],
      }),
    ]);
  });

  it.each(['RuleNumber', 'RuleAction', 'Protocol', 'CidrBlock'] as const)(
    'without %s spoils its ACL',
    (part) => {
      const { [part]: _, ...rest } = whole;

      expect(parseAcl({ Entries: [whole, rest] }).entries).toBeUndefined();
    },
  );
});

describe('an internet gateway', () => {
  it.each([
    ['available', [true]],
    ['attached', [true]],
    ['attaching', [false]],
    ['detaching', [false]],
    ['detached', []],
    [undefined, [false]],
  ] as const)('whose attachment is %s is settled: %o', (state, settled) => {
    // EC2 writes a state that the SDK's types do not have.
    const State = state as 'attached' | undefined;
    const gateways = parseGateway({ InternetGatewayId: 'igw-1', Attachments: [{ VpcId: 'vpc-1', State }] });

    expect(gateways.map(({ isSettled }) => isSettled)).toEqual(settled);
  });
});

describe('VPC Block Public Access', () => {
  const options = { AwsAccountId: '1', InternetGatewayBlockMode: 'off', State: 'default-state' } as const;

  it.each([
    ['default-state', true],
    ['update-complete', true],
    ['update-in-progress', false],
    [undefined, false],
  ] as const)('in the state %s is settled: %s', (State, isSettled) => {
    expect(parsePublicAccess({ ...options, State })).toEqual({ accountId: '1', mode: 'off', isSettled });
  });

  it.each(['block-ingress', 'block-bidirectional'] as const)(
    'blocks in the mode %s',
    (InternetGatewayBlockMode) => {
      expect(parsePublicAccess({ ...options, InternetGatewayBlockMode })?.mode).toBe('block');
    },
  );

  it.each(['AwsAccountId', 'InternetGatewayBlockMode'] as const)('is not known without %s', (part) => {
    expect(parsePublicAccess({ ...options, [part]: undefined })).toBeUndefined();
    expect(parsePublicAccess()).toBeUndefined();
  });

  it.each<readonly [state: VpcBlockPublicAccessExclusionState | undefined, both: string, out: string]>([
    ['create-complete', 'inbound', 'nothing'],
    ['update-complete', 'inbound', 'nothing'],
    ['create-failed', 'nothing', 'nothing'],
    ['delete-complete', 'nothing', 'nothing'],
    ['disable-complete', 'nothing', 'nothing'],
    ['create-in-progress', 'unknown', 'unknown'],
    ['update-in-progress', 'unknown', 'unknown'],
    ['update-failed', 'unknown', 'unknown'],
    ['delete-in-progress', 'unknown', 'unknown'],
    ['disable-in-progress', 'unknown', 'unknown'],
    [undefined, 'unknown', 'unknown'],
  ])('has an exclusion that is %s admit %s for both directions, and %s for one', (State, both, out) => {
    const ResourceArn = 'arn:aws:ec2:eu-west-1:1:vpc/vpc-1';
    const admitted = (['allow-bidirectional', 'allow-egress'] as const).map((InternetGatewayExclusionMode) =>
      parseExclusion({ ResourceArn, State, InternetGatewayExclusionMode }),
    );

    expect(admitted).toEqual([both, out].map((admits) => ({ resourceId: 'vpc-1', admits })));
  });

  it('does not know an exclusion without a mode', () => {
    expect(parseExclusion({ State: 'create-complete' }).admits).toBe('unknown');
  });
});

describe('a network interface', () => {
  const addressed = (PublicIp: string, PrivateIpAddress: string): NetworkInterface => ({
    PrivateIpAddress,
    Association: { PublicIp },
  });

  it.each([
    addressed('203.0.113', '10.0.0.1'),
    addressed('203.0.113.7', 'inside'),
    addressed('203.0.113.7', 'fd00::1'),
  ])('is in doubt where an address cannot be read: %o', (aws) => {
    const outside = aws.Association?.PublicIp;

    expect(parseInterface(aws)).toMatchObject({
      addresses: [],
      doubt: `address \`${outside}\` cannot be read`,
    });
  });

  it.each<readonly [aws: NetworkInterface, name: string | undefined]>([
    [{ Description: 'ELB app/web/1' }, 'ELB app/web/1'],
    [{ Description: '' }, undefined],
    [{ Description: 'Primary', Attachment: { InstanceId: 'i-1' } }, undefined],
    [{ Description: 'Primary', TagSet: [{ Key: 'Name', Value: 'web-1' }] }, 'web-1'],
  ])('of %o is called %s', (aws, name) => {
    expect(parseInterface(aws).name).toBe(name);
  });

  it('has its own addresses, which flow logs name, whoever reaches them', () => {
    const { ownAddresses } = parseInterface({
      PrivateIpAddress: '10.0.0.5',
      PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.5' }, { PrivateIpAddress: '10.0.0.6' }],
      Ipv4Prefixes: [{ Ipv4Prefix: '10.0.1.0/28' }],
      Ipv6Addresses: [{ Ipv6Address: 'fd00::5' }, { Ipv6Address: '2600::5' }],
    });

    expect(ownAddresses).toEqual(['10.0.0.5', '10.0.0.6', '10.0.1.0/28', 'fd00::5', '2600::5']);
  });

  it.each([
    ['an instance', { InterfaceType: 'interface' as const }, 32_768],
    ['a network load balancer', { InterfaceType: 'network_load_balancer' as const }, 1024],
    ['an application load balancer', { RequesterId: 'amazon-elb' }, 1024],
    ['Lambda', { InterfaceType: 'lambda' as const }, 1024],
  ])('of %s sends from ports that depend on what it is', (_, aws, port) => {
    expect(parseInterface(aws).clientPortsFrom).toBe(port);
  });

  it('takes nothing for granted', () => {
    expect(parseInterface({})).toEqual({
      id: '',
      vpcId: '',
      subnetId: '',
      instanceId: undefined,
      name: undefined,
      isIdle: false,
      groupIds: [],
      addresses: [],
      ownAddresses: [],
      clientPortsFrom: 32_768,
      deniesInternet: false,
      doubt: undefined,
    });
  });
});
