// Which addresses of a trimmed rule stay allowed where its traffic is forbidden to others, and which are lost although they might.
import type { Violation } from '../evaluate/evaluate.ts';
import {
  type AddressSet,
  intersectionOf,
  isEmpty,
  minusOf,
  NO_ADDRESSES,
  parseSet,
  unionOf,
} from '../network/cidr.ts';
import { ALL_ADDRESSES, PRIVATE, publicFor } from '../network/internet.ts';
import { within } from '../network/intervals.ts';
import { asAllowed, type Directed, NAT64 } from '../network/nat64.ts';
import { addressesOf, type SecurityGroupRule } from '../rule.ts';

/** Neither public nor private: loopback, multicast, documentation and the like, which nobody comes from or goes to. */
function nowhereFor(of: Directed): AddressSet {
  return minusOf(minusOf(ALL_ADDRESSES, publicFor(of)), asAllowed(of, PRIVATE));
}

/** All IPv6 that machines have, and NAT64: global unicast, unique local and link-local addresses. */
const IPV6_IN_USE = unionOf(parseSet(['2000::/3', 'fc00::/7', 'fe80::/10']), NAT64);

/** What the violation leaves of these addresses. */
export function allowedBy(left: AddressSet, { forbidden, policy, rule }: Violation): AddressSet {
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
export function isUncut(rule: SecurityGroupRule, violations: readonly Violation[]): boolean {
  return violations.some(({ forbidden, policy }) => {
    if (forbidden === 'any') return policy.exceptions.length > 0;
    if (policy.forbidden === publicFor(policy) && isForAnybody(rule)) return true;
    return rule.peer.kind === 'prefix-list' || isCutAroundNat64(rule, forbidden);
  });
}
