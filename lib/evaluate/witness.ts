// One concrete connection that is allowed and should not be: what makes a verdict plain to a person.
import { type AddressSet, FAMILIES, type Family, parseCidr, printAddress } from '../network/cidr.ts';
import { ICMP_PROTOCOLS, icmpInWords, parseIcmpType } from '../network/icmp.ts';
import { firstEndingAfter, type Intervals, minus, overlaps } from '../network/intervals.ts';
import { translationOf } from '../network/nat64.ts';
import {
  foreignTo,
  hasPorts,
  hasTypes,
  locate,
  portTraffic,
  printProtocol,
  TCP,
  UDP,
} from '../network/ports.ts';
import type { SecurityGroupRule } from '../rule.ts';

/** A point of what the rule admits; it becomes words only where somebody reads it. */
export interface Witness {
  /** A point on the line of network/ports.ts. */
  readonly traffic: number;
  /** Undefined where the rule names no address: for the members of a security group, and for a prefix list that could not be read. */
  readonly address: Address | undefined;
}

interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** Public resolvers that many people recognize: better examples than the first address of a block. The last is 8.8.8.8 by NAT64. */
const FAMILIAR: Readonly<Record<Family, readonly bigint[]>> = {
  ipv4: toValues('8.8.8.8'),
  ipv6: toValues('2001:4860:4860::8888', '64:ff9b::808:808'),
};

/** SSH, DNS and ping: where a wide rule admits them, the examples that need no explaining. */
const FAMILIAR_TRAFFIC = [
  portTraffic(TCP, 22, 22)[0],
  portTraffic(UDP, 53, 53)[0],
  ...ICMP_PROTOCOLS.flatMap((protocol) => parseIcmpType(protocol, 'echo')?.[0] ?? []),
];

/** Picks familiar traffic and a familiar address where the sets have them, else their first. */
export function witness(rule: SecurityGroupRule, overlap: Intervals<number>, forbidden: AddressSet): Witness {
  const address = exampleOf(rule, forbidden);
  const foreign = address === undefined ? [] : [foreignTo(address.family)];
  const existing = overlaps(overlap, foreign) ? minus(overlap, foreign) : overlap;
  const shown = existing.length > 0 ? existing : overlap;
  return { traffic: exampleTraffic(shown), address };
}

function exampleOf({ peer }: SecurityGroupRule, set: AddressSet): Address | undefined {
  if (peer.kind !== 'cidr' && peer.kind !== 'prefix-list') return undefined;
  for (const family of FAMILIES) {
    const value = exampleAddress(set[family], family);
    if (value !== undefined) return { family, value };
  }
  return peer.kind === 'cidr' ? { family: peer.cidr.family, value: peer.cidr.addresses[0] } : undefined;
}

/** Familiar traffic where the set has some, else its first point. */
export function exampleTraffic(set: Intervals<number>): number {
  return FAMILIAR_TRAFFIC.find((point) => holds(set, point)) ?? set[0]?.[0] ?? 0;
}

/** A familiar address where the set has one, else its first; undefined for an empty set. */
export function exampleAddress(set: Intervals<bigint>, family: Family): bigint | undefined {
  return FAMILIAR[family].find((address) => holds(set, address)) ?? set[0]?.[0];
}

function holds<T extends number | bigint>(set: Intervals<T>, point: T): boolean {
  const next = set[firstEndingAfter(set, point)];
  return next !== undefined && next[0] <= point;
}

/**
 * `tcp/22 from 8.8.8.8`, `ICMP echo request (8/0) from 8.8.8.8`, or for egress `tcp/25 to 8.8.8.8`,
 * `tcp/25 to 64:ff9b::808:808, which NAT64 translates to 8.8.8.8`.
 */
export function printWitness({ traffic, address }: Witness, rule: SecurityGroupRule): string {
  const peer = printWitnessPeer({ address }, rule);
  return `${pointInWords(traffic)} ${rule.direction === 'ingress' ? 'from' : 'to'} ${peer}`;
}

/** `8.8.8.8`, `64:ff9b::808:808, which NAT64 translates to 8.8.8.8`, `members of sg-0abc`. */
export function printWitnessPeer({ address }: Pick<Witness, 'address'>, rule: SecurityGroupRule): string {
  return address === undefined ? peerInWords(rule) : addressInWords(address, rule);
}

/** `tcp/22`, `ICMP echo request (8/0)`, `esp`. */
export function pointInWords(point: number): string {
  const { protocol, selector } = locate(point);
  if (hasTypes(protocol)) return icmpInWords([point, point + 1]);
  return hasPorts(protocol) ? `${printProtocol(protocol)}/${selector}` : printProtocol(protocol);
}

function peerInWords({ peer }: SecurityGroupRule): string {
  switch (peer.kind) {
    case 'group':
      return `members of ${peer.groupId}`;
    case 'prefix-list':
      return `entries of ${peer.prefixListId}`;
    default:
      return 'an unreadable peer';
  }
}

function addressInWords({ family, value }: Address, rule: SecurityGroupRule): string {
  const text = printAddress(family, value);
  const ipv4 = family === 'ipv6' ? translationOf(rule, value) : undefined;
  return ipv4 === undefined ? text : `${text}, which NAT64 translates to ${ipv4}`;
}

function toValues(...texts: readonly string[]): readonly bigint[] {
  return texts.flatMap((text) => parseCidr(text)?.addresses[0] ?? []);
}
