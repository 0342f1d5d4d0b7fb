// Addresses as text: RFC 4291 for reading, RFC 5952 for writing. Of IPv4 only four decimal numbers are read, as EC2 does: where one
// reader takes `010.0.0.1` as octal and another as decimal, a policy and a rule would mean two networks.

const DOT = 46;
const ZERO = 48;
const OCTETS = 4;
const GROUPS = 8;

/** Four decimal numbers without zeros in front as one number; undefined for anything else. */
export function parseIpv4(text: string): number | undefined {
  let value = 0;
  let octet = -1;
  let octets = 1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT && octet >= 0 && octets < OCTETS) {
      value = value * 256 + octet;
      octet = -1;
      octets += 1;
    } else {
      octet = withDigit(octet, code - ZERO);
      if (octet < 0) return undefined;
    }
  }
  return octets === OCTETS && octet >= 0 ? value * 256 + octet : undefined;
}

/** An octet with one more digit; -1 where that is none. A digit after a zero is none either. */
function withDigit(octet: number, digit: number): number {
  if (digit < 0 || digit > 9 || octet === 0) return -1;
  const longer = octet < 0 ? digit : octet * 10 + digit;
  return longer > 255 ? -1 : longer;
}

/** Groups of hexadecimal digits, `::` for a run of zeros, perhaps IPv4 at the end; undefined for anything else, zone ids included. */
export function parseIpv6(text: string): bigint | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const [before, after] = [groupsOf(head, tail === undefined), groupsOf(tail ?? '', true)];
  if (before === undefined || after === undefined) return undefined;
  const missing = GROUPS - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return toInteger([...before, ...Array.from({ length: missing }, () => 0), ...after]);
}

/** The numbers of groups; only the last may be written as IPv4, which makes two of it. */
function groupsOf(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const ipv4 = isEnd && index === parts.length - 1 ? parseIpv4(part) : undefined;
      if (ipv4 === undefined) return undefined;
      groups.push(Math.floor(ipv4 / 65_536), ipv4 % 65_536);
    }
  }
  return groups;
}

function toInteger(groups: readonly number[]): bigint {
  const hex = groups.map((group) => group.toString(16).padStart(4, '0'));
  return BigInt(`0x${hex.join('')}`);
}

/** `192.0.2.1`. */
export function printIpv4(address: number): string {
  return [16_777_216, 65_536, 256, 1].map((unit) => Math.floor(address / unit) % 256).join('.');
}

/** Lower case, no zeros in front, the first of the longest runs of two or more zero groups as `::`. */
export function printIpv6(address: bigint): string {
  const hex = address.toString(16).padStart(32, '0').match(/.{4}/g) ?? [];
  const groups = hex.map((group) => group.replace(/^0{1,3}/, ''));
  const { start, length } = longestZeros(groups);
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

function longestZeros(groups: readonly string[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    const others = groups.slice(start).findIndex((group) => group !== '0');
    const length = others === -1 ? groups.length - start : others;
    if (length > longest.length) longest = { start, length };
  }
  return longest;
}
