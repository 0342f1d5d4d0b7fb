// ICMP types that are valid and hardly what their author meant.
import { ICMP_PROTOCOLS, icmpWords, isUnusedCode } from '../network/icmp.ts';
import { printProtocol, protocolNumber } from '../network/ports.ts';
import type { TrafficDocument } from './traffic-schema.ts';

/** A message for each type that is a doubt. */
export function doubtfulIcmp({ protocol, icmp }: TrafficDocument): readonly string[] {
  if (icmp === undefined) return [];
  const protocols = Array.isArray(protocol) ? protocol.map(protocolNumber) : ICMP_PROTOCOLS;
  const types = Array.isArray(icmp) ? icmp : icmp.outside;
  return types.map(String).flatMap((type) => [...ambiguous(type, protocols), ...unused(type, protocols)]);
}

/** `8` is a ping to IPv4 and nothing to IPv6. */
function ambiguous(type: string, protocols: readonly number[]): readonly string[] {
  if (!/^\d/.test(type)) return [];
  const meanings = protocols.map(
    (number) => `${icmpWords(number, type) ?? 'unassigned'} in ${printProtocol(number)}`,
  );
  const isSame = new Set(protocols.map((number) => icmpWords(number, type))).size === 1;
  return isSame
    ? []
    : [`\`${type}\` is ${meanings.join(' and ')}: use a name, or a policy for each protocol`];
}

function unused(type: string, protocols: readonly number[]): readonly string[] {
  const [of = ''] = type.split('/');
  const isUnused = protocols.some((number) => isUnusedCode(number, type));
  return isUnused ? [`type ${of} has no code but 0: did you mean \`${of}\`, which is all its codes?`] : [];
}
