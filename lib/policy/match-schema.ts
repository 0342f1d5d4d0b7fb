// What may be said of the rules that a policy forbids.
import { z } from 'zod';
import { hasPorts, parseProtocol } from '../network/ports.ts';
import { listOf, listOrOutside } from './list-schema.ts';
import { addresses, portRange, protocol } from './values.ts';

const peers = z
  .union([z.enum(['world', 'public', 'any']), z.strictObject({ outside: listOf(addresses) })], {
    error: 'a source or destination is `world`, `public`, `any` or `{ outside: [...] }`',
  })
  .meta({ description: 'The addresses that are forbidden' });

export const prefixLengths = z
  .strictObject({
    ipv4: z.int().min(0).max(32).optional(),
    ipv6: z.int().min(0).max(128).optional(),
  })
  .meta({ description: 'The widest reach that is accepted, as a prefix length' });

export const plainMatch = z.strictObject({
  direction: z.enum(['ingress', 'egress']).default('ingress'),
  protocol: listOrOutside(protocol).optional(),
  ports: listOrOutside(portRange).optional(),
  source: peers.optional(),
  destination: peers.optional(),
  tolerate: prefixLengths.optional(),
});
type Match = z.infer<typeof plainMatch>;

/** What no single key can tell; each check answers the key it blames and why. */
const CHECKS: readonly ((match: Match) => readonly [key: string, message: string] | undefined)[] = [
  ({ direction, source, destination }) => {
    if (direction === 'ingress' && destination !== undefined) {
      return ['destination', 'an ingress policy says `source`, not `destination`'];
    }
    return direction === 'egress' && source !== undefined
      ? ['source', 'an egress policy says `destination`, not `source`']
      : undefined;
  },
  ({ direction, source, destination }) => {
    if (source !== undefined || destination !== undefined) return undefined;
    const key = direction === 'ingress' ? 'source' : 'destination';
    return [key, `an ${direction} policy needs \`${key}\``];
  },
  ({ source, destination, tolerate }) => {
    if (tolerate === undefined) return undefined;
    if ((source ?? destination) === 'world')
      return ['tolerate', '`world` has its own tolerance: use `public`'];
    return (source ?? destination) === 'any'
      ? ['tolerate', '`any` counts no addresses: use `public`']
      : undefined;
  },
  (said) => {
    const message = whyNoPorts(said);
    return message === undefined ? undefined : ['ports', message];
  },
];

export const match = plainMatch.superRefine((value, context) => {
  for (const check of CHECKS) {
    const [key, message] = check(value) ?? [];
    if (key !== undefined && message !== undefined)
      context.addIssue({ code: 'custom', path: [key], message });
  }
});

/** Why what is said of protocols leaves no room for ports; undefined where it does. */
export function whyNoPorts({
  ports,
  protocol: named,
}: Partial<Pick<Match, 'ports' | 'protocol'>>): string | undefined {
  if (ports === undefined || named === undefined) return undefined;
  if (!Array.isArray(named)) return 'ports need `protocol` to be a list of tcp, udp or both';
  const portless = named.find((name) => !hasPorts(Number(parseProtocol(String(name)))));
  return portless === undefined ? undefined : `protocol \`${portless}\` has no ports: only tcp and udp do`;
}
