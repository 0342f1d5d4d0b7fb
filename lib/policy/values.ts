// The single values of the policy language: what may be written, and why something else may not.
import { z } from 'zod';
import { type Cidr, parseCidr, printCidr } from '../network/cidr.ts';
import { parseProtocol } from '../network/ports.ts';
import { parsePortRange } from '../network/services.ts';
import { dayHint, parseDay } from './day.ts';
import { graceHint, parseGrace } from './grace.ts';
import { isListReference } from './list-names.ts';
import { blockHint, listHint, portHint, protocolHint } from './value-hints.ts';

export const protocol = z
  .union([z.string(), z.number()])
  .superRefine((value, context) => {
    const parsed = parseProtocol(String(value));
    if (parsed === undefined)
      context.addIssue(`\`${value}\` is not a protocol: ${protocolHint(String(value))}`);
    if (parsed === 'all') {
      context.addIssue(
        `\`${value}\` is not a single protocol: leave \`protocol\` out for any, or use \`outside\``,
      );
    }
  })
  .meta({ description: 'A protocol, by name or IANA number', examples: ['tcp', 'udp', 'icmp', 50] });

export const portRange = z
  .union([z.string(), z.number()])
  .superRefine((value, context) => {
    if (parsePortRange(value) !== undefined) return;
    context.addIssue(`\`${value}\` is not a port, range or service: ${portHint(String(value))}`);
  })
  .meta({
    description: 'A port, a range of ports, or a service by its name',
    examples: [22, '8000-8100', 'ssh'],
  });

export const block = z
  .string()
  .superRefine((text, context) => {
    for (const message of blockIssues(text, 'CIDR block')) context.addIssue(message);
  })
  .meta({
    description: 'A CIDR block, IPv4 or IPv6, without host bits',
    examples: ['10.0.0.0/8', '2001:db8::/32'],
  });

const MALFORMED_LIST =
  'the id of a prefix list has eight or seventeen hexadecimal digits, such as pl-0123456789abcdef0';

/** Something among allowed addresses: a block, a prefix list, `private` or `vpc`. */
export const addresses = z.string().superRefine((text, context) => {
  if (text === 'private' || text === 'vpc') return;
  for (const message of referenceIssues(text, 'CIDR block, prefix list, `private` or `vpc`'))
    context.addIssue(message);
});

/** Where an exception holds: a block or a prefix list. */
export const excusedSource = z.string().superRefine((text, context) => {
  for (const message of referenceIssues(text, 'CIDR block or prefix list')) context.addIssue(message);
});

function referenceIssues(text: string, what: string): readonly string[] {
  if (isListReference(text)) return [];
  const why = whyNoList(text);
  return why === undefined ? blockIssues(text, what) : [why];
}

/** Why what was meant to be a prefix list is none; undefined for what was not meant to be one. */
function whyNoList(text: string): string | undefined {
  return text.startsWith('pl-') ? `\`${text}\` is not a prefix list: ${MALFORMED_LIST}` : undefined;
}

export const accountId = z
  .string({
    error: ({ input }) =>
      Number.isSafeInteger(input) ? `an account id needs quotes: "${inFull(Number(input))}"` : undefined,
  })
  .regex(/^\d{12}$/, { error: ({ input }) => `an account id has twelve digits${accountHint(String(input))}` })
  .meta({ examples: ['111122223333'] });

/** `*` stands for any text; no other wildcard exists. */
export const glob = z
  .string()
  .min(1)
  .refine((text) => !text.startsWith('!'), 'a pattern cannot be negated with `!`')
  .meta({ description: 'A text in which * stands for any text', examples: ['web-*'] });

/** A pattern without the list: not what looks like several, or like an item whose dash has no space. */
export const lonePattern = glob.refine((text) => !/^-|[,\s]/.test(text), {
  error: ({ input }) => `\`${input}\` is one text: ${listHint(String(input))}`,
});

export const reference = z.string().min(1);
/** A reference without the list: `CIS 5.3`, but not `CIS 5.3, EC2.13`, which are two. */
export const loneReference = reference.refine((text) => !/^-|,/.test(text), {
  error: ({ input }) => `\`${input}\` is one text: ${listHint(String(input), /,/)}`,
});

export const groupId = z
  .string()
  .regex(/^sg-[0-9a-z]+$/, 'a security group is named by its id, such as sg-0123456789abcdef0');
export const vpcId = z
  .string()
  .regex(/^vpc-[0-9a-z]+$/, 'a VPC is named by its id, such as vpc-0123456789abcdef0');

export const day = z
  .string()
  .refine((text) => parseDay(text) !== undefined, { error: ({ input }) => dayHint(String(input)) })
  .meta({
    description: 'The last day (UTC) on which the exception holds',
    examples: ['2027-01-01'],
    format: 'date',
  });

export const grace = z
  .string({
    error: ({ input }) =>
      input instanceof Object
        ? 'write one time here, 1m to 15m'
        : `\`${input}\` is not a grace period: ${graceHint(String(input))}`,
  })
  .refine((text) => parseGrace(text) !== undefined, {
    error: ({ input }) => `\`${input}\` is not a grace period: ${graceHint(String(input))}`,
  })
  .meta({
    description: 'How long people have after the report before the rule is revoked, 1m to 15m',
    examples: ['10m'],
    pattern: '^([1-9]|1[0-5])m$',
  });

function blockIssues(text: string, what: string): readonly string[] {
  const cidr = parseCidr(text);
  if (cidr === undefined) return [noBlock(text, what)];
  if (isExact(text, cidr)) return [];
  return [`\`${text}\` has host bits or no prefix length, did you mean \`${printCidr(cidr)}\`?`];
}

/** Why a text is no block, and what to write. */
export function noBlock(text: string, what = 'CIDR block'): string {
  return `\`${text}\` is not a ${what}: ${blockHint(text) ?? 'write one such as 10.0.0.0/8 or 2001:db8::/32'}`;
}

function isExact(text: string, { addresses: [start], prefixLength }: Cidr): boolean {
  const [address = '', length] = text.split('/');
  return length === String(prefixLength) && parseCidr(address)?.addresses[0] === start;
}

/** The number that YAML has made of an account id has lost the zeros at its front. */
function inFull(account: number): string {
  return String(account).padStart(12, '0');
}

function accountHint(text: string): string {
  const digits = text.replaceAll('-', '');
  const [, ofArn] = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(text) ?? [];
  if (ofArn !== undefined) return `: write "${ofArn}"`;
  if (/^\d{12}$/.test(digits)) return ` and no hyphens: "${digits}"`;
  return /^\d{9,11}$/.test(text)
    ? `: this has ${text.length}, did it lose a zero at its front, "${text.padStart(12, '0')}"?`
    : '';
}
