// The traffic that `match`, or an exception, may name: protocols, ports, and ICMP types.
import { z } from 'zod';
import { ICMP_PROTOCOLS, parseIcmpType } from '../network/icmp.ts';
import { hasPorts, printProtocol, protocolNumber } from '../network/ports.ts';
import { listOrOutside } from './list-schema.ts';
import { icmpType, portRange, protocol } from './values.ts';

export const traffic = z.strictObject({
  protocol: listOrOutside(protocol).optional(),
  ports: listOrOutside(portRange).optional(),
  icmp: listOrOutside(icmpType).optional(),
});

/** Traffic as written. */
export type TrafficDocument = z.infer<typeof traffic>;

/** What no single key can tell: the key to blame and why; undefined where all is well. */
export function trafficIssue(
  document: TrafficDocument,
): readonly [key: keyof TrafficDocument, message: string] | undefined {
  const { ports, icmp } = document;
  if (ports !== undefined && icmp !== undefined) {
    return [
      'icmp',
      '`ports` and `icmp` are about different protocols: write one policy, or exception, for each',
    ];
  }
  if (ports !== undefined) return portsIssue(document);
  return icmp === undefined ? undefined : icmpIssue(document.protocol, icmp);
}

function portsIssue({ protocol: named }: TrafficDocument): readonly ['ports', string] | undefined {
  if (named === undefined) return undefined;
  if (!Array.isArray(named)) return ['ports', 'ports need `protocol` to be a list of tcp, udp or both'];
  const portless = named.find((name) => !hasPorts(protocolNumber(name)));
  if (portless === undefined) return undefined;
  const hint = ICMP_PROTOCOLS.includes(protocolNumber(portless)) ? ', its types are named by `icmp`' : '';
  return ['ports', `protocol \`${portless}\` has no ports: only tcp and udp do${hint}`];
}

function icmpIssue(
  named: TrafficDocument['protocol'],
  icmp: NonNullable<TrafficDocument['icmp']>,
): readonly ['icmp', string] | undefined {
  if (named !== undefined && !Array.isArray(named)) {
    return ['icmp', '`icmp` needs `protocol` to be a list of icmp, icmpv6 or both'];
  }
  const typeless = named?.find((name) => !ICMP_PROTOCOLS.includes(protocolNumber(name)));
  if (typeless !== undefined) {
    return ['icmp', `protocol \`${typeless}\` has no ICMP types: only icmp and icmpv6 do`];
  }
  const protocols = named?.map(protocolNumber) ?? ICMP_PROTOCOLS;
  const foreign = (Array.isArray(icmp) ? icmp : icmp.outside).find((type) =>
    protocols.every((number) => parseIcmpType(number, type) === undefined),
  );
  if (foreign === undefined) return undefined;
  const others = ICMP_PROTOCOLS.filter((number) => !protocols.includes(number)).map(printProtocol);
  return ['icmp', `\`${foreign}\` is a type of ${others.join()}, which \`protocol\` does not name`];
}
