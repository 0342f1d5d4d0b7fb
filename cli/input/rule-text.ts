// A rule as people write it on a command line: `tcp 22 0.0.0.0/0`.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { parseCidr } from '../../lib/network/cidr.ts';
import { parseIcmpType } from '../../lib/network/icmp.ts';
import { hasPorts, hasTypes, parseProtocol, printTraffic } from '../../lib/network/ports.ts';
import { parsePortRange } from '../../lib/network/services.ts';
import { InputError } from './input.ts';

const FORM =
  'write it as `tcp 22 0.0.0.0/0`: protocol, port or range, and a CIDR block, a prefix list or a security group; for an outbound rule, begin ' +
  'with `egress`';

/** Reads `tcp 22 0.0.0.0/0`, `egress udp 1024-65535 pl-0abc`, `all sg-0abc`, `icmp echo ::/0`; throws InputError. */
export function parseRuleText(text: string): AwsSecurityGroupRule {
  const words = text.trim().split(/\s+/);
  const isEgress = words[0] === 'egress';
  const [protocol = '', ...rest] = isEgress || words[0] === 'ingress' ? words.slice(1) : words;
  const peer = rest.at(-1);
  const [selection, ...more] = rest.slice(0, -1);
  if (peer === undefined || more.length > 0) throw refusal(FORM);
  const source = peerOf(peer);
  return { IsEgress: isEgress, ...trafficOf(protocol, selection), ...source };
}

function refusal(why: string): InputError {
  return new InputError(`--rule: ${why}`);
}

/** By number only 0 to 255 are protocols, and most of them are meant as ports. */
function trafficOf(text: string, selection: string | undefined): AwsSecurityGroupRule {
  const protocol = /^\d/.test(text) ? undefined : parseProtocol(text);
  if (protocol === undefined) throw refusal(`the first word, \`${text}\`, is not a protocol: ${FORM}`);
  if (protocol === 'all') {
    if (selection !== undefined) throw refusal(`\`${text}\` is all protocols, which have no ports: ${FORM}`);
    return { IpProtocol: '-1' };
  }
  if (hasTypes(protocol)) return typesOf(protocol, text, selection);
  if (!hasPorts(protocol)) {
    if (selection !== undefined) throw refusal(`\`${text}\` has no ports: leave out \`${selection}\``);
    return { IpProtocol: text.toLowerCase() };
  }
  const ports = selection === undefined ? undefined : parsePortRange(selection);
  if (ports === undefined) throw refusal(portsWanted(text, selection));
  return { IpProtocol: text.toLowerCase(), FromPort: ports[0], ToPort: ports[1] };
}

function portsWanted(protocol: string, selection: string | undefined): string {
  const all = `for all ports, write \`${protocol} 0-65535\``;
  return selection === undefined
    ? `\`${protocol}\` needs a port or a range, such as \`${protocol} 22\`; ${all}`
    : `\`${selection}\` is no port from 0 to 65535, no range and no service; ${all}`;
}

function typesOf(protocol: number, text: string, selection: string | undefined): AwsSecurityGroupRule {
  if (selection === undefined) return { IpProtocol: text.toLowerCase() };
  const types = parseIcmpType(protocol, selection);
  if (types === undefined)
    throw refusal(`\`${selection}\` is not an ICMP type: write \`${text} echo\` or \`${text} 3/4\``);
  return printTraffic(types);
}

function peerOf(text: string): AwsSecurityGroupRule {
  if (/^pl-[\da-f]+$/.test(text)) return { PrefixListId: text };
  if (/^sg-[\da-f]+$/.test(text)) return { ReferencedGroupInfo: { GroupId: text } };
  if (parseCidr(text) === undefined)
    throw refusal(
      `\`${text}\` is not a CIDR block, prefix list (pl-...) or security group (sg-...): ${FORM}`,
    );
  return text.includes(':') ? { CidrIpv6: text } : { CidrIpv4: text };
}
