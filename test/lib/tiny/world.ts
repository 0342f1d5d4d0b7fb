// A world small enough to ask every point of it: 16 IPv4 addresses, the same in the spelling of NAT64, 16 IPv6 addresses and some that
// only `::/0` holds; TCP, UDP and ICMP, and 8 ports or, for ICMP, two types with four codes each; two owners and three VPCs.
import fc from 'fast-check';

export type Family = 'ipv4' | 'ipv6';

/** Lines of addresses that blocks are cut from; `nat64` is `ipv4`, spelled as IPv6. */
type Line = Family | 'nat64';

/** The block of 2^bits addresses of a line that starts at `base`; `all ipv6` and `all ipv4` are `::/0` and `0.0.0.0/0`, with neither. */
export interface Block {
  readonly line: Line | 'all ipv6' | 'all ipv4';
  readonly base: number;
  readonly bits: number;
}

/** An address; `beyond` stands for all other IPv6, `ipv4 beyond` for all other IPv4, and `nat64 beyond` for that in the spelling of NAT64. */
export interface Point {
  readonly line: Line | 'beyond' | 'ipv4 beyond' | 'nat64 beyond';
  readonly at: number;
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
  /** Whether its description says so. */
  readonly isApproved: boolean;
}

/** What a group refers to, and where it is. */
export interface Surroundings {
  readonly lists: Lists;
  readonly place: Place;
}
export interface TinyGroup extends Surroundings {
  readonly rules: readonly TinyRule[];
}

export interface Place {
  /** Whether the account of the deployment owns the group. */
  readonly isOwn: boolean;
  readonly home: string;
  /** The VPCs that the group is associated with beside, whether or not that can be read. */
  readonly associated: readonly string[];
  readonly isReadable: boolean;
}

/** Where a policy or an exception holds; undefined for any owner and any VPC. */
export interface Where {
  readonly isOwn: boolean | undefined;
  readonly vpcs: readonly string[] | undefined;
}

export interface TinyException {
  readonly isLive: boolean;
  readonly isForThisGroup: boolean;
  readonly where: Where;
  readonly madeBy: 'anyone' | 'the maker' | 'somebody else';
  /** Whether only rules are meant whose description says that they are approved. */
  readonly isForApproved: boolean;
  /** Undefined for any traffic. */
  readonly traffic: Traffic | undefined;
  /** Undefined for any source. */
  readonly sources: readonly Source[] | undefined;
}

type Direction = 'ingress' | 'egress';
export const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

interface Traffic {
  /** Undefined for TCP and UDP. */
  readonly protocol: 'tcp' | 'udp' | 'icmp' | undefined;
  readonly from: number;
  readonly to: number;
}

export interface TinyPolicy {
  readonly direction: Direction;
  readonly scope: Where;
  /** ICMP stands alone: a policy names ports or types. */
  readonly protocols: readonly ('tcp' | 'udp' | 'icmp')[];
  readonly from: number;
  readonly to: number;
  /** What is not forbidden; `nobody` where any source is, groups included. */
  readonly allowed: readonly Source[] | 'nobody';
  /** How many forbidden addresses are tolerated, as a power of two; undefined for none. */
  readonly tolerate: Readonly<Record<Family, number | undefined>>;
  /** How many more may be excused by lists, as a power of two; undefined for practically anyone. */
  readonly tolerateListed: Readonly<Record<Family, number | undefined>>;
  readonly exceptions: readonly TinyException[];
}

export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
const LINES: readonly Line[] = ['ipv4', 'ipv6', 'nat64'];
/** So many addresses has a line of the tiny world. */
export const LENGTH = 16;
/** Beyond the lines there are more addresses than any policy of the tiny world tolerates. */
export const POINTS: readonly Point[] = [
  ...LINES.flatMap((line) => Array.from({ length: LENGTH }, (_, at) => ({ line, at }))),
  ...Array.from({ length: LENGTH + 2 }, (_, at) => ({ line: 'beyond' as const, at })),
  ...Array.from({ length: LENGTH + 1 }, (_, at) => ({ line: 'nat64 beyond' as const, at })),
  ...Array.from({ length: LENGTH + 1 }, (_, at) => ({ line: 'ipv4 beyond' as const, at })),
];
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

const lineBlock: fc.Arbitrary<Block> = fc
  .tuple(
    fc.constantFrom('ipv4', 'ipv4', 'ipv4', 'ipv6', 'ipv6', 'nat64'),
    fc.constantFrom(0, 0, 1, 1, 2, 2, 3, 4),
    fc.nat(15),
  )
  .map(([line, bits, at]) => ({ line, bits, base: at - (at % 2 ** bits) }));
export const block: fc.Arbitrary<Block> = fc.oneof(
  { weight: 20, arbitrary: lineBlock },
  { weight: 1, arbitrary: fc.constant({ line: 'all ipv6' as const, base: 0, bits: 0 }) },
);
const sourceAmong = (...names: readonly string[]): fc.Arbitrary<Source> =>
  fc.oneof(
    { weight: 2, arbitrary: block },
    { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => ({ list: name })) },
  );
