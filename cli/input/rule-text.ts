// A rule as people write it on a command line: `tcp 22 0.0.0.0/0`.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { parseCidr } from '../../lib/network/cidr.ts';
import { parseIcmpType } from '../../lib/network/icmp.ts';
import { hasPorts, hasTypes, parseProtocol, printTraffic } from '../../lib/network/ports.ts';
import { parsePortRange } from '../../lib/network/services.ts';
import { InputError } from './input.ts';

const FORM =
  'write it as `tcp 22 0.0.0.0/0`: protocol, port or range (none for `all` and protocols without ports), and a CIDR block, a prefix list or ' +
  'a security group; for an outbound rule, begin with `egress`';

/** Reads `tcp 22 0.0.0.0/0`, `egress udp 1024-65535 pl-0abc`, `all sg-0abc`, `icmp echo ::/0`; throws InputError. */
export function parseRuleText(text: string): AwsSecurityGroupRule {
  const words = text.trim().split(/\s+/);
  const isEgress = words[0] === 'egress';
  const [protocol = '', ...rest] = isEgress || words[0] === 'ingress' ? words.slice(1) : words;
  const peer = rest.at(-1);
  const traffic = trafficOf(protocol, rest.slice(0, -1));
  if (peer === undefined || traffic === undefined)
    throw new InputError(`--rule: \`${text}\` is no rule: ${FORM}`);
  return { IsEgress: isEgress, ...traffic, ...peerOf(peer) };
}

function trafficOf(text: string, selection: readonly string[]): AwsSecurityGroupRule | undefined {
  const protocol = parseProtocol(text);
  const [only, ...more] = selection;
  if (protocol === undefined || more.length > 0) return undefined;
  if (protocol === 'all') return only === undefined ? { IpProtocol: '-1' } : undefined;
  if (only === undefined) return hasPorts(protocol) ? undefined : { IpProtocol: text.toLowerCase() };
  if (hasTypes(protocol)) {
    const types = parseIcmpType(protocol, only);
    return types && printTraffic(types);
  }
  const ports = hasPorts(protocol) ? parsePortRange(only) : undefined;
  return ports && { IpProtocol: text.toLowerCase(), FromPort: ports[0], ToPort: ports[1] };
}

function peerOf(text: string): AwsSecurityGroupRule {
  if (/^pl-[\da-f]+$/.test(text)) return { PrefixListId: text };
  if (/^sg-[\da-f]+$/.test(text)) return { ReferencedGroupInfo: { GroupId: text } };
  if (parseCidr(text) === undefined)
    throw new InputError(
      `--rule: \`${text}\` is no CIDR block, prefix list (pl-...) or security group (sg-...)`,
    );
  return text.includes(':') ? { CidrIpv6: text } : { CidrIpv4: text };
}
