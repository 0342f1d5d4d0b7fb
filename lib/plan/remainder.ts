// What is left of a rule when only what is forbidden is taken away, as the fewest rules that EC2 can hold.
//
// Beside the forbidden traffic the rule stays as it is: one rule for each range of ports. At the forbidden traffic the
// addresses that are allowed stay, as CIDR blocks: each is one rule from the first to the last port where it is
// needed, because what lies between is allowed anyway.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Violation } from '../evaluate/evaluate.ts';
import {
  type AddressSet,
  blocksOf,
  type Cidr,
  intersectionOf,
  isEmpty,
  minusOf,
  NO_ADDRESSES,
  parseSet,
  printCidr,
  unionOf,
} from '../network/cidr.ts';
import { ALL_ADDRESSES, PRIVATE, publicFor } from '../network/internet.ts';
import { type Interval, type Intervals, minus, overlaps, toIntervals, within } from '../network/intervals.ts';
import { asAllowed, type Directed, NAT64 } from '../network/nat64.ts';
import {
  AH,
  ALL_TRAFFIC,
  ESP,
  GRE,
  ICMP,
  ICMPV6,
  printTraffic,
  protocolTraffic,
  TCP,
  UDP,
} from '../network/ports.ts';
import { addressesOf, type SecurityGroupRule } from '../rule.ts';

/**
 * What a trimmed rule loses although no policy forbids it: the `protocols` of a `-1` rule that hardly anybody uses,
 * `addresses` that would take too many rules (or are entries of a prefix list, which cannot be cut), or `all`.
 */
export type Loss = 'protocols' | 'addresses' | 'all';

export interface Remainder {
  /** In EC2's shape, without ids, with the description and the tags of the rule they are left of. */
  readonly rules: readonly AwsSecurityGroupRule[];
  readonly losses: readonly Loss[];
}

/** What is kept of a rule for all traffic: a rule for each of 256 protocols would fill the group. */
const KEPT_PROTOCOLS = [TCP, UDP, ICMP, ICMPV6, GRE, ESP, AH];

/** The rule without what the violations forbid of it, in no more than `limit` rules. */
export function remainderOf(
  rule: SecurityGroupRule,
  violations: readonly Violation[],
  limit: number,
): Remainder {
  const forbidden = toIntervals(violations.flatMap(({ overlap }) => overlap));
  const lanes = lanesOf(rule, violations);
  const ports = minus(lanes, forbidden).map((traffic) => remain(rule, traffic));
  const blocks = lanes.flatMap((lane) => piecesAt(lane, rule, violations, limit));
  const beyond = minus([rule.traffic], toIntervals([...lanes, ...foreignTo(rule)]));
  const cells = beyond.flatMap((part) => cut(part, violations));
  const isLost = cells
    .map((cell) => keptAt(cell, rule, violations))
    .some(({ kept, isWhole }) => isWhole || !isEmpty(kept));
  const protocols = isLost ? (['protocols'] as const) : [];
  if (ports.length + blocks.length <= limit) {
    const addresses = isUncut(rule, violations) ? (['addresses'] as const) : [];
    return { rules: [...ports, ...blocks], losses: [...protocols, ...addresses] };
  }
  if (ports.length > limit || ports.length === 0) return { rules: [], losses: ['all'] };
  return { rules: ports, losses: [...protocols, 'addresses'] };
}

/** The traffic of the rule that can be said in parts, one interval for each protocol; all as one where no policy parts it. */
function lanesOf(rule: SecurityGroupRule, violations: readonly Violation[]): Intervals<number> {
  const { traffic } = rule;
  const isParted = violations.some(({ overlap }) => !within([ALL_TRAFFIC], overlap));
  if (!within([ALL_TRAFFIC], [traffic]) || !isParted) return [traffic];
  const lanes = KEPT_PROTOCOLS.map(protocolTraffic);
  return lanes.filter((lane) => !overlaps([lane], foreignTo(rule)));
}

/** ICMP does not exist over IPv6, nor ICMPv6 over IPv4. */
function foreignTo({ peer }: SecurityGroupRule): Intervals<number> {
  if (peer.kind !== 'cidr') return [];
  return [protocolTraffic(peer.cidr.family === 'ipv4' ? ICMPV6 : ICMP)];
}

/** What may stay at a cell: the addresses, and whether all of the rule does. */
function keptAt(
  cell: Interval<number>,
  rule: SecurityGroupRule,
  violations: readonly Violation[],
): { readonly kept: AddressSet; readonly isWhole: boolean } {
  const found = violations.filter(({ overlap }) => overlaps(overlap, [cell]));
  return { kept: found.reduce(allowedBy, addressesOf(rule.peer)), isWhole: found.length === 0 };
}

