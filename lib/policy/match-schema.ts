// What may be said of the rules that a policy forbids.
import { z } from 'zod';
import { listOf } from './list-schema.ts';
import { traffic, trafficIssue } from './traffic-schema.ts';
import { addresses } from './values.ts';

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
  ...traffic.shape,
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
  trafficIssue,
];

export const match = plainMatch.superRefine((value, context) => {
  for (const check of CHECKS) {
    const [key, message] = check(value) ?? [];
    if (key !== undefined && message !== undefined)
      context.addIssue({ code: 'custom', path: [key], message });
  }
});
