import { describe, expect, it } from 'vitest';
import { overlaps } from '../../../lib/network/intervals.ts';
import {
  ALL_TRAFFIC,
  parseProtocol,
  parseTraffic,
  portTraffic,
  protocolTraffic,
  TCP,
  UDP,
} from '../../../lib/network/ports.ts';

const ssh = portTraffic(TCP, 22, 22);

describe('traffic', () => {
  it.each([
    ['tcp', 22, 22],
    ['TCP', 22, 22],
    ['6', 22, 22],
    ['tcp', 0, 65535],
    ['tcp', 20, 22],
    ['tcp', 22, 25],
    ['-1', undefined, undefined],
    ['-1', 0, 0],
    ['-1', 443, 443],
    ['-1', -1, -1],
  ])('of %s %s to %s includes SSH', (protocol, from, to) => {
    const traffic = parseTraffic(protocol, from, to);

    expect(traffic && overlaps([traffic], [ssh])).toBe(true);
  });

  it.each([
    ['tcp', 23, 65535],
    ['tcp', 0, 21],
    ['udp', 22, 22],
    ['17', 0, 65535],
    ['icmp', 22, 22],
    ['icmp', -1, -1],
    ['50', 22, 22],
    ['47', -1, -1],
  ])('of %s %s to %s does not include SSH', (protocol, from, to) => {
    const traffic = parseTraffic(protocol, from, to);

    expect(traffic && overlaps([traffic], [ssh])).toBe(false);
  });

  it('of ICMP is cut by type and code, and of all types without one', () => {
    const echo = parseTraffic('icmp', 8, -1);
    const one = parseTraffic('icmp', 8, 0);
    const all = parseTraffic('icmp', -1, -1);

    expect(one).toEqual([echo?.[0], (echo?.[0] ?? 0) + 1]);
    expect(all).toEqual(protocolTraffic(1));
    expect(overlaps([parseTraffic('icmp', 3, -1) ?? ALL_TRAFFIC], [echo ?? ALL_TRAFFIC])).toBe(false);
  });

  it('of a protocol without ports is the whole protocol, whatever ports are written', () => {
    expect(parseTraffic('50', 22, 22)).toEqual(protocolTraffic(50));
    expect(parseTraffic('132', 80, 80)).toEqual(protocolTraffic(132));
  });

  it.each([
    ['', 22, 22],
    ['tcpp', 22, 22],
    ['256', 22, 22],
    ['06', 22, 22],
    ['constructor', 22, 22],
    ['tcp', 23, 22],
    ['tcp', -2, 22],
    ['tcp', 0, 65536],
    ['udp', 1.5, 2],
    ['tcp', Number.NaN, 22],
    ['icmp', 256, 0],
    ['icmp', 8, 256],
  ])('of %s %s to %s cannot be read', (protocol, from, to) => {
    expect(parseTraffic(protocol, from, to)).toBeUndefined();
  });
});

describe('a protocol', () => {
  it.each([
    ['tcp', TCP],
    ['17', UDP],
    ['icmpv6', 58],
    ['esp', 50],
    ['-1', 'all'],
    ['all', 'all'],
    ['0', 0],
  ])('written %s is %s', (text, protocol) => {
    expect(parseProtocol(text)).toBe(protocol);
  });
});
