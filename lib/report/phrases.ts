// Rules, traffic and shares of the internet as people say them.
import { type AddressSet, countOf, FAMILIES, type Family, intersectionOf, isEmpty } from '../network/cidr.ts';
import { icmpInWords } from '../network/icmp.ts';
import { PUBLIC, publicShare } from '../network/internet.ts';
import type { Interval } from '../network/intervals.ts';
import { asCounted } from '../network/nat64.ts';
import { ALL_TRAFFIC, hasPorts, hasTypes, locate, printProtocol, protocolTraffic } from '../network/ports.ts';
import { labelOf } from '../network/services.ts';
import { addressesOf, printPeer, type SecurityGroupRule } from '../rule.ts';
import { listInWords, sanitize } from './sanitize.ts';

/** `SSH`, `tcp/8081`, `tcp ports 20-25`, `all tcp ports`, `all traffic`, `esp`, `all ICMP`, `ICMP echo request (8)`. */
export function trafficInWords(traffic: Interval<number>): string {
  if (traffic[0] === ALL_TRAFFIC[0] && traffic[1] === ALL_TRAFFIC[1]) return 'all traffic';
  const { protocol, selector: from } = locate(traffic[0]);
  const name = printProtocol(protocol);
  const whole = traffic[1] === protocolTraffic(protocol)[1] && from === 0;
  if (hasTypes(protocol)) return whole ? `all ${name.replace('icmp', 'ICMP')}` : icmpInWords(traffic);
  if (!hasPorts(protocol)) return name;
  if (whole) return `all ${name} ports`;
  const { selector: to } = locate(traffic[1] - 1);
  if (from !== to) return `${name} ports ${from}-${to}`;
  return labelOf(protocol, from) ?? `${name}/${from}`;
}

/** `SSH, RDP and MySQL`, `SSH, RDP, MySQL and 4 more`: each once. */
export function trafficsInWords(rules: readonly SecurityGroupRule[]): string {
  const names = [...new Set(rules.map(({ traffic }) => trafficInWords(traffic)))];
  const more = names.length > NAMED ? [`${names.length - NAMED} more`] : [];
  return listInWords([...names.slice(0, NAMED), ...more]);
}

const NAMED = 3;

/** `the whole internet`, `10.0.0.0/8`, `members of sg-0abc`, `members of sg-0abc of account 111122223333`. */
function peerInWords(rule: SecurityGroupRule): string {
  const { peer } = rule;
  if (peer.kind === 'group') return `members of ${sanitize(peer.groupId)}${ownerInWords(rule)}`;
  if (peer.kind === 'prefix-list') return `prefix list ${sanitize(peer.prefixListId)}`;
  if (peer.kind === 'unreadable') return sanitize(peer.reason);
  return shareAdmitted(rule) === 1 ? 'the whole internet' : printPeer(peer);
}

/** The part of the public internet that a rule admits by its own addresses; a group or a list is none. */
export function shareAdmitted(rule: SecurityGroupRule): number {
  return rule.peer.kind === 'cidr' ? shareOf(asCounted(rule, addressesOf(rule.peer))) : 0;
}

/** `internet`, `10.0.0.0/8`, `sg-0abc`: for a line with little room. */
export function peerInShort(rule: SecurityGroupRule): string {
  if (rule.peer.kind === 'group') return sanitize(rule.peer.groupId);
  return peerInWords(rule).replace('the whole internet', 'internet');
}

/** The group's owner, where it belongs to another account than the rule. */
function ownerInWords({ aws }: SecurityGroupRule): string {
  const owner = aws.ReferencedGroupInfo?.UserId;
  const isOther = owner !== undefined && aws.GroupOwnerId !== undefined && owner !== aws.GroupOwnerId;
  return isOther ? ` of account ${sanitize(owner)}` : '';
}

/** `inbound SSH (tcp/22) from the whole internet (0.0.0.0/0)`. */
export function directedRule(rule: SecurityGroupRule): string {
  return `${rule.direction === 'ingress' ? 'inbound' : 'outbound'} ${ruleInWords(rule)}`;
}

/** `SSH (tcp/22) from the whole internet (0.0.0.0/0)`. */
export function ruleInWords(rule: SecurityGroupRule): string {
  const peer = peerInWords(rule);
  const text = printPeer(rule.peer);
  const exact = rule.peer.kind === 'cidr' && text !== peer ? ` (${text})` : '';
  return `${trafficInFull(rule.traffic)} ${preposition(rule)} ${peer}${exact}`;
}

/** `SSH from the whole internet`: the shortest description. */
export function headline(rule: SecurityGroupRule): string {
  return `${trafficInWords(rule.traffic)} ${preposition(rule)} ${peerInWords(rule)}`;
}

/** The largest part of either family's public internet that the set holds, from 0 to 1. */
export function shareOf(set: AddressSet): number {
  return Math.max(...FAMILIES.map((family) => publicShare(set, family)));
}

/** `the whole internet`, `about half of the internet`, `12% of the internet`, `16,777,216 IPv4 addresses`. */
export function reachInWords(set: AddressSet): string {
  if (isEmpty(set)) return 'no address';
  const publicPart = intersectionOf(set, PUBLIC);
  const share = shareOf(set);
  if (isEmpty(publicPart) || share < 0.01) return countsInWords(set);
  if (share === 1) return 'the whole internet';
  if (share > 0.99) return 'nearly the whole internet';
  if (Math.abs(share - 0.5) < 0.05) return 'about half of the internet';
  return `${Math.round(share * 100)}% of the internet`;
}

/** `SSH (tcp/22)`, and all else as in short. */
function trafficInFull(traffic: Interval<number>): string {
  const short = trafficInWords(traffic);
  const { protocol, selector } = locate(traffic[0]);
  return short === labelOf(protocol, selector) ? `${short} (${printProtocol(protocol)}/${selector})` : short;
}

function preposition({ direction }: SecurityGroupRule): string {
  return direction === 'ingress' ? 'from' : 'to';
}

function countsInWords(set: AddressSet): string {
  const label: Readonly<Record<Family, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };
  return FAMILIES.filter((family) => set[family].length > 0)
    .map((family) => {
      const count = countOf(set, family);
      const shown = count < 1n << 40n ? count.toLocaleString('en-GB') : `2^${count.toString(2).length - 1}`;
      return `${shown} ${label[family]} address${count === 1n ? '' : 'es'}`;
    })
    .join(' and ');
}

/** `1 group`, `2 groups`. */
export function counted(amount: number, what: string): string {
  return `${amount.toLocaleString('en-US')} ${what}${amount === 1 ? '' : 's'}`;
}

/** `{is|are}` stands for what fits the amount. */
export function inNumber(text: string, amount: number): string {
  return text.replace(/\{([^{}]*)\|([^{}]*)\}/g, (_, one: string, many: string) =>
    amount === 1 ? one : many,
  );
}
