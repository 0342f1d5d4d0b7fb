// EC2's route tables, network ACLs, internet gateways and VPC Block Public Access to ours. Nothing is guessed: what cannot be read, or
// is just being changed, is told as such.
import type {
  InternetGateway as AwsInternetGateway,
  NetworkAcl as AwsNetworkAcl,
  NetworkAclEntry as AwsNetworkAclEntry,
  Route as AwsRoute,
  RouteTable as AwsRouteTable,
  RouteTableAssociation,
  VpcBlockPublicAccessExclusion,
  VpcBlockPublicAccessOptions,
} from '@aws-sdk/client-ec2';
import { type Cidr, parseCidr } from '../network/cidr.ts';
import type { Interval } from '../network/intervals.ts';
import { hasTypes, parseProtocol, parseTraffic } from '../network/ports.ts';
import type {
  AclEntry,
  Association,
  Exclusion,
  Hop,
  InternetGateway,
  NetworkAcl,
  PublicAccess,
  Route,
  RouteTable,
} from './network.ts';

/** A route table with what it is associated with. */
export function parseRouteTable(aws: AwsRouteTable): RouteTable {
  return {
    id: aws.RouteTableId ?? '',
    vpcId: aws.VpcId ?? '',
    associations: (aws.Associations ?? []).flatMap((one) => parseAssociation(one) ?? []),
    routes: allOf((aws.Routes ?? []).map(parseRoute)),
  };
}

/** A network ACL with the subnets that it guards. */
export function parseAcl(aws: AwsNetworkAcl): NetworkAcl {
  return {
    id: aws.NetworkAclId ?? '',
    subnetIds: (aws.Associations ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
    entries: allOf((aws.Entries ?? []).map(parseEntry)),
  };
}

/** The internet gateway of each VPC that it is attached to. */
export function parseGateway(aws: AwsInternetGateway): readonly InternetGateway[] {
  return (aws.Attachments ?? [])
    .filter(({ State }) => State !== 'detached')
    .map(({ State, VpcId = '' }) => ({
      id: aws.InternetGatewayId ?? '',
      vpcId: VpcId,
      // EC2 writes `available`, and documents `attached`, too.
      isSettled: ['available', 'attached'].includes(State ?? ''),
    }));
}

/** Undefined for a mode that is not known. */
export function parsePublicAccess(aws: VpcBlockPublicAccessOptions = {}): PublicAccess | undefined {
  const { AwsAccountId, InternetGatewayBlockMode: mode, State } = aws;
  if (AwsAccountId === undefined || mode === undefined) return undefined;
  return {
    accountId: AwsAccountId,
    mode: mode === 'off' ? 'off' : 'block',
    isSettled: State === 'default-state' || State === 'update-complete',
  };
}

/** What an exclusion admits by its mode. */
const ADMITTED: Readonly<Record<string, Exclusion['admits']>> = {
  'allow-bidirectional': 'inbound',
  'allow-egress': 'nothing',
};

/** What an exclusion admits now. */
export function parseExclusion(aws: VpcBlockPublicAccessExclusion): Exclusion {
  const resourceId = aws.ResourceArn?.split('/').at(-1) ?? '';
  switch (aws.State) {
    case 'create-complete':
    case 'update-complete':
      return { resourceId, admits: ADMITTED[aws.InternetGatewayExclusionMode ?? ''] ?? 'unknown' };
    case 'create-failed':
    case 'delete-complete':
    case 'disable-complete':
      return { resourceId, admits: 'nothing' };
    default:
      return { resourceId, admits: 'unknown' };
  }
}

function parseAssociation({
  Main,
  SubnetId,
  GatewayId,
  AssociationState,
}: RouteTableAssociation): Association | undefined {
  const state = AssociationState?.State ?? 'associated';
  if (state === 'disassociated' || state === 'failed') return undefined;
  const isSettled = state === 'associated';
  if (SubnetId !== undefined) return { with: { subnet: SubnetId }, isSettled };
  if (GatewayId !== undefined) return { with: { gateway: GatewayId }, isSettled };
  return Main === true ? { with: 'main', isSettled } : undefined;
}

function parseRoute(aws: AwsRoute): Route | undefined {
  const destination =
    aws.DestinationPrefixListId ?? parseCidr(aws.DestinationCidrBlock ?? aws.DestinationIpv6CidrBlock ?? '');
  return destination === undefined
    ? undefined
    : { destination, hop: hopOf(aws), precedence: precedenceOf(aws.Origin, destination) };
}

/** Routes that a gateway propagates come last, those to a prefix list before them, and those that somebody made first. */
function precedenceOf(origin: AwsRoute['Origin'], destination: Cidr | string): number {
  if (origin === 'EnableVgwRoutePropagation' || origin === 'Advertisement') return 0;
  return typeof destination === 'string' ? 1 : 2;
}

function hopOf(aws: AwsRoute): Hop {
  if (aws.State === 'blackhole') return 'blackhole';
  if (aws.State !== 'active') return 'unknown';
  // An instance's route names its interface, too.
  if (aws.NetworkInterfaceId !== undefined || aws.InstanceId !== undefined) return 'appliance';
  return aws.GatewayId === undefined ? hopBeyond(aws) : hopByGateway(aws.GatewayId);
}

/** Gateway Load Balancer endpoints stand here like those of S3, which are never asked for the internet. */
function hopByGateway(id: string): Hop {
  if (id === 'local') return 'local';
  if (id.startsWith('igw-')) return 'internet';
  if (id.startsWith('vpce-')) return 'appliance';
  return id.startsWith('vgw-') ? 'elsewhere' : 'unknown';
}

/** Nothing that was asked from the internet is answered by these: they translate addresses, or let no connection in. */
function hopBeyond(aws: AwsRoute): Hop {
  const targets = [
    aws.NatGatewayId,
    aws.EgressOnlyInternetGatewayId,
    aws.TransitGatewayId,
    aws.VpcPeeringConnectionId,
    aws.LocalGatewayId,
    aws.CoreNetworkArn,
    aws.OdbNetworkArn,
  ];
  return targets.some((target) => target !== undefined) ? 'elsewhere' : 'unknown';
}

function parseEntry(aws: AwsNetworkAclEntry): AclEntry | undefined {
  const cidr = parseCidr(aws.CidrBlock ?? aws.Ipv6CidrBlock ?? '');
  const traffic = trafficOf(aws);
  const { RuleNumber: number, RuleAction: action } = aws;
  if (cidr === undefined || traffic === undefined || number === undefined || action === undefined)
    return undefined;
  const { family, addresses } = cidr;
  const direction = aws.Egress === true ? 'egress' : 'ingress';
  return { number, direction, allows: action === 'allow', family, addresses, traffic };
}

/** Only TCP and UDP have ports, and only ICMP has types; all else counts whole. */
function trafficOf({
  Protocol = '',
  PortRange,
  IcmpTypeCode,
}: AwsNetworkAclEntry): Interval<number> | undefined {
  return hasTypes(Number(parseProtocol(Protocol)))
    ? parseTraffic(Protocol, IcmpTypeCode?.Type, IcmpTypeCode?.Code)
    : parseTraffic(Protocol, PortRange?.From, PortRange?.To);
}

/** All of them, or nothing: one that cannot be read may change what the others mean. */
function allOf<T>(parsed: readonly (T | undefined)[]): readonly T[] | undefined {
  const readable = parsed.filter((one) => one !== undefined);
  return readable.length === parsed.length ? readable : undefined;
}
