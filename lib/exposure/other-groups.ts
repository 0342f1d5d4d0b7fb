// Whether what was closed in one group is still let in through the other groups of its interfaces: the rules of all of them add up.
import { addressesIn, type PrefixLists } from '../evaluate/prefix-lists.ts';
import {
  type AddressSet,
  intersectionOf,
  isEmpty,
  isTooMany,
  NO_ADDRESSES,
  type Tolerance,
  unionOf,
} from '../network/cidr.ts';
import { type Interval, overlaps } from '../network/intervals.ts';
import { addressesOf, type SecurityGroupRule } from '../rule.ts';
import type { NetworkInterface } from './network.ts';
import type { Admitted } from './packets.ts';

/** What was closed, and how much of it may stay open: what one policy forbids of one rule. */
export interface Closing extends Admitted {
  readonly tolerance: Tolerance;
}

/** The inbound rules of groups as they are now; groups that could not be read are missing. */
export type RulesByGroup = ReadonlyMap<string, readonly SecurityGroupRule[]>;

/** Plain JSON. `unknown` names some of the groups that could not be read. */
export type Elsewhere =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open';
      /** One interface, and its groups that do it. */
      readonly of: Pick<NetworkInterface, 'id' | 'instanceId' | 'name'>;
      readonly through: readonly string[];
      /** How many interfaces it is so with. */
      readonly count: number;
    }
  | { readonly kind: 'unknown'; readonly groupIds: readonly string[] };

/** A group may share its interfaces with hundreds of others; the answer is stored. */
const MOST_NAMED = 20;

/** The answer for all interfaces of a group together. */
export function openElsewhere(
  groupId: string,
  interfaces: readonly NetworkInterface[],
  closed: readonly Closing[],
  rules: RulesByGroup,
  lists: PrefixLists,
): Elsewhere {
  const known = new Map<string, Through>();
  const throughOf = ({ groupIds }: NetworkInterface) => {
    const others = groupIds.filter((id) => id !== groupId).toSorted();
    const through = known.get(others.join()) ?? throughGroups(groupId, others, closed, rules, lists);
    known.set(others.join(), through);
    return through;
  };
  const all = interfaces.map((one) => ({ one, ...throughOf(one) }));
  const open = all.filter(({ surely }) => surely.length > 0);
  const [first] = open;
  if (first !== undefined) {
    const { id, instanceId, name } = first.one;
    return { kind: 'open', of: { id, instanceId, name }, through: first.surely, count: open.length };
  }
  const unclear = [...new Set(all.flatMap(({ perhaps }) => perhaps))];
  return unclear.length > 0
    ? { kind: 'unknown', groupIds: unclear.slice(0, MOST_NAMED) }
    : { kind: 'closed' };
}

/** The groups through which it is open, and those through which it may be. */
interface Through {
  readonly surely: readonly string[];
  readonly perhaps: readonly string[];
}

function throughGroups(
  groupId: string,
  others: readonly string[],
  closed: readonly Closing[],
  rules: RulesByGroup,
  lists: PrefixLists,
): Through {
  const ids = [groupId, ...others];
  const parts = closed.flatMap((closing) =>
    cellsOf(
      closing,
      ids.flatMap((id) => rules.get(id) ?? []),
    ).map((cell) => {
      const reaches = ids.map((id) => ({ id, ...reachOf(rules.get(id), cell, closing, lists) }));
      return throughAt(reaches, closing.tolerance);
    }),
  );
  const of = (key: keyof Through) => [...new Set(parts.flatMap((part) => part[key]))];
  return { surely: of('surely'), perhaps: of('perhaps') };
}

/** What is let in at a piece of traffic. */
interface Reach {
  readonly id: string;
  readonly addresses: AddressSet;
  /** False where more may be let in than that. */
  readonly isKnown: boolean;
}

/** What the group itself still lets in is no news; others matter where they are too much alone, or make it too much. */
function throughAt([own, ...others]: readonly Reach[], tolerance: Tolerance): Through {
  const beside = own?.addresses ?? NO_ADDRESSES;
  const sum = others.reduce((set, { addresses }) => unionOf(set, addresses), NO_ADDRESSES);
  const makesIt = isTooMany(unionOf(beside, sum), tolerance) && !isTooMany(beside, tolerance);
  const some = others.filter(({ addresses }) => !isEmpty(addresses)).map(({ id }) => id);
  if (isTooMany(sum, tolerance) || makesIt) return { surely: some, perhaps: [] };
  const unclear = others.filter(({ isKnown }) => !isKnown).map(({ id }) => id);
  return { surely: [], perhaps: own?.isKnown === false ? [...unclear, ...some] : unclear };
}

function reachOf(
  rules: readonly SecurityGroupRule[] | undefined,
  cell: Interval<number>,
  { sources }: Closing,
  lists: PrefixLists,
): Omit<Reach, 'id'> {
  if (rules === undefined) return { addresses: NO_ADDRESSES, isKnown: false };
  const admitted = rules
    .filter(({ direction, traffic }) => direction === 'ingress' && overlaps([traffic], [cell]))
    .map(({ peer }) => {
      if (peer.kind === 'unreadable') return undefined;
      return peer.kind === 'prefix-list' ? addressesIn(lists, peer.prefixListId) : addressesOf(peer);
    });
  const addresses = admitted.reduce<AddressSet>(
    (set, one) => unionOf(set, one ?? NO_ADDRESSES),
    NO_ADDRESSES,
  );
  return { addresses: intersectionOf(addresses, sources), isKnown: !admitted.includes(undefined) };
}

/** The traffic that was closed, cut wherever a rule begins or ends: within a cell the same rules apply. */
function cellsOf({ traffic }: Closing, rules: readonly SecurityGroupRule[]): readonly Interval<number>[] {
  const cuts = [...traffic.flat(), ...rules.flatMap((rule) => rule.traffic)];
  const sorted = [...new Set(cuts)].toSorted((a, b) => a - b);
  return sorted.flatMap((start, i) => {
    const end = sorted[i + 1];
    return end !== undefined && overlaps(traffic, [[start, end]]) ? [[start, end] as const] : [];
  });
}
