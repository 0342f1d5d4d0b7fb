// The unit of everything: one SecurityGroupRule with one source (or, for egress, one destination).
import type {
  SecurityGroup as AwsSecurityGroup,
  SecurityGroupRule as AwsSecurityGroupRule,
  IpPermission,
  ReferencedSecurityGroup,
  Tag,
  UserIdGroupPair,
} from '@aws-sdk/client-ec2';
import { type AddressSet, type Cidr, NO_ADDRESSES, parseCidr, printCidr } from './network/cidr.ts';
import type { Interval } from './network/intervals.ts';
import { ALL_TRAFFIC, hasTypes, parseProtocol, parseTraffic } from './network/ports.ts';

export type Direction = 'ingress' | 'egress';

/** What a rule admits traffic from (ingress) or to (egress). `unreadable` is what this version cannot interpret. */
export type Peer =
  | { readonly kind: 'cidr'; readonly cidr: Cidr; readonly addresses: AddressSet }
  | { readonly kind: 'prefix-list'; readonly prefixListId: string }
  | { readonly kind: 'group'; readonly groupId: string; readonly ownerId: string | undefined }
  | { readonly kind: 'unreadable'; readonly reason: string };

export interface SecurityGroupRule {
  readonly id: string;
  readonly groupId: string;
  readonly direction: Direction;
  /** The interval on the traffic line of ports.ts; all traffic where it cannot be read. */
  readonly traffic: Interval<number>;
  readonly peer: Peer;
  /** The rule as EC2 gave it, with description and tags: what the record keeps and an undo restores. */
  readonly aws: AwsSecurityGroupRule;
}

/** A security group, as far as policies and people look at it. */
export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly vpcId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** A group and all its rules, both directions, at one moment. */
export interface GroupSnapshot {
  readonly group: SecurityGroup;
  readonly rules: readonly SecurityGroupRule[];
}

/**
 * EC2's shape to ours. Never refuses: a rule with a part that cannot be read keeps an `unreadable` peer and
 * counts as all traffic, so that every policy it might concern answers `undecided` and none answers `compliant`.
 */
export function parseRule(aws: AwsSecurityGroupRule): SecurityGroupRule {
  const { SecurityGroupRuleId: id = '', GroupId: groupId = '', IpProtocol = '', FromPort, ToPort } = aws;
  const direction = aws.IsEgress === true ? 'egress' : 'ingress';
  const traffic = parseTraffic(IpProtocol, FromPort, ToPort);
  if (traffic !== undefined) return { id, groupId, direction, traffic, peer: parsePeer(aws), aws };
  const peer: Peer = { kind: 'unreadable', reason: unreadableTraffic(aws) };
  return { id, groupId, direction, traffic: ALL_TRAFFIC, peer, aws };
}

function unreadableTraffic({ IpProtocol = '', FromPort, ToPort }: AwsSecurityGroupRule): string {
  const selection = hasTypes(Number(parseProtocol(IpProtocol)))
    ? `type \`${FromPort}\` and code \`${ToPort}\``
    : `ports \`${FromPort}\` to \`${ToPort}\``;
  return `protocol \`${IpProtocol}\` with ${selection} cannot be read`;
}

/**
 * What a rule admits, as one canonical text: equal for two rules exactly when EC2 would call one a duplicate
 * of the other (https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html).
 */
export function contentOf(rule: SecurityGroupRule): string {
  return [rule.direction, ...rule.traffic, printPeer(rule.peer)].join(' ');
}

/** The source or destination as text: a canonical CIDR, a prefix list id or a group id. */
export function printPeer(peer: Peer): string {
  switch (peer.kind) {
    case 'cidr':
      return printCidr(peer.cidr);
    case 'prefix-list':
      return peer.prefixListId;
    case 'group':
      return peer.groupId;
    case 'unreadable':
      return peer.reason;
  }
}

/** The addresses a rule names itself; none for references to groups and prefix lists. */
export function addressesOf(peer: Peer): AddressSet {
  return peer.kind === 'cidr' ? peer.addresses : NO_ADDRESSES;
}

