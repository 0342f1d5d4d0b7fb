// Which addresses are the public internet, and how much of it a set admits.
import {
  type AddressSet,
  blockSize,
  countOf,
  type Family,
  intersectionOf,
  minusOf,
  parseSet,
} from './cidr.ts';
import { type Directed, withNat64 } from './nat64.ts';

/** Every address of both families. */
export const ALL_ADDRESSES: AddressSet = blocks('0.0.0.0/0', '::/0');

/** RFC 1918, RFC 6598 (carrier-grade NAT) and RFC 4193 (unique local): what a policy calls `private`. */
export const PRIVATE: AddressSet = blocks(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
);

/**
 * IPv4 blocks that the internet does not route, from the IANA special-purpose address registry
 * (https://www.iana.org/assignments/iana-ipv4-special-registry), and multicast.
 */
const SPECIAL_IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];

/** IPv6 has one block of global unicast; inside it: protocol assignments and the two documentation blocks. */
const GLOBAL_UNICAST_IPV6 = '2000::/3';
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '3fff::/20'];

/** Addresses that anybody's machine can have: 3,702,258,432 IPv4 addresses, and nearly all of 2000::/3. */
export const PUBLIC: AddressSet = minusOf(
  blocks('0.0.0.0/0', GLOBAL_UNICAST_IPV6),
  blocks(...SPECIAL_IPV4, ...SPECIAL_IPV6),
);

/** Where anybody's machine can be reached: the same, and its IPv4 part in the spelling of NAT64. */
const PUBLIC_DESTINATIONS: AddressSet = withNat64(PUBLIC);

/** The public internet as rules and policies of that direction spell it; the same object each time. */
export function publicFor({ direction }: Directed): AddressSet {
  return direction === 'egress' ? PUBLIC_DESTINATIONS : PUBLIC;
}

/** The part of the public internet of that family that the set admits, from 0 to 1. */
export function publicShare(set: AddressSet, family: Family): number {
  return unitsOf(intersectionOf(set, PUBLIC), family) / PUBLIC_UNITS[family];
}

/** Share is counted in single IPv4 addresses and in IPv6 /52 blocks, both of which fit a double exactly. */
const UNIT: Readonly<Record<Family, bigint>> = { ipv4: 1n, ipv6: blockSize('ipv6', 52) };

const PUBLIC_UNITS: Readonly<Record<Family, number>> = {
  ipv4: unitsOf(PUBLIC, 'ipv4'),
  ipv6: unitsOf(PUBLIC, 'ipv6'),
};

/** Cut to 53 bits: a share is told to people, it decides nothing. */
function unitsOf(set: AddressSet, family: Family): number {
  return Number(countOf(set, family) / UNIT[family]);
}

function blocks(...texts: readonly string[]): AddressSet {
  return parseSet(texts);
}
