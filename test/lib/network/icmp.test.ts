// Types and codes as policies write them, and as people say them.
import { describe, expect, it } from 'vitest';
import {
  ICMP_NAMES,
  ICMP_PROTOCOLS,
  icmpInWords,
  parseIcmpType,
  printIcmpType,
} from '../../../lib/network/icmp.ts';
import { ICMP, ICMPV6, parseTraffic } from '../../../lib/network/ports.ts';

const CODES = [-1, ...Array.from({ length: 256 }, (_, code) => code)];
const TYPES = Array.from({ length: 256 }, (_, type) => type);

/** Every type, alone and with each of its codes. */
const everyOne = (protocol: number) =>
  TYPES.flatMap((type) =>
    CODES.map((code) => parseTraffic(String(protocol), type, code) ?? ([0, 0] as const)),
  );

describe.each(ICMP_PROTOCOLS)('of protocol %i', (protocol) => {
  it('each type, and each code of it, is read as it is printed', () => {
    const wrong = everyOne(protocol).filter(
      (one) => parseIcmpType(protocol, printIcmpType(one))?.join() !== one.join(),
    );

    expect(wrong).toEqual([]);
  });

  it('no two types or codes are said in the same words', () => {
    const said = everyOne(protocol).map(icmpInWords);

    expect(new Set(said).size).toBe(256 * 257);
  });

  it('no two names but those of echo stand for the same', () => {
    const read = ICMP_NAMES.filter((name) => name !== 'echo').flatMap((name) => {
      const one = parseIcmpType(protocol, name);
      return one === undefined ? [] : [one.join()];
    });

    expect(read.length).toBeGreaterThan(40);
    expect(new Set(read).size).toBe(read.length);
  });

  it('a plain type has all its codes', () => {
    expect(parseIcmpType(protocol, 8)).toEqual(parseTraffic(String(protocol), 8, -1));
    expect(parseIcmpType(protocol, '8')).toEqual(parseTraffic(String(protocol), 8, -1));
  });

  it.each(['256', '3/256', '-1', '3/', '/4', '3/4/5', '03', '3/04', '3.4', '', ' 3', 'constructor', 'ping'])(
    '`%s` is nothing',
    (text) => {
      expect(parseIcmpType(protocol, text)).toBeUndefined();
    },
  );
});

describe('a name', () => {
  it('is lower-case words, and of at least one of the two protocols', () => {
    const odd = ICMP_NAMES.filter(
      (name) =>
        !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ||
        ICMP_PROTOCOLS.every((protocol) => parseIcmpType(protocol, name) === undefined),
    );

    expect(odd).toEqual([]);
  });

  // Type and code as the registries have them: https://www.iana.org/assignments/icmp-parameters, .../icmpv6-parameters.
  it.each([
    ['echo', [8, -1], [128, -1]],
    ['echo-request', [8, -1], [128, -1]],
    ['echo-reply', [0, -1], [129, -1]],
    ['destination-unreachable', [3, -1], [1, -1]],
    ['port-unreachable', [3, 3], [1, 4]],
    ['communication-administratively-prohibited', [3, 13], [1, 1]],
    ['fragmentation-needed', [3, 4], undefined],
    ['packet-too-big', undefined, [2, -1]],
    ['redirect', [5, -1], [137, -1]],
    ['router-advertisement', [9, -1], [134, -1]],
    ['time-exceeded', [11, -1], [3, -1]],
    ['fragment-reassembly-time-exceeded', [11, 1], [3, 1]],
    ['parameter-problem', [12, -1], [4, -1]],
    ['timestamp', [13, -1], undefined],
    ['neighbor-solicitation', undefined, [135, -1]],
  ])('`%s` is %j for ICMP and %j for ICMPv6', (name, icmp, icmpv6) => {
    const of = (protocol: number, pair: readonly number[] | undefined) =>
      pair && parseTraffic(String(protocol), ...pair);

    expect(parseIcmpType(ICMP, name)).toEqual(of(ICMP, icmp));
    expect(parseIcmpType(ICMPV6, name)).toEqual(of(ICMPV6, icmpv6));
  });
});

it.each([
  ['icmp', 3, 4, 'ICMP fragmentation needed (3/4)'],
  ['icmp', 8, -1, 'ICMP echo request (8)'],
  ['icmp', 8, 0, 'ICMP echo request (8/0)'],
  ['icmp', 3, 99, 'ICMP destination unreachable (3/99)'],
  ['icmp', 200, -1, 'ICMP type 200 (200)'],
  ['icmp', 200, 7, 'ICMP type 200 (200/7)'],
  ['icmpv6', 2, -1, 'ICMPv6 packet too big (2)'],
  ['icmpv6', 2, 0, 'ICMPv6 packet too big (2/0)'],
])('%s of type %i and code %i is said as %s', (protocol, type, code, words) => {
  expect(icmpInWords(parseTraffic(protocol, type, code) ?? [0, 0])).toBe(words);
});
