// What is asked of which interfaces, from what was read around a group.
import { addressesIn, type PrefixLists } from '../evaluate/prefix-lists.ts';
import type { NetworkInterface } from '../exposure/network.ts';
import type { RulesByGroup } from '../exposure/other-groups.ts';
import type { Admitted } from '../exposure/packets.ts';
import { PRIVATE } from '../network/internet.ts';
import { overlaps, toIntervals } from '../network/intervals.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { type FlowLog, flowLogsOf } from './flow-log.ts';
import { type AskedInterface, areasOf, type Opening, type Question } from './question.ts';

interface Found {
  readonly interfaces: readonly NetworkInterface[];
  /** The rules that are left, of all groups of the interfaces. */
  readonly rules: RulesByGroup;
  readonly flowLogs: readonly FlowLog[];
  readonly lists: PrefixLists;
}

/** Each one takes a call or more to CloudWatch Logs. */
const MOST_INTERFACES = 50;

/** The question to all interfaces that are used, up to a limit. */
export function makeQuestion(openings: readonly Opening[], found: Found): Question {
  const used = found.interfaces.filter(({ isIdle }) => !isIdle).toSorted(byReach);
  const interfaces = used.slice(0, MOST_INTERFACES).map((one) => askedOf(one, openings, found));
  const left = used.length - interfaces.length;
  return { openings, interfaces, gaps: left === 0 ? [] : [`${left} more interfaces are not looked at`] };
}

/** Where there are too many, those with public addresses matter more. */
function byReach(a: NetworkInterface, b: NetworkInterface): number {
  return b.addresses.length - a.addresses.length;
}

function askedOf(
  one: NetworkInterface,
  openings: readonly Opening[],
  { rules, flowLogs, lists }: Found,
): AskedInterface {
  const { id, instanceId, name, clientPortsFrom } = one;
  return {
    ...{ id, instanceId, name, clientPortsFrom },
    addresses: one.ownAddresses,
    flowLogs: flowLogsOf(one, flowLogs),
    others: othersOf(one, openings, rules, lists),
  };
}

/** What the rules that are left of all groups of an interface let in; undefined where nobody knows of all of them. */
function othersOf(
  { groupIds }: NetworkInterface,
  openings: readonly Opening[],
  rules: RulesByGroup,
  lists: PrefixLists,
): AskedInterface['others'] {
  const traffic = toIntervals(openings.flatMap(({ areas }) => areas.flatMap((area) => area.traffic)));
  const all = groupIds.map((groupId) => rules.get(groupId));
  const known = all.filter((one) => one !== undefined);
  if (known.length < all.length) return undefined;
  const admitted = known
    .flat()
    .filter((rule) => rule.direction === 'ingress' && overlaps(traffic, [rule.traffic]))
    .map((rule) => admittedBy(rule, lists));
  const readable = admitted.filter((one) => one !== undefined);
  return readable.length < admitted.length ? undefined : areasOf(readable);
}

/** Members of a group send from their private addresses. */
function admittedBy({ peer, traffic }: SecurityGroupRule, lists: PrefixLists): Admitted | undefined {
  switch (peer.kind) {
    case 'cidr':
      return { sources: peer.addresses, traffic: [traffic] };
    case 'group':
      return { sources: PRIVATE, traffic: [traffic] };
    case 'prefix-list': {
      const sources = addressesIn(lists, peer.prefixListId);
      return sources && { sources, traffic: [traffic] };
    }
    case 'unreadable':
      return undefined;
  }
}
