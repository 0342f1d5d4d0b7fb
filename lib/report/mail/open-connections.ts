// What revoking a rule does to connections that are already open.
import type { Family } from '../../network/cidr.ts';
import { type Interval, within } from '../../network/intervals.ts';
import { protocolTraffic, TCP, UDP } from '../../network/ports.ts';
import type { SecurityGroupRule } from '../../rule.ts';

/**
 * True when flows through the rule are untracked, and so cut the moment it goes: TCP or UDP from all addresses
 * with a rule in the other direction for all ports and all addresses of the same family. Every other open connection lives on until
 * it ends or idles out (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html).
 */
export function isUntracked(rule: SecurityGroupRule, rules: readonly SecurityGroupRule[]): boolean {
  const protocol = [TCP, UDP].map(protocolTraffic).find((all) => isWithin(rule.traffic, all));
  if (protocol === undefined || !isToAll(rule)) return false;
  return rules.some(
    (other) =>
      other.direction !== rule.direction &&
      isToAll(other) &&
      familyOf(other) === familyOf(rule) &&
      isWithin(protocol, other.traffic),
  );
}

function isToAll({ peer }: SecurityGroupRule): boolean {
  return peer.kind === 'cidr' && peer.cidr.prefixLength === 0;
}

function familyOf({ peer }: SecurityGroupRule): Family | undefined {
  return peer.kind === 'cidr' ? peer.cidr.family : undefined;
}

function isWithin(inner: Interval<number>, outer: Interval<number>): boolean {
  return within([inner], [outer]);
}
