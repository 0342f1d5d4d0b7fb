// Where a violating rule is forbidden, and what of it is allowed there.
import type { Violation } from '../evaluate/evaluate.ts';
import type { ForbiddenArea } from '../evaluate/forbidden.ts';
import { type AddressSet, intersectionOf, isEmpty, minusOf, parseSet, unionOf } from '../network/cidr.ts';
import { ALL_ADDRESSES, PRIVATE, publicFor } from '../network/internet.ts';
import { type Interval, type Intervals, overlaps, toIntervals, within } from '../network/intervals.ts';
import { asAllowed, type Directed, listOfSet, NAT64 } from '../network/nat64.ts';
import { foreignTo } from '../network/ports.ts';
import { addressesOf, type SecurityGroupRule } from '../rule.ts';

/** The traffic that cannot come from the addresses of a peer: ICMP from IPv6, and ICMPv6 from IPv4. */
export function foreignToPeer({ peer }: SecurityGroupRule): Intervals<number> {
  return peer.kind === 'cidr' ? [foreignTo(peer.cidr.family)] : [];
}

/** Where something of the rule is forbidden. */
export function forbiddenTraffic(violations: readonly Violation[]): Intervals<number> {
  return toIntervals(violations.flatMap(({ areas }) => areas.flatMap(({ traffic }) => traffic)));
}

/** The traffic in cells: at every point of one the same is forbidden; further cuts part them more. */
export function cellsIn(
  [start, end]: Interval<number>,
  violations: readonly Violation[],
  cuts: readonly number[] = [],
): Intervals<number> {
  const inside = [...endsOf(violations), ...cuts].filter((at) => start < at && at < end);
  const starts = [...new Set([start, ...inside])].toSorted((a, b) => a - b);
  return starts.map((at, index) => [at, starts[index + 1] ?? end] as const);
}

/** What may stay at a cell: the addresses, and whether all of the rule does. */
export function keptAt(
  cell: Interval<number>,
  rule: SecurityGroupRule,
  violations: readonly Violation[],
): { readonly kept: AddressSet; readonly isWhole: boolean } {
  const found = foundAt(cell, violations);
  return { kept: found.reduce(allowedBy, addressesOf(rule.peer)), isWhole: found.length === 0 };
}

/**
 * The allowed rest at a cell, which `otherwise` is about: all of the rule where no violation covers it, else the sources that a list or an
 * exception excuses. The private addresses of what is open to the world are none: nobody has asked for them.
 */
export function restAt(
  cell: Interval<number>,
  rule: SecurityGroupRule,
  violations: readonly Violation[],
): { readonly rest: AddressSet; readonly isWhole: boolean } {
  const found = foundAt(cell, violations);
  const [first] = found;
  if (first === undefined) return { rest: addressesOf(rule.peer), isWhole: true };
  const rest = found.reduce((left, one) => {
    const allowed = allowedBy(left, one);
    return isAboutPublic(one.policy) ? intersectionOf(allowed, publicFor(one.policy)) : allowed;
  }, first.admitted);
  return { rest, isWhole: false };
}

type FoundArea = Violation & { readonly area: ForbiddenArea };

function foundAt(cell: Interval<number>, violations: readonly Violation[]): readonly FoundArea[] {
  return violations.flatMap((violation) =>
    violation.areas.flatMap((area) => (overlaps(area.traffic, [cell]) ? [{ ...violation, area }] : [])),
  );
}

/** True for `world` and `public`. */
function isAboutPublic(policy: Violation['policy']): boolean {
  return policy.forbidden === publicFor(policy);
}

/** Neither public nor private: loopback, multicast, documentation and the like, which nobody comes from or goes to. */
function nowhereFor(of: Directed): AddressSet {
  return minusOf(minusOf(ALL_ADDRESSES, publicFor(of)), asAllowed(of, listOfSet(PRIVATE)));
}

/** All IPv6 that machines have, and NAT64: global unicast, unique local and link-local addresses. */
const IPV6_IN_USE = unionOf(parseSet(['2000::/3', 'fc00::/7', 'fe80::/10']), NAT64);

function allowedBy(left: AddressSet, { area: { addresses }, policy, rule }: FoundArea): AddressSet {
  const rest = minusOf(left, addresses);
  if (!isAboutPublic(policy)) {
    return isCutAroundNat64(rule, addresses) ? intersectionOf(rest, IPV6_IN_USE) : rest;
  }
  // Of a rule for anybody only what is excused stays.
  return isForAnybody(rule) ? intersectionOf(rest, publicFor(policy)) : minusOf(rest, nowhereFor(policy));
}

/** A block with a hole for NAT64 alone is a block for each of 96 bits, nearly all of addresses that nobody has. */
function isCutAroundNat64(rule: SecurityGroupRule, forbidden: AddressSet): boolean {
  const admitted = addressesOf(rule.peer);
  const isHole = rule.direction === 'egress' && isEmpty(minusOf(forbidden, NAT64));
  return isHole && admitted.ipv6.length > 0 && !isEmpty(minusOf(admitted, NAT64));
}

function endsOf(violations: readonly Violation[]): readonly number[] {
  return violations.flatMap(({ areas }) => areas.flatMap(({ traffic }) => traffic.flat()));
}

/**
 * Who opens a port to everybody and is told that this is not for the internet has not asked for the private ranges:
 * to list them would be a guess.
 */
function isForAnybody({ peer, direction }: SecurityGroupRule): boolean {
  if (peer.kind !== 'cidr') return false;
  const { prefixLength, addresses, family } = peer.cidr;
  const isAllNat64 = direction === 'egress' && family === 'ipv6' && within(NAT64.ipv6, [addresses]);
  return prefixLength === 0 || isAllNat64;
}

/**
 * True where addresses may be allowed that are not said: entries of a prefix list, which as blocks would not follow the list; the
 * private ones of a rule for anybody; and those around NAT64 that nobody has.
 */
export function isUncut(rule: SecurityGroupRule, violations: readonly Violation[]): boolean {
  return violations.some(({ policy, areas }) => {
    if (rule.peer.kind === 'prefix-list') return policy.forbidden !== 'any' || policy.exceptions.length > 0;
    if (isAboutPublic(policy) && isForAnybody(rule)) return true;
    return areas.some(({ addresses }) => isCutAroundNat64(rule, addresses));
  });
}
