// Addresses that count, with how many they are. Groups have the same few blocks over and over, and policies forbid the same addresses:
// what of a block a policy forbids is worked out once.
import {
  type AddressSet,
  countOf,
  FAMILIES,
  type Family,
  intersectionOf,
  NO_ADDRESSES,
} from '../network/cidr.ts';
import { firstEndingAfter } from '../network/intervals.ts';
import { asCounted, type Directed } from '../network/nat64.ts';
import type { Limit } from '../policy/policy.ts';

export interface CountedSet {
  /** In the rule's own spelling. */
  readonly spelled: AddressSet;
  /** As they are counted: two spellings of one destination once. */
  readonly counted: AddressSet;
  readonly size: Readonly<Record<Family, bigint>>;
}

export const NOTHING: CountedSet = {
  spelled: NO_ADDRESSES,
  counted: NO_ADDRESSES,
  size: { ipv4: 0n, ipv6: 0n },
};

/** The set with its size. */
export function countedSet(of: Directed, spelled: AddressSet): CountedSet {
  if (spelled.ipv4.length === 0 && spelled.ipv6.length === 0) return NOTHING;
  const counted = asCounted(of, spelled);
  return { spelled, counted, size: { ipv4: countOf(counted, 'ipv4'), ipv6: countOf(counted, 'ipv6') } };
}

/**
 * Wide blocks that are forbidden in part, by what is forbidden, then by what is admitted. Sets for egress are spelled with NAT64, so no
 * two directions share one.
 */
const FORBIDDEN_PARTS = new WeakMap<AddressSet, WeakMap<AddressSet, CountedSet>>();

/** What of the admitted addresses counts for a limit. */
export function forbiddenPart(of: Directed, { forbidden }: Limit, admitted: AddressSet): CountedSet {
  const settled = allOrNothing(admitted, forbidden);
  if (settled !== undefined) return settled ? countedSet(of, admitted) : NOTHING;
  const known = FORBIDDEN_PARTS.get(forbidden) ?? new WeakMap<AddressSet, CountedSet>();
  FORBIDDEN_PARTS.set(forbidden, known);
  const part = known.get(admitted) ?? countedSet(of, intersectionOf(admitted, forbidden));
  known.set(admitted, part);
  return part;
}

/** Whether a set of one interval is forbidden as it is, or not at all; undefined for others. Most blocks are one of these. */
function allOrNothing(admitted: AddressSet, forbidden: AddressSet): boolean | undefined {
  const family = admitted.ipv4.length === 0 ? 'ipv6' : 'ipv4';
  const only = admitted[family][0];
  if (only === undefined) return false;
  if (admitted.ipv4.length + admitted.ipv6.length > 1) return undefined;
  const met = forbidden[family][firstEndingAfter(forbidden[family], only[0])];
  if (met === undefined || met[0] >= only[1]) return false;
  return met[0] <= only[0] && only[1] <= met[1] ? true : undefined;
}

/** True when the set is more than the limit tolerates, in some family. */
export function isOverLimit({ size }: CountedSet, { tolerance }: Limit): boolean {
  return size.ipv4 > tolerance.ipv4 || size.ipv6 > tolerance.ipv6;
}

/** True when the sets are few enough even if each address is counted as often as it occurs; each has one set for each limit. */
export function areFewInSum(
  each: readonly (readonly CountedSet[] | undefined)[],
  limits: readonly Limit[],
): boolean {
  return limits.every(({ tolerance }, index) =>
    FAMILIES.every((family) => {
      let sum = 0n;
      for (const sets of each) {
        const set = sets?.[index];
        if (set !== undefined && set !== NOTHING) sum += set.size[family];
      }
      return sum <= tolerance[family];
    }),
  );
}