/** The blocks that stay allowed where a lane is forbidden to others; more than `limit` of them are not completed. */
function piecesAt(
  lane: Interval<number>,
  rule: SecurityGroupRule,
  violations: readonly Violation[],
  limit: number,
): readonly AwsSecurityGroupRule[] {
  const cells = cut(lane, violations).map((traffic) => {
    const { kept, isWhole } = keptAt(traffic, rule, violations);
    return { traffic, kept, blocks: isWhole ? [] : blocksOf(kept) };
  });
  const tooMany = cells.find(({ blocks }) => blocks.length > limit);
  if (tooMany !== undefined) return tooMany.blocks.map((block) => remain(rule, tooMany.traffic, block));
  const blocks = new Map(cells.flatMap((cell) => cell.blocks).map((block) => [printCidr(block), block]));
  return [...blocks.values()].flatMap((block) =>
    spansOf(block, cells).map((traffic) => remain(rule, traffic, block)),
  );
}

interface Cell {
  readonly traffic: Interval<number>;
  readonly kept: AddressSet;
  /** The blocks that must be said here; none where the whole rule stays. */
  readonly blocks: readonly Cidr[];
}

/** From the first to the last cell that needs the block, as far as all cells between allow it. */
function spansOf(block: Cidr, cells: readonly Cell[]): Intervals<number> {
  const spans = new Map<number, number>();
  let start: number | undefined;
  for (const { traffic, kept, blocks } of cells) {
    if (blocks.some((other) => printCidr(other) === printCidr(block))) {
      start ??= traffic[0];
      spans.set(start, traffic[1]);
    }
    if (!within([block.addresses], kept[block.family])) start = undefined;
  }
  return [...spans];
}

function cut([start, end]: Interval<number>, violations: readonly Violation[]): Intervals<number> {
  const inside = violations.flatMap(({ overlap }) => overlap.flat()).filter((at) => start < at && at < end);
  const cuts = [...new Set([start, ...inside])].toSorted((a, b) => a - b);
  return cuts.map((at, index) => [at, cuts[index + 1] ?? end] as const);
}

/** Neither public nor private: loopback, multicast, documentation and the like, which nobody comes from or goes to. */
function nowhereFor(of: Directed): AddressSet {
  return minusOf(minusOf(ALL_ADDRESSES, publicFor(of)), asAllowed(of, PRIVATE));
}

/** All IPv6 that machines have, and NAT64: global unicast, unique local and link-local addresses. */
const IPV6_IN_USE = unionOf(parseSet(['2000::/3', 'fc00::/7', 'fe80::/10']), NAT64);

function allowedBy(left: AddressSet, { forbidden, policy, rule }: Violation): AddressSet {
  if (forbidden === 'any') return NO_ADDRESSES;
  const rest = minusOf(left, forbidden);
  if (policy.forbidden !== publicFor(policy)) {
    return isCutAroundNat64(rule, forbidden) ? intersectionOf(rest, IPV6_IN_USE) : rest;
  }
  return isForAnybody(rule) ? NO_ADDRESSES : minusOf(rest, nowhereFor(policy));
}

/** A block with a hole for NAT64 alone is a block for each of 96 bits, nearly all of addresses that nobody has. */
function isCutAroundNat64(rule: SecurityGroupRule, forbidden: AddressSet): boolean {
  const admitted = addressesOf(rule.peer);
  const isHole = rule.direction === 'egress' && isEmpty(minusOf(forbidden, NAT64));
  return isHole && admitted.ipv6.length > 0 && !isEmpty(minusOf(admitted, NAT64));
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
 * True where addresses may be allowed that are not said: entries of a prefix list, which as blocks would not follow the
 * list; those that are excused where a policy forbids any source; the private ones of a rule for anybody; and those around NAT64
 * that nobody has.
 */
function isUncut(rule: SecurityGroupRule, violations: readonly Violation[]): boolean {
  return violations.some(({ forbidden, policy }) => {
    if (forbidden === 'any') return policy.exceptions.length > 0;
    if (policy.forbidden === publicFor(policy) && isForAnybody(rule)) return true;
    return rule.peer.kind === 'prefix-list' || isCutAroundNat64(rule, forbidden);
  });
}

function remain({ aws }: SecurityGroupRule, traffic: Interval<number>, block?: Cidr): AwsSecurityGroupRule {
  const { SecurityGroupRuleId: _id, SecurityGroupRuleArn: _arn, ...rest } = aws;
  const source =
    block === undefined ? {} : { [block.family === 'ipv4' ? 'CidrIpv4' : 'CidrIpv6']: printCidr(block) };
  return { ...rest, ...printTraffic(traffic), ...source };
}
