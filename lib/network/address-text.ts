// Addresses as text: RFC 4291 for reading, RFC 5952 for writing. Of IPv4 only four decimal numbers are read, as EC2 does: where one
// reader takes `010.0.0.1` as octal and another as decimal, a policy and a rule would mean two networks.

const DOT = 46;
const COLON = 58;
const ZERO = 48;
const A = 97;
/** Letters differ by it from their capitals. */
const LOWER_CASE = 32;
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
  const gap = text.indexOf('::');
  if (gap === -1) {
    const groups = groupsOf(text, 0, true);
    return groups?.length === GROUPS ? toInteger(groups, NO_GROUPS) : undefined;
  }
  const [before, after] = [groupsOf(text.slice(0, gap), 0, false), groupsOf(text, gap + 2, true)];
  if (before === undefined || after === undefined) return undefined;
  return before.length + after.length < GROUPS ? toInteger(before, after) : undefined;
}

const NO_GROUPS: readonly number[] = [];

/** The numbers of groups from a position on; only the last may be written as IPv4, which makes two of it. */
function groupsOf(text: string, from: number, isEnd: boolean): readonly number[] | undefined {
  const groups: number[] = [];
  for (let at = from; at < text.length; ) {
    const end = endOfGroup(text, at);
    if (isEnd && text.charCodeAt(end) === DOT) return withIpv4(groups, text.slice(at));
    // A colon at the end has no group after it.
    const isWhole = end === text.length || (text.charCodeAt(end) === COLON && end + 1 < text.length);
    if (end === at || end > at + 4 || !isWhole) return undefined;
    groups.push(readGroup(text, at, end));
    at = end + 1;
  }
  return groups;
}

function endOfGroup(text: string, from: number): number {
  let end = from;
  while (hexDigit(text.charCodeAt(end)) >= 0) end += 1;
  return end;
}

function readGroup(text: string, from: number, end: number): number {
  let value = 0;
  for (let at = from; at < end; at += 1) value = value * 16 + hexDigit(text.charCodeAt(at));
  return value;
}

function withIpv4(groups: readonly number[], text: string): readonly number[] | undefined {
  const ipv4 = parseIpv4(text);
  return ipv4 === undefined ? undefined : [...groups, Math.floor(ipv4 / 65_536), ipv4 % 65_536];
}

/** -1 for what is none. */
function hexDigit(code: number): number {
  if (code >= ZERO && code < ZERO + 10) return code - ZERO;
  const letter = (code | LOWER_CASE) - A;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

/** The bytes of the address that is read: to add up its groups as big integers would take longest. */
const BYTES = new DataView(new ArrayBuffer(GROUPS * 2));

/** With zeros between the groups before and those after. */
function toInteger(before: readonly number[], after: readonly number[]): bigint {
  BYTES.setBigUint64(0, 0n);
  BYTES.setBigUint64(GROUPS, 0n);
  for (let at = 0; at < before.length; at += 1) BYTES.setUint16(at * 2, before[at] ?? 0);
  const gap = GROUPS - after.length;
  for (let at = 0; at < after.length; at += 1) BYTES.setUint16((gap + at) * 2, after[at] ?? 0);
  return (BYTES.getBigUint64(0) << 64n) | BYTES.getBigUint64(GROUPS);
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
