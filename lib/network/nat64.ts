// NAT64: IPv4 destinations in an IPv6 spelling. What is sent to 64:ff9b::/96, a NAT gateway sends on to the IPv4 address in the last
// 32 bits, be it on the internet or inside (RFC 6052, section 2.1; other prefixes are the network's own, and not known here:
// https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html). So for egress there are two spellings of one
// destination. Sets stay in the spelling of their rules, because a rule in one of them does not admit the other; only what is
// allowed is allowed in both, and only what is counted is counted once. Nothing comes in from there: for ingress these are IPv6
// addresses like all others.
import {
  type AddressSet,
  addressSet,
  blockSize,
  type Cidr,
  intersectionOf,
  minusOf,
  NO_ADDRESSES,
  parseCidr,
  printAddress,
  printSet,
  unionOf,
} from './cidr.ts';
import { type Interval, type Intervals, toIntervals, within } from './intervals.ts';

/** Whatever has a direction: a rule or a policy. */
export interface Directed {
  readonly direction: 'ingress' | 'egress';
}

const START = 0x0064_ff9bn << 96n;
const END = START + blockSize('ipv4', 0);

/** 64:ff9b::/96. */
export const NAT64: AddressSet = { ...NO_ADDRESSES, ipv6: [[START, END]] };

/** Blocks that are each written for themselves: beside `::/0` a block of NAT64 is still named. */
export interface BlockList {
  readonly addresses: AddressSet;
  /** The blocks of NAT64 among them. */
  readonly named: Intervals<bigint>;
}

export const NO_BLOCKS: BlockList = { addresses: NO_ADDRESSES, named: [] };

/** The list of these blocks. */
export function blockList(blocks: readonly Cidr[]): BlockList {
  const named = blocks.filter(({ family, addresses }) => family === 'ipv6' && isInNat64(addresses));
  return {
    addresses: addressSet(blocks),
    named: toIntervals(named.map(({ addresses }) => addresses)),
  };
}

/** A set as a list: of NAT64, it names the blocks that lie there alone. */
export function listOfSet(addresses: AddressSet): BlockList {
  return { addresses, named: addresses.ipv6.filter(isInNat64) };
}

/** The list of the blocks among texts; what is no block is left out. */
export function parseBlockList(texts: readonly string[]): BlockList {
  return blockList(texts.flatMap((text) => parseCidr(text) ?? []));
}

/** The fewest blocks that make up the list, as texts. */
export function printBlockList({ addresses, named }: BlockList): readonly string[] {
  return [...new Set([...printSet(addresses), ...printSet({ ...NO_ADDRESSES, ipv6: named })])];
}

/** Whether any address of the set is one that NAT64 translates: one comparison for most sets, which have none. */
function holdsNat64({ ipv6 }: AddressSet): boolean {
  const next = ipv6.find(([, end]) => end > START);
  return next !== undefined && next[0] < END;
}

/** The set, and its IPv4 part in the spelling of NAT64 too. */
export function withNat64(set: AddressSet): AddressSet {
  return unionOf(set, { ...NO_ADDRESSES, ipv6: moved(set.ipv4, START) });
}

/** The set as it is counted: for egress, each address of NAT64 as the IPv4 address that it is translated to. */
export function asCounted({ direction }: Directed, set: AddressSet): AddressSet {
  if (direction === 'ingress' || !holdsNat64(set)) return set;
  const translated = moved(intersectionOf(set, NAT64).ipv6, -START);
  return unionOf(minusOf(set, NAT64), { ...NO_ADDRESSES, ipv4: translated });
}

/**
 * What a list allows: for egress, IPv4 in both spellings, and of NAT64 only the blocks that lie there. So `64:ff9b::/104` allows
 * itself, while `::/0`, which hardly anybody writes to allow IPv4, does not.
 */
export function asAllowed({ direction }: Directed, list: BlockList): AddressSet {
  if (direction === 'ingress') return list.addresses;
  const allowed = spelledOut.get(list) ?? spellOut(list);
  spelledOut.set(list, allowed);
  return allowed;
}

/** A long prefix list is asked for once for each rule. */
const spelledOut = new WeakMap<BlockList, AddressSet>();

function spellOut({ addresses, named }: BlockList): AddressSet {
  return withNat64(unionOf(minusOf(addresses, NAT64), { ...NO_ADDRESSES, ipv6: named }));
}

/** What matters of that list to a set: spelled out only where the set holds addresses of NAT64. */
export function allowedOf(of: Directed, set: AddressSet, list: BlockList): AddressSet {
  return holdsNat64(set) ? asAllowed(of, list) : list.addresses;
}

/** The IPv4 address that such an IPv6 destination is translated to. */
export function translationOf({ direction }: Directed, address: bigint): string | undefined {
  const isTranslated = direction === 'egress' && START <= address && address < END;
  return isTranslated ? printAddress('ipv4', address - START) : undefined;
}

function isInNat64(interval: Interval<bigint>): boolean {
  return within([interval], NAT64.ipv6);
}

function moved(set: Intervals<bigint>, by: bigint): Intervals<bigint> {
  return set.map(([start, end]) => [start + by, end + by] as const);
}