const source = sourceAmong('pl-0000000a', 'pl-0000000b');
/** Policies may also call the second list by its name. */
const writtenSource = sourceAmong('pl-0000000a', 'pl-0000000b', 'office');
const portRange = fc
  .tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

const list = (isReadable: fc.Arbitrary<boolean>) =>
  fc.record({ entries: fc.array(block, { maxLength: 3 }), isReadable });
const lists: fc.Arbitrary<Lists> = fc
  .record({
    'pl-0000000a': list(fc.constantFrom(true, true, true, true, true, true, false)),
    'pl-0000000b': list(fc.constantFrom(true, true, false)),
  })
  .map((both) => ({ ...both, office: both['pl-0000000b'] }));

/** No policy names the last one. */
export const VPCS = ['vpc-0a', 'vpc-0b', 'vpc-0c'] as const;
const place: fc.Arbitrary<Place> = fc.record({
  isOwn: fc.constantFrom(true, true, true, false),
  home: fc.constantFrom('vpc-0a', 'vpc-0b'),
  associated: fc.constantFrom([], [], ['vpc-0c'], ['vpc-0a'], ['vpc-0b'], ['vpc-0a', 'vpc-0c']),
  isReadable: fc.constantFrom(true, true, true, true, true, true, false),
});
const where: fc.Arbitrary<Where> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ isOwn: undefined, vpcs: undefined }) },
  {
    weight: 1,
    arbitrary: fc.record({
      isOwn: fc.constantFrom(undefined, undefined, true, false),
      vpcs: fc.constantFrom(undefined, ['vpc-0a'], ['vpc-0b'], ['vpc-0a', 'vpc-0b']),
    }),
  },
);

/** True for two names of one list. */
export function isSameList(one: string, other: string): boolean {
  const idOf = (name: string) => (name === 'office' ? 'pl-0000000b' : name);
  return idOf(one) === idOf(other);
}

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
      fc.boolean(),
    )
    .map(([protocol, { from, to }, by, changed, isApproved]) => ({
      protocol,
      ...expressible(protocol, from, to),
      source: by,
      isChanged: changed,
      isApproved,
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
    place,
  });
}

/** A group of which every rule may be acted on. */
export const wholeGroup = groupOf(fc.constant(true));
/** True where everything about the group can be read. */
export function isAllRead({ lists: all, place: { isReadable } }: Surroundings): boolean {
  return isReadable && Object.values(all).every((one) => one.isReadable);
}
/** The same, with at least one list, or its associations, that cannot be read. */
export const unreadGroup = wholeGroup.filter((group) => !isAllRead(group));
/** A group of which some rules were there before. */
export const partlyChanged = groupOf(fc.boolean());

const exception: fc.Arbitrary<TinyException> = fc.record({
  isLive: fc.constantFrom(true, true, false),
  isForThisGroup: fc.constantFrom(true, true, true, false),
  where,
  madeBy: fc.constantFrom('anyone', 'anyone', 'the maker', 'somebody else'),
  isForApproved: fc.constantFrom(false, false, false, false, false, true),
  traffic: fc.option(
    fc
      .tuple(fc.constantFrom(undefined, 'tcp' as const, 'udp' as const, 'icmp' as const), portRange)
      .map(([protocol, ports]) => ({ protocol, ...ports })),
    { freq: 1, nil: undefined },
  ),
  sources: fc.option(fc.array(writtenSource, { minLength: 1, maxLength: 2 }), { freq: 4, nil: undefined }),
});

const tolerated = fc.constantFrom(undefined, 1, 2, 2, 3, 3, 3, 4);
const listed = fc.oneof(
  fc.constant({ ipv4: undefined, ipv6: undefined }),
  fc.record({ ipv4: tolerated, ipv6: tolerated }),
);
const limits = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      allowed: fc.array(writtenSource, { maxLength: 2 }),
      tolerate: fc.record({ ipv4: tolerated, ipv6: tolerated }),
      tolerateListed: listed,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      allowed: fc.constant('nobody' as const),
      tolerate: fc.constant({ ipv4: undefined, ipv6: undefined }),
      tolerateListed: listed,
    }),
  },
);
/** Mostly about TCP and UDP together, and tolerant: else few groups would be too many only together. */
const undirected: fc.Arbitrary<Omit<TinyPolicy, 'direction'>> = fc
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
    where,
  )
  .map(([protocols, ports, limit, exceptions, scope]) => ({
    ...{ protocols, ...ports, ...limit },
    ...{ exceptions, scope },
  }));

/** So many policies, all of one direction. */
export function policiesOfOneDirection(least: number, most: number): fc.Arbitrary<readonly TinyPolicy[]> {
  return fc
    .tuple(fc.constantFrom(...DIRECTIONS), fc.array(undirected, { minLength: least, maxLength: most }))
    .map(([direction, policies]) => policies.map((policy) => ({ ...policy, direction })));
}

export const tinyPolicy: fc.Arbitrary<TinyPolicy> = fc
  .tuple(fc.constantFrom(...DIRECTIONS), undirected)
  .map(([direction, policy]) => ({ ...policy, direction }));
