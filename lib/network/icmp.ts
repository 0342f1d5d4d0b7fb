// ICMP types and codes: as policies write them, and as people say them.
import type { Interval } from './intervals.ts';
import { ICMP, ICMPV6, locate, parseTraffic, printTraffic } from './ports.ts';

/**
 * What a type (`3`) or a code of a type (`3/4`) is called in words. With hyphens it is the name that policies use. From the IANA
 * registries; long names are cut to what tells them apart, and what is reserved or experimental is left out.
 */
const WORDS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  // https://www.iana.org/assignments/icmp-parameters
  [ICMP]: {
    '0': 'echo reply',
    '3': 'destination unreachable',
    '3/0': 'net unreachable',
    '3/1': 'host unreachable',
    '3/2': 'protocol unreachable',
    '3/3': 'port unreachable',
    '3/4': 'fragmentation needed',
    '3/5': 'source route failed',
    '3/6': 'destination network unknown',
    '3/7': 'destination host unknown',
    '3/8': 'source host isolated',
    '3/9': 'network administratively prohibited',
    '3/10': 'host administratively prohibited',
    '3/11': 'network unreachable for type of service',
    '3/12': 'host unreachable for type of service',
    '3/13': 'communication administratively prohibited',
    '3/14': 'host precedence violation',
    '3/15': 'precedence cutoff in effect',
    '4': 'source quench',
    '5': 'redirect',
    '5/0': 'redirect for the network',
    '5/1': 'redirect for the host',
    '5/2': 'redirect for the type of service and network',
    '5/3': 'redirect for the type of service and host',
    '8': 'echo request',
    '9': 'router advertisement',
    '10': 'router solicitation',
    '11': 'time exceeded',
    '11/0': 'time to live exceeded in transit',
    '11/1': 'fragment reassembly time exceeded',
    '12': 'parameter problem',
    '12/0': 'pointer indicates the error',
    '12/1': 'missing a required option',
    '12/2': 'bad length',
    '13': 'timestamp',
    '14': 'timestamp reply',
    '15': 'information request',
    '16': 'information reply',
    '17': 'address mask request',
    '18': 'address mask reply',
    '30': 'traceroute',
    '40': 'photuris',
    '42': 'extended echo request',
    '43': 'extended echo reply',
  },
  // https://www.iana.org/assignments/icmpv6-parameters
  [ICMPV6]: {
    '1': 'destination unreachable',
    '1/0': 'no route to destination',
    '1/1': 'communication administratively prohibited',
    '1/2': 'beyond scope of source address',
    '1/3': 'address unreachable',
    '1/4': 'port unreachable',
    '1/5': 'source address failed policy',
    '1/6': 'reject route to destination',
    '1/7': 'error in source routing header',
    '1/8': 'headers too long',
    '2': 'packet too big',
    '3': 'time exceeded',
    '3/0': 'hop limit exceeded in transit',
    '3/1': 'fragment reassembly time exceeded',
    '4': 'parameter problem',
    '4/0': 'erroneous header field',
    '4/1': 'unrecognized next header',
    '4/2': 'unrecognized option',
    '128': 'echo request',
    '129': 'echo reply',
    '130': 'multicast listener query',
    '131': 'multicast listener report',
    '132': 'multicast listener done',
    '133': 'router solicitation',
    '134': 'router advertisement',
    '135': 'neighbor solicitation',
    '136': 'neighbor advertisement',
    '137': 'redirect',
    '138': 'router renumbering',
    '139': 'node information query',
    '140': 'node information response',
    '141': 'inverse neighbor discovery solicitation',
    '142': 'inverse neighbor discovery advertisement',
    '143': 'version 2 multicast listener report',
    '144': 'home agent address discovery request',
    '145': 'home agent address discovery reply',
    '146': 'mobile prefix solicitation',
    '147': 'mobile prefix advertisement',
    '148': 'certification path solicitation',
    '149': 'certification path advertisement',
    '151': 'multicast router advertisement',
    '152': 'multicast router solicitation',
    '153': 'multicast router termination',
    '157': 'duplicate address request',
    '158': 'duplicate address confirmation',
    '160': 'extended echo request',
    '161': 'extended echo reply',
  },
};

/** The registry of ICMP calls type 8 `Echo`, that of ICMPv6 type 128 `Echo Request`: both names work for both. */
const ALIASES: Readonly<Record<number, readonly (readonly [name: string, selection: string])[]>> = {
  [ICMP]: [['echo', '8']],
  [ICMPV6]: [['echo', '128']],
};

/** Types of which the registries know no code but 0. */
const CODELESS: Readonly<Record<number, readonly number[]>> = {
  [ICMP]: [0, 4, 8, 10, 13, 14, 15, 16, 17, 18, 42],
  [ICMPV6]: [2, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 160],
};

/** The protocols that have types and codes. */
export const ICMP_PROTOCOLS: readonly number[] = [ICMP, ICMPV6];

const BY_NAME = new Map(
  ICMP_PROTOCOLS.map((protocol) => {
    const named = Object.entries(WORDS[protocol] ?? {});
    const names = named.map(([selection, words]) => [words.replaceAll(' ', '-'), selection] as const);
    return [protocol, new Map([...names, ...(ALIASES[protocol] ?? [])])];
  }),
);

/** Every name of a type or code in either protocol. */
export const ICMP_NAMES: readonly string[] = [
  ...new Set([...BY_NAME.values()].flatMap((names) => [...names.keys()])),
];

/** Reads `8` (a type, all its codes), `3/4` (one code), or a name; undefined for what the protocol does not have. */
export function parseIcmpType(protocol: number, value: string | number): Interval<number> | undefined {
  const text = BY_NAME.get(protocol)?.get(String(value)) ?? String(value);
  const [, type, code] = /^(0|[1-9]\d{0,2})(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  return type === undefined ? undefined : parseTraffic(String(protocol), Number(type), Number(code ?? -1));
}

/** `8`, `3/4`, as a policy writes one type, or one code of it. */
export function printIcmpType(traffic: Interval<number>): string {
  const { FromPort: type, ToPort: code } = printTraffic(traffic);
  return code === -1 ? `${type}` : `${type}/${code}`;
}

/** `echo request`, the registered words for a type, or for one code of it; undefined where it has none. */
export function icmpWords(protocol: number, selection: string): string | undefined {
  return WORDS[protocol]?.[selection];
}

/** True for a code other than 0 of a type that has no other. */
export function isUnusedCode(protocol: number, selection: string): boolean {
  const [type, code = '0'] = selection.split('/');
  return code !== '0' && CODELESS[protocol]?.includes(Number(type)) === true;
}

/** `ICMP fragmentation needed (3/4)`, `ICMP echo request (8)`, `ICMPv6 type 200 (200)`, of one type or one code of it. */
export function icmpInWords(traffic: Interval<number>): string {
  const { protocol } = locate(traffic[0]);
  const selection = printIcmpType(traffic);
  const [type = ''] = selection.split('/');
  const words = icmpWords(protocol, selection) ?? icmpWords(protocol, type) ?? `type ${type}`;
  return `${protocol === ICMP ? 'ICMP' : 'ICMPv6'} ${words} (${selection})`;
}
