// One concrete connection that is allowed and should not be: what makes a verdict plain to a person.
import { type AddressSet, FAMILIES, type Family, parseCidr, printAddress } from '../../../../lib/network/cidr.ts';
import { ICMP_PROTOCOLS, icmpInWords, parseIcmpType } from '../../../../lib/network/icmp.ts';
import { type Intervals, minus } from '../../../../lib/network/intervals.ts';
import { translationOf } from '../../../../lib/network/nat64.ts';
import {
  foreignTo,
  hasPorts,
  hasTypes,
  locate,
  portTraffic,
  printProtocol,
  TCP,
  UDP,
} from '../../../../lib/network/ports.ts';
import type { SecurityGroupRule } from '../../../../lib/rule.ts';

export interface Witness {
  /** A point on the line of network/ports.ts. */
  readonly traffic: number;
  /** One address, or what stands for the members of a security group or prefix list. */
  readonly peer: string;
}

/** Public resolvers that many people recognize: better examples than the first address of a block. The last is 8.8.8.8 by NAT64. */
const FAMILIAR: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ['8.8.8.8'],
  ipv6: ['2001:4860:4860::8888', '64:ff9b::808:808'],
};

/** SSH, DNS and ping: where a wide rule admits them, the examples that need no explaining. */
const FAMILIAR_TRAFFIC = [
  portTraffic(TCP, 22, 22)[0],
  portTraffic(UDP, 53, 53)[0],
  ...ICMP_PROTOCOLS.flatMap((protocol) => parseIcmpType(protocol, 'echo')?.[0] ?? []),
];

/** Picks familiar traffic and a familiar address where the sets have them, else their first. */
export function witness(rule: SecurityGroupRule, overlap: Intervals<number>, forbidden: AddressSet): Witness {
  const { text: peer, family } = peerOf(rule, forbidden);
  const existing = family === undefined ? overlap : minus(overlap, [foreignTo(family)]);
  const shown = existing.length > 0 ? existing : overlap;
  const traffic = FAMILIAR_TRAFFIC.find((point) => holds(shown, point)) ?? shown[0]?.[0] ?? 0;
  return { traffic, peer };
}

/**
 * `tcp/22 from 8.8.8.8`, `ICMP echo request (8/0) from 8.8.8.8`, or for egress `tcp/25 to 8.8.8.8`,
 * `tcp/25 to 64:ff9b::808:808, which NAT64 translates to 8.8.8.8`.
 */
export function printWitness({ traffic, peer }: Witness, direction: SecurityGroupRule['direction']): string {
  return `${pointInWords(traffic)} ${direction === 'ingress' ? 'from' : 'to'} ${peer}`;
}

function pointInWords(point: number): string {
  const { protocol, selector } = locate(point);
  if (hasTypes(protocol)) return icmpInWords([point, point + 1]);
  return hasPorts(protocol) ? `${printProtocol(protocol)}/${selector}` : printProtocol(protocol);
}

/** Who could come, and of which family where that is an address. */
interface Example {
  readonly text: string;
  readonly family?: Family;
}

function peerOf(rule: SecurityGroupRule, forbidden: AddressSet): Example {
  const { peer } = rule;
  switch (peer.kind) {
    case 'cidr':
      return exampleOf(forbidden, rule) ?? addressOf(peer.cidr.family, peer.cidr.addresses[0], rule);
    case 'group':
      return { text: `members of ${peer.groupId}` };
    case 'prefix-list':
      return exampleOf(forbidden, rule) ?? { text: `entries of ${peer.prefixListId}` };
    case 'unreadable':
      return { text: 'an unreadable peer' };
  }
}

function exampleOf(set: AddressSet, rule: SecurityGroupRule): Example | undefined {
  for (const family of FAMILIES) {
    const familiar = FAMILIAR[family].flatMap((text) => parseCidr(text)?.addresses[0] ?? []);
    const example = familiar.find((address) => holds(set[family], address)) ?? set[family][0]?.[0];
    if (example !== undefined) return addressOf(family, example, rule);
  }
  return undefined;
}

function addressOf(family: Family, address: bigint, rule: SecurityGroupRule): Example {
  const text = printAddress(family, address);
  const ipv4 = family === 'ipv6' ? translationOf(rule, address) : undefined;
  return { text: ipv4 === undefined ? text : `${text}, which NAT64 translates to ${ipv4}`, family };
}

function holds<T extends number | bigint>(set: Intervals<T>, point: T): boolean {
  return set.some(([start, end]) => start <= point && point < end);
}
