import { isIP } from 'node:net';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { parseIpv4, parseIpv6, printIpv4, printIpv6 } from '../../../lib/network/address-text.ts';
import { RUNS } from '../../runs.ts';

const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6();
const part = fc.oneof(
  fc.stringMatching(/^[0-9a-fA-F]{0,5}$/),
  fc.nat(300).map(String),
  fc.constantFrom('', '0', '00', '01', ':', '.', 'g', ' ', '%1', '-1', '0x1', '1e2'),
);
const damaged = fc
  .tuple(fc.oneof(ipv4, ipv6), fc.nat(40), fc.nat(3), part)
  .map(([text, at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));
const joined = fc
  .tuple(fc.constantFrom('.', ':', '::'), fc.array(part, { maxLength: 9 }))
  .map(([by, parts]) => parts.join(by));
const any = fc.oneof(ipv4, ipv6, damaged, joined);

/** IPv6 as a URL spells it: ipaddr.js takes `::192.0.2.1` for `::ffff:192.0.2.1`, against RFC 4291, section 2.5.5. */
function spelledByUrl(text: string): string {
  return text.includes(':') ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}

/** What others make of the text. Zone ids name an interface of one machine, and have no place in a rule. */
function readByOthers(text: string): bigint | undefined {
  if (isIP(text) === 0 || text.includes('%')) return undefined;
  const bytes = ipaddr.parse(spelledByUrl(text)).toByteArray();
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

describe('the text of an address', () => {
  it('is read as Node, URL and ipaddr.js read it, or by all of them as none', () => {
    fc.assert(
      fc.property(any, (text) => {
        const read = text.includes(':') ? parseIpv6(text) : parseIpv4(text);

        expect(read === undefined ? read : BigInt(read)).toBe(readByOthers(text));
      }),
      RUNS,
    );
  });

  it('is written as ipaddr.js writes it', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (text) => {
        const others = ipaddr.parse(spelledByUrl(text));
        const written = text.includes(':')
          ? printIpv6(parseIpv6(text) ?? 0n)
          : printIpv4(parseIpv4(text) ?? 0);

        expect(written).toBe(others instanceof ipaddr.IPv6 ? others.toRFC5952String() : others.toString());
      }),
      RUNS,
    );
  });
});
