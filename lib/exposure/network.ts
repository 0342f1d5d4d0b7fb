// What stands between the internet and a network interface, as far as it was read. A part that could not be read is undefined: it
// makes the answer unknown, and never "blocked".
import type { Cidr, Family } from '../network/cidr.ts';
import type { Interval, Intervals } from '../network/intervals.ts';
import type { Direction } from '../rule.ts';

/** An address at which packets from the internet may ask for an interface. */
export interface PublicAddress {
  readonly family: Family;
  /** The address, or for IPv6 also a delegated prefix. */
  readonly text: string;
  /** The address inside the VPC: what an internet gateway translates an IPv4 address to. */
  readonly inside: bigint;
}

export interface NetworkInterface {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  /** The instance that it is attached to; undefined for interfaces of services. */
  readonly instanceId: string | undefined;
  /** Its Name tag, or for interfaces of services their description. A stranger's text. */
  readonly name: string | undefined;
  /** True while it is attached to nothing. */
  readonly isIdle: boolean;
  /** Its security groups. */
  readonly groupIds: readonly string[];
  readonly addresses: readonly PublicAddress[];
  /** All addresses that it has inside the VPC, and delegated prefixes, as blocks. */
  readonly ownAddresses: readonly string[];
  /** From which port on it may send as a client: there, what comes in may be an answer. */
  readonly clientPortsFrom: number;
  /** True for one that drops whatever comes from an internet gateway. */
  readonly deniesInternet: boolean;
  /** Why it may have more addresses than these that the internet reaches. */
  readonly doubt: string | undefined;
}

export interface Subnet {
  readonly id: string;
  readonly ownerId: string;
  /** Its IPv6 blocks that are not advertised to the internet. */
  readonly privateIpv6: Intervals<bigint>;
}

/** Where a route leads. A route whose state is not known leads to `unknown`. */
export type Hop = 'internet' | 'local' | 'appliance' | 'blackhole' | 'elsewhere' | 'unknown';

export interface Route {
  /** A block, or the id of a prefix list. */
  readonly destination: Cidr | string;
  readonly hop: Hop;
  /** Of routes for the same block, the one with the highest precedence decides. */
  readonly precedence: number;
}

/** What a route table is associated with. One that is just being changed is not settled. */
export interface Association {
  readonly with: { readonly subnet: string } | { readonly gateway: string } | 'main';
  readonly isSettled: boolean;
}

export interface RouteTable {
  readonly id: string;
  readonly vpcId: string;
  readonly associations: readonly Association[];
  /** Undefined where one of them cannot be read. */
  readonly routes: readonly Route[] | undefined;
}

export interface AclEntry {
  /** Entries are matched in the order of their numbers, whatever the order in which EC2 lists them. */
  readonly number: number;
  readonly direction: Direction;
  readonly allows: boolean;
  readonly family: Family;
  /** The addresses on the other side: of the source for ingress, of the destination for egress. */
  readonly addresses: Interval<bigint>;
  readonly traffic: Interval<number>;
}

export interface NetworkAcl {
  readonly id: string;
  readonly subnetIds: readonly string[];
  /** Undefined where one of them cannot be read. */
  readonly entries: readonly AclEntry[] | undefined;
}

export interface InternetGateway {
  readonly id: string;
  readonly vpcId: string;
  /** False while it is being attached or detached. */
  readonly isSettled: boolean;
}

/** What the account says of VPC Block Public Access in the region. */
export interface PublicAccess {
  /** The account that it holds for. */
  readonly accountId: string;
  readonly mode: 'off' | 'block';
  /** False while the mode is being changed. */
  readonly isSettled: boolean;
}

/** What is exempt from VPC Block Public Access. */
export interface Exclusion {
  /** A VPC or a subnet. */
  readonly resourceId: string;
  readonly admits: 'inbound' | 'nothing' | 'unknown';
}

/** All that is known of the network around interfaces. */
export interface Network {
  readonly subnets: readonly Subnet[] | undefined;
  readonly routeTables: readonly RouteTable[] | undefined;
  readonly acls: readonly NetworkAcl[] | undefined;
  readonly gateways: readonly InternetGateway[] | undefined;
  readonly publicAccess: PublicAccess | undefined;
  readonly exclusions: readonly Exclusion[] | undefined;
  /** The entries of the prefix lists that routes name, as far as they were read. */
  readonly prefixLists: ReadonlyMap<string, readonly Cidr[]>;
}

/** A network that was not looked at. */
export const UNREAD_NETWORK: Network = {
  subnets: undefined,
  routeTables: undefined,
  acls: undefined,
  gateways: undefined,
  publicAccess: undefined,
  exclusions: undefined,
  prefixLists: new Map(),
};
