// What becomes of open connections when a rule is revoked. A connection that EC2 tracks goes on until it ends or idles out; one that it
// does not track is cut at once (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html).
import type { Family } from '../network/cidr.ts';
import { type Interval, overlaps, within } from '../network/intervals.ts';
import { protocolTraffic, TCP, UDP } from '../network/ports.ts';
import type { SecurityGroupRule } from '../rule.ts';
import type { NetworkInterface } from './network.ts';
import type { RulesByGroup } from './other-groups.ts';

/** `unknown` where that turns on rules that nobody could read, or interfaces differ. */
export type OpenConnections = 'cut' | 'continue' | 'unknown';

/** What becomes of the connections through an inbound rule, to all interfaces together; undefined where none is used. */
export function connectionsThrough(
  rule: SecurityGroupRule,
  interfaces: readonly NetworkInterface[],
  rules: RulesByGroup,
): OpenConnections | undefined {
  const used = interfaces.filter(({ isIdle }) => !isIdle);
  const answers = new Set(used.map(({ groupIds }) => connectionsTo(groupIds, rule, rules)));
  const [first] = answers;
  return answers.size > 1 ? 'unknown' : first;
}

/** The outbound rules of all groups of an interface decide together. */
function connectionsTo(
  groupIds: readonly string[],
  rule: SecurityGroupRule,
  rules: RulesByGroup,
): OpenConnections {
  const read = groupIds.map((id) => rules.get(id));
  const known = read.flatMap((one) => one ?? []);
  if (isUntracked(rule, known)) return 'cut';
  if (isSurelyTracked(rule)) return 'continue';
  const isWayOutUnknown = read.includes(undefined) || known.some(isUnclear);
  if (isWayOutUnknown || known.some((other) => isOpenWayBack(other, rule))) return 'unknown';
  return 'continue';
}

/**
 * True when connections through the rule are untracked: TCP or UDP from all addresses, with a rule in the other direction for all ports
 * and all addresses of the same family.
 */
export function isUntracked(rule: SecurityGroupRule, rules: readonly SecurityGroupRule[]): boolean {
  const protocol = PORTED.find((all) => within([rule.traffic], [all]));
  if (protocol === undefined || !isToAll(rule)) return false;
  return rules.some((other) => isBack(other, rule) && within([protocol], [other.traffic]));
}

const PORTED: readonly Interval<number>[] = [protocolTraffic(TCP), protocolTraffic(UDP)];

/** Whatever the outbound rules are: only TCP and UDP from all addresses can go untracked. */
function isSurelyTracked({ peer, traffic }: SecurityGroupRule): boolean {
  if (peer.kind === 'group' || (peer.kind === 'cidr' && peer.cidr.prefixLength > 0)) return true;
  return !overlaps([...PORTED], [traffic]);
}

/** A list may hold all addresses. */
function isUnclear({ direction, peer }: SecurityGroupRule): boolean {
  return direction === 'egress' && (peer.kind === 'prefix-list' || peer.kind === 'unreadable');
}

/** True for a rule that leaves some connection through the other untracked, as far as its addresses go. */
function isOpenWayBack(other: SecurityGroupRule, rule: SecurityGroupRule): boolean {
  const isFamilyKnown = rule.peer.kind === 'cidr';
  const isOther = isFamilyKnown ? isBack(other, rule) : other.direction !== rule.direction && isToAll(other);
  return isOther && PORTED.some((all) => overlaps([rule.traffic], [all]) && within([all], [other.traffic]));
}

function isBack(other: SecurityGroupRule, rule: SecurityGroupRule): boolean {
  return other.direction !== rule.direction && isToAll(other) && familyOf(other) === familyOf(rule);
}

function isToAll({ peer }: SecurityGroupRule): boolean {
  return peer.kind === 'cidr' && peer.cidr.prefixLength === 0;
}

function familyOf({ peer }: SecurityGroupRule): Family | undefined {
  return peer.kind === 'cidr' ? peer.cidr.family : undefined;
}
