// Why a single value is none, and what was meant.
import { parseCidr, printCidr } from '../network/cidr.ts';
import { PROTOCOL_NAMES, parseProtocol } from '../network/ports.ts';
import { parsePortRange, SERVICE_NAMES } from '../network/services.ts';
import { nearest } from './nearest.ts';

const LAST_PORT = 65_535;

/** What to write instead of a text that is no port, range or service. */
export function portHint(text: string): string {
  const meant = swapped(text) ?? text.replace(/^(\d+) *(?:-|–|:|\.\.|to) *(\d+)$/, '$1-$2').toLowerCase();
  if (meant !== text && parsePortRange(meant) !== undefined) return `did you mean \`${meant}\`?`;
  const named = NAMED_OTHERWISE.get(text.toLowerCase());
  if (named !== undefined) return named;
  if (/^[a-z]+\/\d+$|^\d+\/[a-z]+$/i.test(text))
    return 'write the protocol in `protocol`, and only the port here';
  if ((text.match(/\d+/g) ?? []).some((port) => Number(port) > LAST_PORT)) return `ports end at ${LAST_PORT}`;
  return severalHint(text) ?? nearestHint(text, SERVICE_NAMES) ?? 'use 22, 8000-8100 or ssh';
}

const ANY_PORT = 'leave `ports` out for any port';
/** Names that mean another port to people than to IANA, and words for all ports. */
const NAMED_OTHERWISE: ReadonlyMap<string, string> = new Map([
  ['winrm', 'IANA calls 5985 `wsman` and 5986 `wsmans`'],
  ['oracle', 'write 1521'],
  ...['-1', '*', 'all', 'any'].map((word) => [word, ANY_PORT] as const),
]);

function swapped(text: string): string | undefined {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  return from !== undefined && Number(from) > Number(to) ? `${to}-${from}` : undefined;
}

/** What to write instead of a text that is no protocol. */
export function protocolHint(text: string): string {
  if (['icmp6', 'icmpv4', 'ipv6-icmp'].includes(text.toLowerCase())) {
    return `did you mean \`${text.includes('6') ? 'icmpv6' : 'icmp'}\`?`;
  }
  const [, name] = /^([a-z]+)[/ ]\d/i.exec(text) ?? [];
  if (name !== undefined && parseProtocol(name) !== undefined) return 'write the ports in `ports`';
  if (parsePortRange(text) !== undefined) return `that is a service or a port: write it in \`ports\``;
  if (['*', 'any'].includes(text)) return 'leave `protocol` out for any';
  return severalHint(text) ?? nearestHint(text, PROTOCOL_NAMES) ?? 'use a name such as tcp, or 0 to 255';
}

/** What to write instead of a text that is no CIDR block. */
export function blockHint(text: string): string | undefined {
  if (/^(world|public|any)$/.test(text))
    return `\`outside\` lists what is allowed: write \`${text}\` alone to forbid it`;
  if (/^sg-/.test(text)) return 'references to security groups are not addresses, and stay allowed';
  const [address = '', length = ''] = text.split('/');
  const several = severalHint(text);
  if (several !== undefined) return several;
  if (/^[\d.]+-[\d.]+$/.test(text)) return 'write a range of addresses as CIDR blocks';
  if (/^[\d.]+$/.test(address)) return ipv4Hint(address.split('.'), length);
  return address.includes(':') && Number(length) > 128
    ? 'the prefix length of IPv6 is at most 128'
    : undefined;
}

function ipv4Hint(numbers: readonly string[], length: string): string | undefined {
  const exact = numbers.map(Number);
  const tooLarge = exact.find((number) => number > 255);
  if (tooLarge !== undefined) return `${tooLarge} is more than 255`;
  const address = [...exact, 0, 0, 0].slice(0, Math.max(4, exact.length)).join('.');
  const prefix = length.includes('.') ? prefixOf(length) : length;
  if (Number(prefix) > 32) return 'the prefix length of IPv4 is at most 32';
  const meant = parseCidr(prefix === '' ? address : `${address}/${prefix}`);
  return meant === undefined ? undefined : `did you mean \`${printCidr(meant)}\`?`;
}

/** `255.255.0.0` is /16. */
function prefixOf(netmask: string): string | undefined {
  const bits = netmask
    .split('.')
    .map((number) => Number(number).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? String(bits.indexOf('0') === -1 ? bits.length : bits.indexOf('0')) : undefined;
}

/** What to write instead of a text that stands for a list, and may be none: several words, or `-a` for `- a`. */
export function listHint(text: string, between?: RegExp): string {
  if (text.startsWith('-'))
    return 'a dash needs a space behind it, and brackets around a text that begins with one';
  return severalHint(text, between) ?? 'put brackets around it';
}

/** `22, 80` is one text to YAML. */
export function severalHint(text: string, between = /[,\s]/): string | undefined {
  const parts = text.split(between).flatMap((part) => part.trim() || []);
  return parts.length > 1 ? `write a list: [${parts.join(', ')}]` : undefined;
}

function nearestHint(text: string, words: readonly string[]): string | undefined {
  const near = nearest(text, words);
  return near === undefined ? undefined : `did you mean \`${near}\`?`;
}
