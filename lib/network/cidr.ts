// Address blocks and address sets. Text becomes integer intervals here, at the border; every later question
// (does it overlap, is it within, how many) is asked of the integers, so no spelling can change an answer.
import { parseIpv4, parseIpv6, printIpv4, printIpv6 } from './address-text.ts';
import {
  type Interval,
  type Intervals,
  intersection,
  minus,
  overlaps,
  toIntervals,
  union,
} from './intervals.ts';

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
  const slash = text.indexOf('/');
  const address = slash === -1 ? text : text.slice(0, slash);
  const family = text.includes(':') ? 'ipv6' : 'ipv4';
  const prefixLength = slash === -1 ? BITS[family] : PREFIX_LENGTHS.get(text.slice(slash + 1));
  if (prefixLength === undefined || prefixLength > BITS[family]) return undefined;
  const addresses = family === 'ipv6' ? ipv6Block(address, prefixLength) : ipv4Block(address, prefixLength);
  return addresses && { family, prefixLength, addresses };
}

/** Numbers without zeros in front. */
const PREFIX_LENGTHS = new Map(Array.from({ length: 129 }, (_, length) => [String(length), length]));

/** Plain numbers as long as they suffice: big ones are slow. */
function ipv4Block(text: string, prefixLength: number): Interval<bigint> | undefined {
  const value = parseIpv4(text);
  if (value === undefined) return undefined;
  const size = 2 ** (BITS.ipv4 - prefixLength);
  const start = value - (value % size);
  return [BigInt(start), BigInt(start + size)];
}

function ipv6Block(text: string, prefixLength: number): Interval<bigint> | undefined {
  const value = parseIpv6(text);
  if (value === undefined) return undefined;
  const size = blockSize('ipv6', prefixLength);
  // Host bits are dropped, if there are any.
  const start = value & -size;
  return [start, start + size];
}

/** The canonical text of a block: `10.1.2.3/8` is printed `10.0.0.0/8`, IPv6 as RFC 5952 writes it. */
export function printCidr({ family, prefixLength, addresses }: Cidr): string {
  return `${printAddress(family, addresses[0])}/${prefixLength}`;
}

/** One address as text. */
export function printAddress(family: Family, address: bigint): string {
  return family === 'ipv4' ? printIpv4(Number(address)) : printIpv6(address);
}

/** How many addresses a block of that prefix length holds. */
export function blockSize(family: Family, prefixLength: number): bigint {
  return POWERS[BITS[family] - prefixLength] ?? 0n;
}

/** Of two. */
const POWERS = Array.from({ length: BITS.ipv6 + 1 }, (_, bits) => 1n << BigInt(bits));

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

/** True when some address is in both sets. */
export function areOverlapping(a: AddressSet, b: AddressSet): boolean {
  return overlaps(a.ipv4, b.ipv4) || overlaps(a.ipv6, b.ipv6);
}

/** True when the set holds no address of either family. */
export function isEmpty(set: AddressSet): boolean {
  return set.ipv4.length === 0 && set.ipv6.length === 0;
}

/** How many addresses of a family the set holds. */
export function countOf(set: AddressSet, family: Family): bigint {
  let count = 0n;
  for (const [start, end] of set[family]) count += end - start;
  return count;
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

/** How many addresses of each family are tolerated. */
export type Tolerance = Readonly<Record<Family, bigint>>;

/** True when the set holds more addresses of some family than are tolerated. */
export function isTooMany(set: AddressSet, tolerance: Tolerance): boolean {
  return FAMILIES.some((family) => countOf(set, family) > tolerance[family]);
}
