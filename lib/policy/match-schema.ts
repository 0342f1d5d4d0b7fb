// What may be said of the rules that a policy forbids.
import { z } from 'zod';
import { isListId, isListReference } from './list-names.ts';
import { listOf } from './list-schema.ts';
import { noneOf } from './suggest.ts';
import { traffic, trafficIssue } from './traffic-schema.ts';
import { addresses } from './values.ts';

const PEERS = ['world', 'public', 'any'] as const;
const peers = z
  .union([z.enum(PEERS), z.strictObject({ outside: listOf(addresses) })], {
    error: ({ input }) => peersHint(input),
  })
  .meta({ description: 'The addresses that are forbidden' });

/** A source says what is forbidden; `source: 10.0.0.0/8` says what its author wants to allow. */
function peersHint(input: unknown): string | undefined {
  const all = 'write `world`, `public`, `any` or `{ outside: [...] }`';
  const [only, ...more] = [input].flat();
  if (input === null) return undefined;
  if (typeof only !== 'string') return all;
  const isPeers = PEERS.some((peers) => peers === only);
  if (isPeers && more.length === 0) return `write \`${only}\`, without the list`;
  // A word may be the name of a prefix list; more often it is meant for one of the three.
  const isWord = isListReference(only) && !isListId(only);
  if (!isWord && addresses.safeParse(only).success && !/^(0\.0\.0\.0|::)\/0$/.test(only))
    return `${all}: to allow these addresses alone, write { outside: [${[input].flat().join(', ')}] }`;
  return more.length === 0 ? noneOf(only, PEERS, all) : all;
}

const prefixLengths = z
  .strictObject({
    ipv4: z.int().min(0).max(32).optional(),
    ipv6: z.int().min(0).max(128).optional(),
  })
  .meta({ description: 'The widest reach that is accepted, as a prefix length' });

const plainMatch = z.strictObject({
  direction: z.enum(['ingress', 'egress']).default('ingress'),
  ...traffic.shape,
  source: peers.optional(),
  destination: peers.optional(),
  tolerate: prefixLengths.optional(),
  tolerateListed: prefixLengths
    .meta({ description: 'The widest reach that prefix lists may excuse, as a prefix length' })
    .optional(),
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
