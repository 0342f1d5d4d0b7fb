// The traffic that `match`, or an exception, may name: protocols, ports, and ICMP types.
import { z } from 'zod';
import { ICMP_NAMES, ICMP_PROTOCOLS, parseIcmpType } from '../network/icmp.ts';
import { hasPorts, printProtocol, protocolNumber } from '../network/ports.ts';
import { listOrOutside } from './list-schema.ts';
import { nearest } from './nearest.ts';
import { severalHint } from './value-hints.ts';
import { portRange, protocol } from './values.ts';

const icmpType = z
  .union([z.string(), z.number()])
  .superRefine((value, context) => {
    if (ICMP_PROTOCOLS.some((number) => parseIcmpType(number, value) !== undefined)) return;
    context.addIssue(`\`${value}\` is not an ICMP type${hintForIcmp(String(value))}`);
  })
  .meta({
    description: 'An ICMP type with all its codes, a type with one code, or the name of either by IANA',
    examples: ['echo', 8, '3/4', 'packet-too-big'],
  });

function hintForIcmp(text: string): string {
  const [, type] = /^(\d+)\/$/.exec(text) ?? [];
  if (type !== undefined) return `: write \`${type}\` for all its codes, or one of them behind the \`/\``;
  if (/^(-1|all|any)$/.test(text)) return ': leave `icmp` out for all types';
  if (/^\d+(\/\d+)?$/.test(text)) return ': types and codes are numbers from 0 to 255';
  const several = severalHint(text);
  if (several !== undefined) return `: ${several}`;
  const near = nearest(text, ICMP_NAMES);
  return near === undefined ? ': use 8, 3/4 or a name such as echo' : `, did you mean \`${near}\`?`;
}

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
