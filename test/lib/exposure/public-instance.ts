// An instance with a public address in a public subnet, and the words for what differs.
import type { NetworkAclEntry, NetworkInterface, Route, RouteTable } from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import type { Exposure } from '../../../lib/exposure/exposure.ts';
import type { Network } from '../../../lib/exposure/network.ts';
import { exposureOf } from './read.ts';
import { ACCOUNT, type TinyNetwork, type TinyRule } from './tiny-network.ts';

export const SSH: TinyRule = { source: '0.0.0.0/0', protocol: 'tcp', from: 22, to: 22 };
export const DNS: TinyRule = { source: '0.0.0.0/0', protocol: 'udp', from: 53, to: 53 };
export const SSH_IPV6: TinyRule = { ...SSH, source: '::/0' };

export const route = (block: string, target: Partial<Route>): Route => ({
  ...(block.includes(':') ? { DestinationIpv6CidrBlock: block } : { DestinationCidrBlock: block }),
  State: 'active',
  Origin: 'CreateRoute',
  ...target,
});
export const TO_INTERNET = [
  route('0.0.0.0/0', { GatewayId: 'igw-1' }),
  route('::/0', { GatewayId: 'igw-1' }),
  route('10.0.0.0/16', { GatewayId: 'local' }),
];
export const table = (id: string, of: object, routes: readonly Route[], vpcId = 'vpc-1'): RouteTable => ({
  RouteTableId: id,
  VpcId: vpcId,
  Associations: [of],
  Routes: [...routes],
});
export const main = (routes: readonly Route[]) => [table('rtb-main', { Main: true }, routes)];
export const entry = (
  number: number,
  how: 'allow' | 'deny',
  Egress: boolean,
  more: object = {},
): NetworkAclEntry => ({
  RuleNumber: number,
  RuleAction: how,
  Egress,
  Protocol: '-1',
  CidrBlock: '0.0.0.0/0',
  ...more,
});
export const tcp = (From: number, To: number) => ({ Protocol: '6', PortRange: { From, To } });
export const ALL = [entry(100, 'allow', false), entry(100, 'allow', true)].flatMap((one) => [
  one,
  { ...one, RuleNumber: 101, CidrBlock: undefined, Ipv6CidrBlock: '::/0' },
]);

export const INSTANCE: NetworkInterface = {
  NetworkInterfaceId: 'eni-1',
  VpcId: 'vpc-1',
  SubnetId: 'subnet-1',
  Status: 'in-use',
  Attachment: { InstanceId: 'i-1' },
  PrivateIpAddress: '10.0.0.4',
  Association: { PublicIp: '203.0.113.7' },
  PrivateIpAddresses: [
    { PrivateIpAddress: '10.0.0.4', Primary: true, Association: { PublicIp: '203.0.113.7' } },
  ],
};
export const UNADDRESSED = { Association: undefined, PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.4' }] };
export const PUBLIC: TinyNetwork = {
  rules: [SSH],
  interface: INSTANCE,
  subnet: { SubnetId: 'subnet-1', VpcId: 'vpc-1', OwnerId: ACCOUNT },
  routeTables: main(TO_INTERNET),
  entries: ALL,
  hasGateway: true,
  publicAccess: { AwsAccountId: ACCOUNT, State: 'default-state', InternetGatewayBlockMode: 'off' },
  exclusions: [],
  list: [],
};
/** The answer; whether a barrier is the only one is a question of its own. */
export const of = (
  part: Partial<TinyNetwork>,
  other: Partial<Network> = {},
): Omit<Exposure, 'onlyBarrier'> => {
  const { exposure } = exposureOf({ ...PUBLIC, ...part }, other);
  if (exposure.kind !== 'blocked') return exposure;
  const { onlyBarrier: _, ...rest } = exposure;
  return rest;
};
export const withInterface = (part: Partial<NetworkInterface>): Partial<TinyNetwork> => ({
  interface: { ...INSTANCE, ...part },
});
export const blocked = (code: string, id: string, more: object = {}) => ({
  kind: 'blocked',
  blocked: { code, id, ...more },
});
export const reachable = (more: object = {}) => ({
  kind: 'reachable',
  arrival: expect.objectContaining({ traffic: 'tcp/22', ...more }),
});
export const unknown = (because: string) => ({ kind: 'unknown', because: expect.stringContaining(because) });

export function exclusion(resource: string, mode: 'allow-bidirectional' | 'allow-egress') {
  const ResourceArn = `arn:aws:ec2:eu-west-1:${ACCOUNT}:${resource}`;
  return { ResourceArn, InternetGatewayExclusionMode: mode, State: 'create-complete' as const };
}
