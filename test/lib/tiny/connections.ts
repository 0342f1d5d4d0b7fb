// The connections of the tiny world, and whether rules in EC2's shape allow them.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import ipaddr from 'ipaddr.js';
import { toCidr } from './judge.ts';
import { allows, type Connection } from './oracle.ts';
import { icmpOf, type Lists, POINTS, type Point } from './world.ts';

/** Every connection of the tiny world. */
export const CONNECTIONS: readonly Connection[] = ['tcp', 'udp', 'icmp'].flatMap((protocol) =>
  Array.from({ length: 10 }, (_, i) => 19 + i).flatMap((port) =>
    POINTS.map((point) => ({ protocol, port, point })),
  ),
);

/** The addresses in use that a block for all IPv6 holds beyond the lines of the tiny world. */
const BEYOND = ['fc00::1', 'fe80::1', ...Array.from({ length: 16 }, (_, i) => `2a00::${i.toString(16)}`)];

/** One address of the tiny world as text. */
function toText({ line, at }: Point): string {
  if (line === 'beyond') return BEYOND[at] ?? '';
  if (line === 'ipv4 beyond') return `9.9.0.${at}`;
  if (line === 'nat64 beyond') return `64:ff9b::909:${at.toString(16)}`;
  return toCidr({ line, base: at, bits: 0 }).replace(/\/.*/, '');
}

const asAddress = new Map(POINTS.map((point) => [point, ipaddr.parse(toText(point))]));

/** Whether a rule in EC2's shape allows a connection, read with other eyes than the code under test. */
export function admits(rule: AwsSecurityGroupRule, lists: Lists, at: Connection): boolean {
  const { IpProtocol, FromPort = -1, ToPort = -1 } = rule;
  const isAt = IpProtocol === 'icmp' ? isTypeAndCode : isPort;
  if (IpProtocol !== '-1' && (IpProtocol !== at.protocol || !isAt(FromPort, ToPort, at.port))) return false;
  if (rule.PrefixListId !== undefined) {
    const source = { list: rule.PrefixListId };
    const any = { protocol: '-1' as const, from: 0, to: 0, isChanged: true, isApproved: false };
    return allows({ ...any, source }, lists, at);
  }
  const isIpv4 = at.point.line === 'ipv4' || at.point.line === 'ipv4 beyond';
  const text = isIpv4 ? rule.CidrIpv4 : rule.CidrIpv6;
  if (text === undefined) return false;
  return asAddress.get(at.point)?.match(blockOf(text)) ?? false;
}

const parsedBlocks = new Map<string, ReturnType<typeof ipaddr.parseCIDR>>();

function blockOf(text: string): ReturnType<typeof ipaddr.parseCIDR> {
  const parsed = parsedBlocks.get(text) ?? ipaddr.parseCIDR(text);
  parsedBlocks.set(text, parsed);
  return parsed;
}

function isPort(from: number, to: number, port: number): boolean {
  return from === -1 || (from <= port && port <= to);
}

function isTypeAndCode(wantedType: number, wantedCode: number, port: number): boolean {
  const { type, code } = icmpOf(port);
  return wantedType === -1 || (wantedType === type && (wantedCode === -1 || wantedCode === code));
}
