// One concrete connection that is allowed and should not be: what makes a verdict plain to a person.
import { type AddressSet, FAMILIES, type Family, parseCidr, printAddress } from '../network/cidr.ts';
import type { Intervals } from '../network/intervals.ts';
import { translationOf } from '../network/nat64.ts';
import { hasPorts, locate, portTraffic, printProtocol, TCP, UDP } from '../network/ports.ts';
import type { SecurityGroupRule } from '../rule.ts';

export interface Witness {
  /** IANA protocol number. */
  readonly protocol: number;
  /** Undefined for protocols without ports. */
  readonly port: number | undefined;
  /** One address, or what stands for the members of a security group or prefix list. */
  readonly peer: string;
}

/** Public resolvers that many people recognize: better examples than the first address of a block. The last is 8.8.8.8 by NAT64. */
const FAMILIAR: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ['8.8.8.8'],
  ipv6: ['2001:4860:4860::8888', '64:ff9b::808:808'],
};

/** SSH and DNS: where a wide rule admits them, the examples that need no explaining. */
const FAMILIAR_TRAFFIC = [portTraffic(TCP, 22, 22)[0], portTraffic(UDP, 53, 53)[0]];

/** Picks a familiar port and address where the sets have them, else their first. */
export function witness(rule: SecurityGroupRule, overlap: Intervals<number>, forbidden: AddressSet): Witness {
  const { protocol, selector } = locate(
    FAMILIAR_TRAFFIC.find((point) => holds(overlap, point)) ?? overlap[0]?.[0] ?? 0,
  );
  return { protocol, port: hasPorts(protocol) ? selector : undefined, peer: peerOf(rule, forbidden) };
}

/** `tcp/22 from 8.8.8.8`, or for egress `tcp/25 to 8.8.8.8`, `tcp/25 to 64:ff9b::808:808, which NAT64 translates to 8.8.8.8`. */
export function printWitness(
  { protocol, port, peer }: Witness,
  direction: SecurityGroupRule['direction'],
): string {
  const traffic = port === undefined ? printProtocol(protocol) : `${printProtocol(protocol)}/${port}`;
  return `${traffic} ${direction === 'ingress' ? 'from' : 'to'} ${peer}`;
}

function peerOf(rule: SecurityGroupRule, forbidden: AddressSet): string {
  const { peer } = rule;
  switch (peer.kind) {
    case 'cidr':
      return exampleOf(forbidden, rule) ?? printAddress(peer.cidr.family, peer.cidr.addresses[0]);
    case 'group':
      return `members of ${peer.groupId}`;
    case 'prefix-list':
      return exampleOf(forbidden, rule) ?? `entries of ${peer.prefixListId}`;
    case 'unreadable':
      return 'an unreadable peer';
  }
}

function exampleOf(set: AddressSet, rule: SecurityGroupRule): string | undefined {
  for (const family of FAMILIES) {
    const familiar = FAMILIAR[family].flatMap((text) => parseCidr(text)?.addresses[0] ?? []);
    const example = familiar.find((address) => holds(set[family], address)) ?? set[family][0]?.[0];
    if (example === undefined) continue;
    const translation = family === 'ipv6' ? translationOf(rule, example) : undefined;
    const text = printAddress(family, example);
    return translation === undefined ? text : `${text}, which NAT64 translates to ${translation}`;
  }
  return undefined;
}

function holds<T extends number | bigint>(set: Intervals<T>, point: T): boolean {
  return set.some(([start, end]) => start <= point && point < end);
}
