// EC2's network interfaces and subnets to ours.
import type { NetworkInterface as AwsNetworkInterface, Subnet as AwsSubnet } from '@aws-sdk/client-ec2';
import { addressSet, parseCidr } from '../network/cidr.ts';
import { PRIVATE } from '../network/internet.ts';
import { overlaps } from '../network/intervals.ts';
import { parseTags } from '../rule.ts';
import type { NetworkInterface, PublicAddress, Subnet } from './network.ts';

/** An address or block from the outside, and the address in the VPC that it stands for. */
interface Mapping {
  readonly outside: string;
  readonly inside: string;
}

/** An interface with all its addresses that packets from the internet may be sent to, the secondary ones and IPv6 prefixes among them. */
export function parseInterface(aws: AwsNetworkInterface): NetworkInterface {
  const mappings = [...ipv4Of(aws), ...ipv6Of(aws)];
  const addresses = mappings.map(parseAddress);
  return {
    id: aws.NetworkInterfaceId ?? '',
    vpcId: aws.VpcId ?? '',
    subnetId: aws.SubnetId ?? '',
    instanceId: aws.Attachment?.InstanceId,
    name: nameOf(aws),
    isIdle: aws.Status === 'available',
    groupIds: (aws.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    addresses: addresses.filter((address) => address !== undefined).filter(isNotLocal),
    ownAddresses: ownAddressesOf(aws),
    clientPortsFrom: clientPortsOf(aws),
    deniesInternet: aws.DenyAllIgwTraffic === true,
    doubt: doubtOf(aws, mappings[addresses.indexOf(undefined)]),
  };
}

/** A subnet with its IPv6 blocks that are private to the account, though they look like any others. */
export function parseSubnet(aws: AwsSubnet): Subnet {
  const blocks = (aws.Ipv6CidrBlockAssociationSet ?? [])
    .filter(({ Ipv6AddressAttribute }) => Ipv6AddressAttribute === 'private')
    .flatMap(({ Ipv6CidrBlock }) => parseCidr(Ipv6CidrBlock ?? '') ?? []);
  return { id: aws.SubnetId ?? '', ownerId: aws.OwnerId ?? '', privateIpv6: addressSet(blocks).ipv6 };
}

/** The public address of each private one; EC2 tells that of the primary one twice. */
function ipv4Of(aws: AwsNetworkInterface): readonly Mapping[] {
  const pairs = associationsOf(aws).flatMap(({ association, inside }) =>
    association.PublicIp === undefined ? [] : [[association.PublicIp, inside] as const],
  );
  return [...new Map(pairs)].map(([outside, inside]) => ({ outside, inside }));
}

function ipv6Of({ Ipv6Addresses = [], Ipv6Prefixes = [] }: AwsNetworkInterface): readonly Mapping[] {
  const texts = [
    ...Ipv6Addresses.flatMap(({ Ipv6Address }) => Ipv6Address ?? []),
    ...Ipv6Prefixes.flatMap(({ Ipv6Prefix }) => Ipv6Prefix ?? []),
  ];
  return texts.map((text) => ({ outside: text, inside: text }));
}

function associationsOf({ Association, PrivateIpAddress, PrivateIpAddresses = [] }: AwsNetworkInterface) {
  return [{ Association, PrivateIpAddress }, ...PrivateIpAddresses].flatMap(
    ({ Association: association, PrivateIpAddress: inside = '' }) =>
      association === undefined ? [] : [{ association, inside }],
  );
}

function ownAddressesOf(aws: AwsNetworkInterface): readonly string[] {
  const { PrivateIpAddress, PrivateIpAddresses = [], Ipv4Prefixes = [] } = aws;
  const ipv4 = [{ PrivateIpAddress }, ...PrivateIpAddresses].flatMap((one) => one.PrivateIpAddress ?? []);
  const prefixes = Ipv4Prefixes.flatMap(({ Ipv4Prefix }) => Ipv4Prefix ?? []);
  return [...new Set([...ipv4, ...prefixes, ...ipv6Of(aws).map(({ inside }) => inside)])];
}

/**
 * Linux sends from 32768 on, Windows from 49152, and load balancers and Lambda from 1024
 * (https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports).
 */
function clientPortsOf({ InterfaceType, RequesterId }: AwsNetworkInterface): number {
  const isOfAws = InterfaceType !== undefined && SENDS_FROM_LOW_PORTS.has(InterfaceType);
  return isOfAws || RequesterId === 'amazon-elb' ? 1024 : 32_768;
}

const SENDS_FROM_LOW_PORTS = new Set<string>(['lambda', 'network_load_balancer', 'gateway_load_balancer']);

/** Undefined for one that cannot be read. */
function parseAddress({ outside, inside }: Mapping): PublicAddress | undefined {
  const block = parseCidr(outside);
  const within = parseCidr(inside);
  if (block === undefined || within?.family !== block.family) return undefined;
  return { family: block.family, text: outside, inside: within.addresses[0] };
}

/** Addresses of fc00::/7 mean something else in every network. */
function isNotLocal({ family, inside }: PublicAddress): boolean {
  return family === 'ipv4' || !overlaps(PRIVATE.ipv6, [[inside, inside + 1n]]);
}

function doubtOf(aws: AwsNetworkInterface, unreadable: Mapping | undefined): string | undefined {
  if (unreadable !== undefined) return `address \`${unreadable.outside}\` cannot be read`;
  const isOfCarrier = associationsOf(aws).some(({ association }) => association.CarrierIp !== undefined);
  return isOfCarrier ? "it has an address in a carrier's network" : undefined;
}

/** The description of an instance's interface is hardly ever its own. */
function nameOf({ TagSet, Attachment, Description }: AwsNetworkInterface): string | undefined {
  const described = Attachment?.InstanceId === undefined ? Description : undefined;
  return (parseTags(TagSet).Name ?? described) || undefined;
}
