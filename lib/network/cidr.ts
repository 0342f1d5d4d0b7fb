// Address blocks and address sets. Text becomes integer intervals here, at the border; every later question
// (does it overlap, is it within, how many) is asked of the integers, so no spelling can change an answer.
import ipaddr from 'ipaddr.js';
import { type Interval, type Intervals, intersection, minus, toIntervals, union } from './intervals.ts';

export type Family = 'ipv4' | 'ipv6';

/** A CIDR block as EC2 keeps it: host bits are dropped, so `198.51.100.7/0` is the block of all addresses. */
export interface Cidr {
  readonly family: Family;
  readonly prefixLength: number;
  readonly addresses: Interval<bigint>;
}

/** A set of addresses, the two families apart: no IPv4 address is ever also an IPv6 one. */
export type AddressSet = Readonly<Record<Family, Intervals<bigint>>>;

export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
export const BITS: Readonly<Record<Family, number>> = { ipv4: 32, ipv6: 128 };
export const NO_ADDRESSES: AddressSet = { ipv4: [], ipv6: [] };

/**
 * Reads `192.0.2.0/24`, `2001:db8::/32` or a lone address (a block of one).
 * Answers undefined for all that EC2 refuses too: zero-padded octets, short forms such as `10/8`, zone ids.
 */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = '', length] = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const parsed = parseAddress(address);
  if (parsed === undefined) return undefined;
  const prefixLength = length === undefined ? BITS[parsed.family] : Number(length);
  if (prefixLength > BITS[parsed.family]) return undefined;
  const size = blockSize(parsed.family, prefixLength);
  const start = parsed.value - (parsed.value % size);
  return { family: parsed.family, prefixLength, addresses: [start, start + size] };
}

/** The canonical text of a block: `10.1.2.3/8` is printed `10.0.0.0/8`, IPv6 as RFC 5952 writes it. */
export function printCidr({ family, prefixLength, addresses }: Cidr): string {
  return `${printAddress(family, addresses[0])}/${prefixLength}`;
}

/** One address as text. */
export function printAddress(family: Family, address: bigint): string {
  const hex = address.toString(16).padStart(BITS[family] / 4, '0');
  const bytes = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  const parsed = ipaddr.fromByteArray(bytes);
  return parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString();
}

/** How many addresses a block of that prefix length holds. */
export function blockSize(family: Family, prefixLength: number): bigint {
  return 1n << BigInt(BITS[family] - prefixLength);
}

/** The set of all addresses of the given blocks. */
export function addressSet(cidrs: readonly Cidr[]): AddressSet {
  const of = (family: Family) =>
    toIntervals(cidrs.filter((c) => c.family === family).map((c) => c.addresses));
  return { ipv4: of('ipv4'), ipv6: of('ipv6') };
}

/** The set of the blocks among texts; what is no block is left out. */
export function parseSet(texts: readonly string[]): AddressSet {
  return addressSet(texts.flatMap((text) => parseCidr(text) ?? []));
}

/** The fewest blocks that make up a set, as texts. */
export function printSet(set: AddressSet): readonly string[] {
  return blocksOf(set).map(printCidr);
}

/** The fewest blocks that make up a set: each time the largest that begins where the rest begins. */
export function blocksOf(set: AddressSet): readonly Cidr[] {
  return FAMILIES.flatMap((family) => set[family].flatMap((interval) => blocksWithin(family, interval)));
}

/** What is in either set. */
export function unionOf(a: AddressSet, b: AddressSet): AddressSet {
  return { ipv4: union(a.ipv4, b.ipv4), ipv6: union(a.ipv6, b.ipv6) };
}

/** What is in both sets. */
export function intersectionOf(a: AddressSet, b: AddressSet): AddressSet {
  return { ipv4: intersection(a.ipv4, b.ipv4), ipv6: intersection(a.ipv6, b.ipv6) };
}

/** What is in `a` and not in `b`. */
export function minusOf(a: AddressSet, b: AddressSet): AddressSet {
  return { ipv4: minus(a.ipv4, b.ipv4), ipv6: minus(a.ipv6, b.ipv6) };
}

/** True when the set holds no address of either family. */
export function isEmpty(set: AddressSet): boolean {
  return set.ipv4.length === 0 && set.ipv6.length === 0;
}

/** How many addresses of a family the set holds. */
export function countOf(set: AddressSet, family: Family): bigint {
  return set[family].reduce((sum, [start, end]) => sum + (end - start), 0n);
}

function blocksWithin(family: Family, [start, end]: Interval<bigint>): readonly Cidr[] {
  const blocks: Cidr[] = [];
  for (let from = start; from < end; ) {
    // A block of a size begins at a multiple of it: the lowest bit that is set limits the size.
    let size = from === 0n ? blockSize(family, 0) : from & -from;
    while (from + size > end) size >>= 1n;
    const prefixLength = BITS[family] - (size.toString(2).length - 1);
    blocks.push({ family, prefixLength, addresses: [from, from + size] });
    from += size;
  }
  return blocks;
}

function parseAddress(text: string): { family: Family; value: bigint } | undefined {
  // ipaddr.js also reads octal, hex and short IPv4 forms; the strict test keeps them out.
  if (ipaddr.IPv4.isValidFourPartDecimal(text))
    return { family: 'ipv4', value: toInteger(ipaddr.IPv4.parse(text)) };
  if (!text.includes('%') && ipaddr.IPv6.isValid(text)) {
    return { family: 'ipv6', value: toInteger(ipaddr.IPv6.parse(text)) };
  }
  return undefined;
}

function toInteger(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  return address.toByteArray().reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** How many addresses of each family are tolerated. */
export type Tolerance = Readonly<Record<Family, bigint>>;

/** True when the set holds more addresses of some family than are tolerated. */
export function isTooMany(set: AddressSet, tolerance: Tolerance): boolean {
  return FAMILIES.some((family) => countOf(set, family) > tolerance[family]);
}
