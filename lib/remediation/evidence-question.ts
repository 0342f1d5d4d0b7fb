// What flow logs are asked about rules that were closed: who came in through them, and could have come in through nothing else?
import { isForSome } from '../change/words.ts';
import { addressesIn } from '../evaluate/prefix-lists.ts';
import { type FlowLog, type FlowLogNote, flowLogsOf, isUsable, whyUnusable } from '../evidence/flow-log.ts';
import { type AskedInterface, areasOf, type Opening, type Question } from '../evidence/question.ts';
import type { NetworkInterface } from '../exposure/network.ts';
import type { RulesByGroup } from '../exposure/other-groups.ts';
import type { Admitted } from '../exposure/packets.ts';
import { PRIVATE } from '../network/internet.ts';
import { overlaps, toIntervals } from '../network/intervals.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { type ClosedRule, closedIn } from './closings.ts';
import type { Attempt } from './state.ts';

/** Each one takes a call or more to CloudWatch Logs. */
const MOST_INTERFACES = 50;

/** Undefined where nothing inbound was closed, or no flow log records its interfaces. */
export function questionOf(
  attempt: Attempt,
  interfaces: readonly NetworkInterface[],
  rules: RulesByGroup,
  flowLogs: readonly FlowLog[],
): Question | undefined {
  const openings = openingsOf(attempt);
  const used = interfaces.filter(({ isIdle }) => !isIdle).toSorted(byReach);
  const asked = used.slice(0, MOST_INTERFACES).map((one) => askedOf(one, openings, rules, flowLogs, attempt));
  const { flowLogs: readable } = attempt.task.config;
  const isToBeAsked = asked.some((one) => one.flowLogs.some((log) => isUsable(log, readable)));
  if (openings.length === 0 || !isToBeAsked) return undefined;
  const left = used.length - asked.length;
  return {
    openings,
    interfaces: asked,
    gaps: left === 0 ? [] : [`${left} more interfaces are not looked at`],
  };
}

/** What the first message says of it; undefined where nothing was closed, or nothing is attached. */
export function flowLogNoteOf(
  attempt: Attempt,
  interfaces: readonly NetworkInterface[],
  flowLogs: readonly FlowLog[],
  question: Question | undefined,
): FlowLogNote | undefined {
  if (question !== undefined) return { kind: 'asked' };
  const [first] = interfaces.filter(({ isIdle }) => !isIdle);
  const [logGroup = ''] = attempt.task.config.flowLogs;
  if (first === undefined || closedIn(attempt).length === 0) return undefined;
  const [log] = interfaces.flatMap((one) => flowLogsOf(one, flowLogs));
  if (log === undefined) return { kind: 'none', vpcId: first.vpcId, logGroup };
  return { kind: 'unusable', because: whyUnusable(log) };
}

/** Where there are too many, those with public addresses matter more. */
function byReach(a: NetworkInterface, b: NetworkInterface): number {
  return b.addresses.length - a.addresses.length;
}

/** Rules that were open at the same time are one opening. */
function openingsOf(attempt: Attempt): readonly Opening[] {
  const { change } = attempt.task;
  const { rules, time } = change;
  const isOpener = (rules.by === 'id' || rules.by === 'content') && !isForSome(rules);
  const opened = isOpener && time !== undefined ? { openedAt: time } : {};
  const byEnd = Map.groupBy(closedIn(attempt), (closed) => endOf(closed, attempt));
  return [...byEnd].flatMap(([closedAt, all]) => {
    const areas = areasOf(all.flatMap(({ closings }) => closings));
    return areas.length === 0 ? [] : [{ ...opened, closedAt, areas }];
  });
}

function endOf({ outcome: { time } }: ClosedRule, { now }: Attempt): string {
  return time ?? now.toISOString();
}

function askedOf(
  one: NetworkInterface,
  openings: readonly Opening[],
  rules: RulesByGroup,
  flowLogs: readonly FlowLog[],
  { lists }: Attempt,
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
  lists: Attempt['lists'],
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
function admittedBy({ peer, traffic }: SecurityGroupRule, lists: Attempt['lists']): Admitted | undefined {
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
