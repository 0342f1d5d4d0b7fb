// A world small enough to ask every point of it: 16 IPv4 and 16 IPv6 addresses, TCP, UDP and ICMP, and 8 ports or, for ICMP, two
// types with four codes each.
import fc from 'fast-check';

export type Family = 'ipv4' | 'ipv6';

/** The block of 2^bits addresses that starts at `base`. */
export interface Block {
  readonly family: Family;
  readonly base: number;
  readonly bits: number;
}
export type Source = Block | { readonly list: string };

/** A prefix list. Its entries are what they are, whether or not they can be read. */
interface TinyList {
  readonly entries: readonly Block[];
  readonly isReadable: boolean;
}
export type Lists = Readonly<Record<string, TinyList>>;

export interface TinyRule {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | '-1';
  /** For ICMP a range that `expressible` leaves as it is. */
  readonly from: number;
  readonly to: number;
  /** `group` is a reference to a security group. */
  readonly source: Source | 'group';
  /** Whether the change made it, so that it may be acted on. */
  readonly isChanged: boolean;
}
export interface TinyGroup {
  readonly rules: readonly TinyRule[];
  readonly lists: Lists;
}

export interface TinyException {
  readonly isLive: boolean;
  readonly isForThisGroup: boolean;
  readonly madeBy: 'anyone' | 'the maker' | 'somebody else';
  /** Undefined for any source. */
  readonly sources: readonly Source[] | undefined;
}
export interface TinyPolicy {
  /** ICMP stands alone: a policy names ports or types. */
  readonly protocols: readonly ('tcp' | 'udp' | 'icmp')[];
  readonly from: number;
  readonly to: number;
  /** What is not forbidden; `nobody` where any source is, groups included. */
  readonly allowed: readonly Source[] | 'nobody';
  /** How many forbidden addresses are tolerated, as a power of two; undefined for none. */
  readonly tolerate: Readonly<Record<Family, number | undefined>>;
  readonly exceptions: readonly TinyException[];
}

export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
export const ADDRESSES: readonly number[] = Array.from({ length: 16 }, (_, i) => i);
export const PORTS: readonly number[] = Array.from({ length: 8 }, (_, i) => 20 + i);

/** The points that a rule for all ICMP has, with one of the type below and one of the type above. */
export const ALL_ICMP = { from: 19, to: 28 };

/** The ICMP type and code that the point of a port stands for: 8/0 to 8/3 for 20 to 23, 9/0 to 9/3 for 24 to 27. */
export function icmpOf(port: number): { readonly type: number; readonly code: number } {
  return { type: Math.floor((port - 20) / 4) + 8, code: (port - 20 + 4) % 4 };
}

/** The smallest range around these that one rule can have: of ICMP a code, a type or all. */
export function expressible(
  protocol: TinyRule['protocol'],
  from: number,
  to: number,
): { readonly from: number; readonly to: number } {
  if (protocol !== 'icmp' || from === to) return { from, to };
  const { type } = icmpOf(from);
  return type === icmpOf(to).type ? { from: 4 * type - 12, to: 4 * type - 9 } : ALL_ICMP;
}

export const block: fc.Arbitrary<Block> = fc
  .tuple(fc.constantFrom('ipv4', 'ipv4', 'ipv6'), fc.constantFrom(0, 0, 1, 1, 2, 2, 3, 4), fc.nat(15))
  .map(([family, bits, at]) => ({ family, bits, base: at - (at % 2 ** bits) }));
const source: fc.Arbitrary<Source> = fc.oneof(
  { weight: 2, arbitrary: block },
  { weight: 1, arbitrary: fc.constantFrom({ list: 'pl-0a' }, { list: 'pl-0b' }) },
);
const portRange = fc
  .tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

const list = (isReadable: fc.Arbitrary<boolean>) =>
  fc.record({ entries: fc.array(block, { maxLength: 3 }), isReadable });
const lists = fc.record({
  'pl-0a': list(fc.constant(true)),
  'pl-0b': list(fc.constantFrom(true, true, false)),
});

function ruleOf(
  protocols: readonly TinyRule['protocol'][],
  isChanged: fc.Arbitrary<boolean>,
): fc.Arbitrary<TinyRule> {
  return fc
    .tuple(
      fc.constantFrom(...protocols),
      portRange,
      fc.oneof({ weight: 9, arbitrary: source }, { weight: 1, arbitrary: fc.constant('group' as const) }),
      isChanged,
    )
    .map(([protocol, { from, to }, by, changed]) => ({
      protocol,
      ...expressible(protocol, from, to),
      source: by,
      isChanged: changed,
    }));
}

/** Some groups are mostly about ICMP: else few policies about it would find many rules. */
function groupOf(isChanged: fc.Arbitrary<boolean>): fc.Arbitrary<TinyGroup> {
  const rules = (...protocols: readonly TinyRule['protocol'][]) =>
    fc.array(ruleOf(protocols, isChanged), { maxLength: 8, size: 'max' });
  return fc.record({
    rules: fc.oneof(
      { weight: 4, arbitrary: rules('tcp', 'tcp', 'tcp', 'udp', 'icmp', '-1') },
      { weight: 1, arbitrary: rules('icmp', 'icmp', 'icmp', 'icmp', 'tcp', '-1') },
    ),
    lists,
  });
}

/** A group of which every rule may be acted on. */
export const wholeGroup = groupOf(fc.constant(true));
/** A group of which some rules were there before. */
export const partlyChanged = groupOf(fc.boolean());

const exception: fc.Arbitrary<TinyException> = fc.record({
  isLive: fc.constantFrom(true, true, false),
  isForThisGroup: fc.constantFrom(true, true, true, false),
  madeBy: fc.constantFrom('anyone', 'anyone', 'the maker', 'somebody else'),
  sources: fc.option(fc.array(source, { minLength: 1, maxLength: 2 }), { freq: 4, nil: undefined }),
});

const tolerated = fc.constantFrom(undefined, 1, 2, 2, 3, 3, 3, 4);
const limits = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      allowed: fc.array(source, { maxLength: 2 }),
      tolerate: fc.record({ ipv4: tolerated, ipv6: tolerated }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant({
      allowed: 'nobody' as const,
      tolerate: { ipv4: undefined, ipv6: undefined },
    }),
  },
);
/** Mostly about TCP and UDP together, and tolerant: else few groups would be too many only together. */
export const tinyPolicy: fc.Arbitrary<TinyPolicy> = fc
  .tuple(
    fc.constantFrom(
      ['tcp'] as const,
      ['tcp', 'udp'] as const,
      ['tcp', 'udp'] as const,
      ['udp'] as const,
      ['icmp'] as const,
    ),
    portRange,
    limits,
    fc.oneof(fc.constant([]), fc.array(exception, { minLength: 1, maxLength: 2 })),
  )
  .map(([protocols, ports, limit, exceptions]) => ({ protocols, ...ports, ...limit, exceptions }));
