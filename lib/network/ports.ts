// Protocols and ports as one number line.
//
// Every kind of traffic is a point: protocol number x 65,536 + selector. The selector is the port for TCP and
// UDP, type x 256 + code for ICMP and ICMPv6, and means nothing for protocols that have neither. So a rule's
// traffic is one interval ("-1" is the whole line), a policy's is a few, and every question about protocols and
// ports is a question about intervals. ICMP types are never mistaken for ports, and "-1" covers everything.
import { type Interval, within } from './intervals.ts';

export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;
export const ICMPV6 = 58;
export const GRE = 47;
export const ESP = 50;
export const AH = 51;
const SELECTORS = 65_536;
const PROTOCOLS = 256;
/** Of each ICMP type. */
const CODES = 256;

/** The names EC2 itself uses for protocols, and those that policies may use beside them (IANA keywords). */
const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = {
  icmp: ICMP,
  igmp: 2,
  ipip: 4,
  tcp: TCP,
  udp: UDP,
  dccp: 33,
  gre: GRE,
  esp: ESP,
  ah: AH,
  icmpv6: ICMPV6,
  ospf: 89,
  pim: 103,
  vrrp: 112,
  l2tp: 115,
  sctp: 132,
};

/** Every name of a protocol. */
export const PROTOCOL_NAMES: readonly string[] = Object.keys(PROTOCOL_NUMBERS);

/** EC2 writes these by name and all others by number. */
const EC2_NAMES: Readonly<Record<number, string>> = {
  [ICMP]: 'icmp',
  [TCP]: 'tcp',
  [UDP]: 'udp',
  [ICMPV6]: 'icmpv6',
};

/** Protocol and ports as EC2 writes them; ports are -1 where there are none. */
export interface EC2Traffic {
  readonly IpProtocol: string;
  readonly FromPort: number;
  readonly ToPort: number;
}

export const ALL_TRAFFIC: Interval<number> = [0, PROTOCOLS * SELECTORS];

/** Everything of one protocol. */
export function protocolTraffic(protocol: number): Interval<number> {
  return [protocol * SELECTORS, (protocol + 1) * SELECTORS];
}

/** The ports `from` to `to`, both included, of TCP or UDP. */
export function portTraffic(protocol: number, from: number, to: number): Interval<number> {
  return [protocol * SELECTORS + from, protocol * SELECTORS + to + 1];
}

/** Protocol and ports of an interval that is sayable in one part, as EC2 writes them: what parseTraffic reads back. */
export function printTraffic(traffic: Interval<number>): EC2Traffic {
  if (within([ALL_TRAFFIC], [traffic])) return { IpProtocol: '-1', FromPort: -1, ToPort: -1 };
  const { protocol, selector: from } = locate(traffic[0]);
  const IpProtocol = EC2_NAMES[protocol] ?? String(protocol);
  if (hasPorts(protocol)) return { IpProtocol, FromPort: from, ToPort: locate(traffic[1] - 1).selector };
  if (within([protocolTraffic(protocol)], [traffic])) return { IpProtocol, FromPort: -1, ToPort: -1 };
  // An ICMP type with all its codes, or with one.
  const code = traffic[1] - traffic[0] === 1 ? from % CODES : -1;
  return { IpProtocol, FromPort: Math.floor(from / CODES), ToPort: code };
}

/** The parts of an interval that are one rule each: of ICMP there are rules for all types, one type, or one code of it. */
export function sayableParts(traffic: Interval<number>): readonly Interval<number>[] {
  const { protocol } = locate(traffic[0]);
  if (!hasTypes(protocol) || within([protocolTraffic(protocol)], [traffic])) return [traffic];
  const parts: Interval<number>[] = [];
  for (let at = traffic[0]; at < traffic[1]; at = parts.at(-1)?.[1] ?? traffic[1]) {
    const isType = at % CODES === 0 && at + CODES <= traffic[1];
    parts.push([at, at + (isType ? CODES : 1)]);
  }
  return parts;
}

/** True for the two protocols whose FromPort and ToPort EC2 reads as ports. */
export function hasPorts(protocol: number): boolean {
  return protocol === TCP || protocol === UDP;
}

/** True for the two protocols whose FromPort and ToPort EC2 reads as type and code. */
export function hasTypes(protocol: number): boolean {
  return protocol === ICMP || protocol === ICMPV6;
}

/** ICMP does not exist over IPv6, nor ICMPv6 over IPv4. */
export function foreignTo(family: 'ipv4' | 'ipv6'): Interval<number> {
  return protocolTraffic(family === 'ipv4' ? ICMPV6 : ICMP);
}

/** Protocol and selector of a point on the line. */
export function locate(point: number): { protocol: number; selector: number } {
  return { protocol: Math.floor(point / SELECTORS), selector: point % SELECTORS };
}

/**
 * The traffic of EC2's IpProtocol, FromPort and ToPort; undefined when they make no sense together.
 * `-1` admits everything whatever the ports say. Other protocols than TCP, UDP and ICMP have no ports:
 * EC2 opens them whole, "regardless of any port range you specify"
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html).
 */
export function parseTraffic(ipProtocol: string, fromPort = -1, toPort = -1): Interval<number> | undefined {
  const protocol = parseProtocol(ipProtocol);
  if (protocol === undefined) return undefined;
  if (protocol === 'all') return ALL_TRAFFIC;
  if (hasPorts(protocol)) return parsePorts(protocol, fromPort, toPort);
  if (hasTypes(protocol)) return parseIcmp(protocol, fromPort, toPort);
  return protocolTraffic(protocol);
}

/** What EC2 takes for a protocol: names, numbers without zeros in front, and two words for all. */
const PROTOCOLS_BY_TEXT: ReadonlyMap<string, number | 'all'> = new Map<string, number | 'all'>([
  ...Array.from({ length: PROTOCOLS }, (_, number) => [String(number), number] as const),
  ...Object.entries(PROTOCOL_NUMBERS),
  ['-1', 'all'],
  ['all', 'all'],
]);

/** Reads `tcp`, `TCP`, `6`; `-1` and `all` are every protocol. Undefined for what is neither. */
export function parseProtocol(text: string): number | 'all' | undefined {
  return PROTOCOLS_BY_TEXT.get(text) ?? PROTOCOLS_BY_TEXT.get(text.toLowerCase());
}

/** The number of a single protocol that is known to be valid. */
export function protocolNumber(text: string | number): number {
  return Number(parseProtocol(String(text)));
}

/** The name of a protocol as people write it, or `protocol 99`. */
export function printProtocol(protocol: number): string {
  const known = Object.entries(PROTOCOL_NUMBERS).find(([, number]) => number === protocol);
  return known === undefined ? `protocol ${protocol}` : known[0];
}

function parsePorts(protocol: number, from: number, to: number): Interval<number> | undefined {
  if (from === -1 && to === -1) return protocolTraffic(protocol);
  const valid = isWhole(from, SELECTORS) && isWhole(to, SELECTORS) && from <= to;
  return valid ? portTraffic(protocol, from, to) : undefined;
}

function parseIcmp(protocol: number, type: number, code: number): Interval<number> | undefined {
  if (type === -1) return protocolTraffic(protocol);
  if (!isWhole(type, 256)) return undefined;
  const first = protocol * SELECTORS + type * CODES;
  if (code === -1) return [first, first + CODES];
  return isWhole(code, CODES) ? [first + code, first + code + 1] : undefined;
}

function isWhole(value: number, limit: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < limit;
}
