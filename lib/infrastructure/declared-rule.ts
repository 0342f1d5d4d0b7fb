// A rule as it would become, though some of it may not be known before it is deployed.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { ALL_TRAFFIC, parseProtocol, parseTraffic, protocolTraffic } from '../network/ports.ts';
import { type Direction, parseRule, type SecurityGroupRule } from '../rule.ts';
import { isNotKnown, type NotKnown, notKnown, type Value } from './values.ts';

/** What a file says that a rule admits. */
export type DeclaredPeer =
  | { readonly kind: 'cidr'; readonly text: string }
  | { readonly kind: 'prefix-list'; readonly id: string }
  | { readonly kind: 'group'; readonly id: string; readonly ownerId?: string }
  | NotKnown;

/** A rule in the words of its file. */
export interface RuleFields {
  readonly direction: Direction;
  readonly protocol: Value<string>;
  readonly from: Value<number>;
  readonly to: Value<number>;
  readonly peer: DeclaredPeer;
  readonly description?: string | undefined;
}

/** A rule, with the place in its file that declares it. */
export interface DeclaredRule {
  /** The Terraform address or the logical id of what declares it. */
  readonly address: string;
  readonly rule: SecurityGroupRule;
  /** Why it is not certain that the group has this rule, or that it admits so much; undefined where it is. */
  readonly perhaps?: string;
  /** Whether the file does not declare it, and the account has it: it is judged with the others, and nothing is found of it. */
  readonly isLive?: boolean;
  /** Where it stands in what declares it, as keys; undefined where it is all of that. */
  readonly within?: readonly (string | number)[];
  /** Whether its values must not be printed. */
  readonly isSensitive?: boolean;
}

/**
 * The rule of one peer. A peer that is not known is an unreadable one. Traffic that is not known is taken for all that it may be, and
 * then the rule is only perhaps there: what is compliant with it is so without it.
 */
export function declareRule(address: string, groupId: string, fields: RuleFields): DeclaredRule {
  const aws = toAws(address, groupId, fields);
  const doubt = [fields.protocol, fields.from, fields.to].find(isNotKnown);
  const known = parseRule(aws);
  if (doubt === undefined && !isNotKnown(fields.peer)) return { address, rule: known };
  const traffic = doubt === undefined ? trafficOf(aws) : widest(fields.protocol);
  const { peer } = fields;
  if (isNotKnown(peer)) {
    const rule = { ...known, traffic, peer: { kind: 'unreadable' as const, reason: peer.because } };
    return { address, rule };
  }
  // Its peer is read with any traffic that can be.
  const { peer: readable } = parseRule({ ...aws, IpProtocol: '-1' });
  return { address, rule: { ...known, traffic, peer: readable }, perhaps: doubt?.because ?? '' };
}

/** A rule of which nothing is known but its direction. */
export function unreadableRule(
  address: string,
  groupId: string,
  direction: Direction,
  because: string,
): DeclaredRule {
  const peer = notKnown(because);
  return declareRule(address, groupId, { direction, protocol: '-1', from: undefined, to: undefined, peer });
}

function trafficOf({
  IpProtocol = '',
  FromPort,
  ToPort,
}: AwsSecurityGroupRule): SecurityGroupRule['traffic'] {
  return parseTraffic(IpProtocol, FromPort, ToPort) ?? ALL_TRAFFIC;
}

function widest(protocol: Value<string>): SecurityGroupRule['traffic'] {
  const number = typeof protocol === 'string' ? parseProtocol(protocol) : undefined;
  return typeof number === 'number' ? protocolTraffic(number) : ALL_TRAFFIC;
}

function toAws(address: string, GroupId: string, fields: RuleFields): AwsSecurityGroupRule {
  const { direction, protocol, from, to, peer, description } = fields;
  return {
    SecurityGroupRuleId: address,
    GroupId,
    IsEgress: direction === 'egress',
    IpProtocol: isNotKnown(protocol) || protocol === undefined ? undefined : protocol.toLowerCase(),
    ...(typeof from === 'number' ? { FromPort: from } : {}),
    ...(typeof to === 'number' ? { ToPort: to } : {}),
    ...peerFields(peer),
    ...(description ? { Description: description } : {}),
  };
}

function peerFields(peer: DeclaredPeer): AwsSecurityGroupRule {
  if (isNotKnown(peer)) return {};
  if (peer.kind === 'prefix-list') return { PrefixListId: peer.id };
  if (peer.kind === 'cidr')
    return peer.text.includes(':') ? { CidrIpv6: peer.text } : { CidrIpv4: peer.text };
  const owner = peer.ownerId === undefined ? {} : { UserId: peer.ownerId };
  return { ReferencedGroupInfo: { GroupId: peer.id, ...owner } };
}
