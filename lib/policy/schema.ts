// The one definition of what a policy file may say. What the editor completes is generated from it.
import { z } from 'zod';
import { hasPorts, parseProtocol } from '../network/ports.ts';
import {
  accountId,
  addresses,
  askForList,
  day,
  excusedSource,
  glob,
  groupId,
  portRange,
  protocol,
  vpcId,
} from './values.ts';

const listOf = <T extends z.ZodType>(item: T) =>
  z.array(item, { error: askForList }).min(1, 'name at least one');
const listOrOutside = <T extends z.ZodType>(item: T) =>
  z.union([listOf(item), z.strictObject({ outside: listOf(item) })], { error: askForList });

const groups = z
  .strictObject({
    ids: listOf(groupId).optional(),
    names: listOf(glob).optional(),
    tags: z
      .record(z.string(), glob)
      .refine((value) => Object.keys(value).length > 0, 'name at least one tag')
      .optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'name at least one of `ids`, `names` and `tags`')
  .meta({ description: 'Security groups for which all given keys hold' });

const scope = z
  .strictObject({
    accounts: listOf(accountId).optional(),
    regions: listOf(glob).optional(),
    vpcs: listOf(vpcId).optional(),
    groups: groups.optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'an empty `scope` is no scope: leave it out')
  .meta({ description: 'Where the policy applies: all given keys must hold; absent: everywhere' });

const peers = z
  .union([z.enum(['world', 'public', 'any']), z.strictObject({ outside: listOf(addresses) })], {
    error: 'a source or destination is `world`, `public`, `any` or `{ outside: [...] }`',
  })
  .meta({ description: 'The addresses that are forbidden' });

const prefixLengths = z
  .strictObject({
    ipv4: z.int().min(0).max(32).optional(),
    ipv6: z.int().min(0).max(128).optional(),
  })
  .meta({ description: 'The widest reach that is accepted, as a prefix length' });

const plainMatch = z.strictObject({
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
  ({ ports, protocol: named }) => {
    if (ports === undefined || named === undefined) return undefined;
    if (!Array.isArray(named)) return ['ports', 'ports need `protocol` to be a list of tcp, udp or both'];
    const portless = named.find((name) => !hasPorts(Number(parseProtocol(String(name)))));
    return portless === undefined
      ? undefined
      : ['ports', `protocol \`${portless}\` has no ports: only tcp and udp do`];
  },
];

const match = plainMatch.superRefine((value, context) => {
  for (const check of CHECKS) {
    const [key, message] = check(value) ?? [];
    if (key !== undefined && message !== undefined)
      context.addIssue({ code: 'custom', path: [key], message });
  }
});

const conditions = {
  groups: groups.optional(),
  accounts: listOf(accountId).optional(),
  vpcs: listOf(vpcId).optional(),
  sources: listOf(excusedSource).optional(),
  principals: listOf(glob).optional(),
};

const exception = z
  .strictObject({ ...conditions, reason: z.string().min(1), owner: z.string().min(1), expires: day })
  .refine((value) => Object.keys(conditions).some((key) => key in value), {
    error: `an exception names at least one of ${Object.keys(conditions).join(', ')}: else it would excuse everything`,
  })
  .meta({ description: 'What is excused until a day: all given conditions must hold' });

export const exceptionsSchema = z.array(exception, { error: askForList });

export const policySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id is lower-case words joined by hyphens')
    // `portcullis breaker release sweep` must not mean two things.
    .refine((id) => id !== 'sweep', 'this id stands for the sweep: choose another one'),
  title: z.string().min(1).max(120).meta({ description: 'The wanted state, in one sentence' }),
  severity: z.enum(['critical', 'high', 'medium', 'low']),
  description: z
    .string()
    .min(1)
    .max(2000)
    .meta({ description: 'Why, and what to do instead: the actor reads this' }),
  references: z.array(z.string().min(1), { error: askForList }).default([]),
  scope: scope.optional(),
  match,
  action: z.enum(['revoke', 'trim', 'notify']).meta({
    description: 'Revoke the rule, revoke only the part that is forbidden, or only report it',
  }),
  exceptions: exceptionsSchema.optional(),
});

/** A policy as written: valid plain JSON with the defaults filled in; what the build ships. */
export type PolicyDocument = z.infer<typeof policySchema>;

/** Every key of the language, for suggestions. */
export const POLICY_KEYS: readonly string[] = [
  ...Object.keys(policySchema.shape),
  ...Object.keys(scope.shape),
  ...Object.keys(groups.shape),
  ...Object.keys(plainMatch.shape),
  ...Object.keys(prefixLengths.shape),
  ...Object.keys(exception.shape),
  'outside',
];
