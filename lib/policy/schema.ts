// The one definition of what a policy file may say.
import { z } from 'zod';
import { type Cidr, parseCidr, printCidr } from '../cidr.ts';
import { hasPorts, parseProtocol } from '../ports.ts';

const protocol = z.union([z.string(), z.number()]).superRefine((value, context) => {
  const parsed = parseProtocol(String(value));
  if (parsed === undefined)
    context.addIssue(`\`${value}\` is no protocol: use a name such as tcp, or 0 to 255`);
  if (parsed === 'all') {
    context.addIssue(
      `\`${value}\` is no single protocol: leave \`protocol\` out for any, or use \`outside\``,
    );
  }
});

const portRange = z.union([z.string(), z.number()]).superRefine((value, context) => {
  const range = parsePortRange(value);
  if (range === undefined)
    context.addIssue(`\`${value}\` is no port or range: use 22 or 8000-8100, up to 65535`);
});

const block = z.string().superRefine((text, context) => {
  if (text === 'private') return;
  const cidr = parseCidr(text);
  if (cidr === undefined)
    context.addIssue(`\`${text}\` is no CIDR block such as 10.0.0.0/8, nor \`private\``);
  else if (!isExact(text, cidr)) {
    context.addIssue(`\`${text}\` has host bits or no prefix length, did you mean \`${printCidr(cidr)}\`?`);
  }
});

const listOf = <T extends z.ZodType>(item: T) => z.array(item).min(1);
const listOrOutside = <T extends z.ZodType>(item: T) =>
  z.union([listOf(item), z.strictObject({ outside: listOf(item) })]);

const peers = z.union([z.enum(['world', 'public', 'any']), z.strictObject({ outside: listOf(block) })], {
  error: 'a source or destination is `world`, `public`, `any` or `{ outside: [...] }`',
});

const prefixLengths = z.strictObject({
  ipv4: z.int().min(0).max(32).optional(),
  ipv6: z.int().min(0).max(128).optional(),
});

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

export const policySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id is lower-case words joined by hyphens'),
  title: z.string().min(1).max(120),
  severity: z.enum(['critical', 'high', 'medium', 'low']),
  description: z.string().min(1).max(2000),
  references: z.array(z.string().min(1)).default([]),
  match,
  action: z.enum(['revoke', 'notify']),
});

/** A policy as written: valid plain JSON with the defaults filled in; what the build ships. */
export type PolicyDocument = z.infer<typeof policySchema>;

/** Every key of the language, for suggestions. */
export const POLICY_KEYS: readonly string[] = [
  ...Object.keys(policySchema.shape),
  ...Object.keys(plainMatch.shape),
  ...Object.keys(prefixLengths.shape),
  'outside',
];

/** Reads `22` or `8000-8100`, both ends included. */
export function parsePortRange(value: string | number): readonly [from: number, to: number] | undefined {
  const [, from, to] = /^(0|[1-9]\d{0,4})(?:-(0|[1-9]\d{0,4}))?$/.exec(String(value)) ?? [];
  if (from === undefined) return undefined;
  const range = [Number(from), Number(to ?? from)] as const;
  return range[0] <= range[1] && range[1] <= 65_535 ? range : undefined;
}

function isExact(text: string, { addresses, prefixLength }: Cidr): boolean {
  const [address = '', length] = text.split('/');
  return length === String(prefixLength) && parseCidr(address)?.addresses[0] === addresses[0];
}