/** The rule as one IpPermission: what an Authorize call takes to make the very same rule again. */
export function toIpPermission({ aws }: SecurityGroupRule): IpPermission {
  const { IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo: group } = aws;
  const described = aws.Description === undefined ? {} : { Description: aws.Description };
  const ports = IpProtocol === '-1' ? {} : { FromPort, ToPort };
  return {
    IpProtocol,
    ...ports,
    ...(CidrIpv4 === undefined ? {} : { IpRanges: [{ CidrIp: CidrIpv4, ...described }] }),
    ...(CidrIpv6 === undefined ? {} : { Ipv6Ranges: [{ CidrIpv6, ...described }] }),
    ...(PrefixListId === undefined ? {} : { PrefixListIds: [{ PrefixListId, ...described }] }),
    ...(group === undefined ? {} : { UserIdGroupPairs: [{ ...groupPair(group), ...described }] }),
  };
}

/** The rule's tags that a caller may set again: those of AWS itself begin with `aws:`, and are refused. */
export function ownTags({ aws: { Tags = [] } }: SecurityGroupRule): Tag[] {
  return Tags.filter(({ Key = '' }) => !Key.toLowerCase().startsWith('aws:'));
}

/** EC2's shape to ours. */
export function parseGroup(group: AwsSecurityGroup): SecurityGroup {
  return {
    id: group.GroupId ?? '',
    name: group.GroupName ?? '',
    ownerId: group.OwnerId ?? '',
    vpcId: group.VpcId,
    tags: parseTags(group.Tags),
  };
}

/** Tags as a plain object. */
export function parseTags(tags: readonly Tag[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

function groupPair({ GroupId, UserId, VpcPeeringConnectionId }: ReferencedSecurityGroup): UserIdGroupPair {
  return {
    ...(GroupId === undefined ? {} : { GroupId }),
    ...(UserId === undefined ? {} : { UserId }),
    ...(VpcPeeringConnectionId === undefined ? {} : { VpcPeeringConnectionId }),
  };
}

function parsePeer(aws: AwsSecurityGroupRule): Peer {
  const text = aws.CidrIpv4 ?? aws.CidrIpv6;
  if (text !== undefined) return known.blocks.get(text) ?? parseBlock(text);
  if (aws.PrefixListId !== undefined) return { kind: 'prefix-list', prefixListId: aws.PrefixListId };
  const groupId = aws.ReferencedGroupInfo?.GroupId;
  if (groupId !== undefined) return { kind: 'group', groupId, ownerId: aws.ReferencedGroupInfo?.UserId };
  return { kind: 'unreadable', reason: 'no source or destination is given' };
}

/** The same few blocks stand in the groups of an account over and over: each of them is read once, and is one object. */
const known = { blocks: new Map<string, Peer>() };
const MOST_BLOCKS = 1000;

function parseBlock(text: string): Peer {
  const cidr = parseCidr(text);
  if (cidr === undefined) return { kind: 'unreadable', reason: `CIDR \`${text}\` cannot be read` };
  const peer: Peer = { kind: 'cidr', cidr, addresses: setOf(cidr) };
  remember(text, peer);
  return peer;
}

/**
 * Only what is met again is kept. To keep each block for a while makes it old in the eyes of the garbage collector, which takes longer
 * than to read it again; and so does a map that is cleared, instead of a new one.
 */
function remember(text: string, peer: Peer): void {
  const hash = hashOf(text);
  const slot = hash % MET.length;
  if (MET[slot] !== hash) MET[slot] = hash;
  else {
    if (known.blocks.size >= MOST_BLOCKS) known.blocks = new Map();
    known.blocks.set(text, peer);
  }
}

/** The hashes of texts that were met lately. */
const MET = new Uint32Array(4096);

/** A small hash of a short text (Fowler, Noll and Vo's FNV-1a): it decides what is kept, and never what a text means. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function setOf({ family, addresses }: Cidr): AddressSet {
  return family === 'ipv4' ? { ipv4: [addresses], ipv6: [] } : { ipv4: [], ipv6: [addresses] };
}
