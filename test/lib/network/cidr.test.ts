import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressSet,
  BITS,
  countOf,
  type Family,
  parseCidr,
  printAddress,
  printCidr,
} from '../../../lib/network/cidr.ts';

const family = fc.constantFrom<Family>('ipv4', 'ipv6');
const block = family.chain((f) =>
  fc.record({
    family: fc.constant(f),
    address: fc.bigInt({ min: 0n, max: (1n << BigInt(BITS[f])) - 1n }),
    prefixLength: fc.nat(BITS[f]),
  }),
);

describe('a CIDR block', () => {
  it.each([
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['198.51.100.7/0', '0.0.0.0/0'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.168.1.1/32', '192.168.1.1/32'],
    ['192.168.1.1', '192.168.1.1/32'],
    ['::/0', '::/0'],
    ['2001:db8::/0', '::/0'],
    ['0:0:0:0:0:0:0:0/0', '::/0'],
    ['2001:0DB8:0000::1/32', '2001:db8::/32'],
    ['::ffff:192.0.2.1/128', '::ffff:c000:201/128'],
  ])('%s is the block %s', (text, canonical) => {
    const cidr = parseCidr(text);

    expect(cidr && printCidr(cidr)).toBe(canonical);
  });

  it.each([
    ['an empty text', ''],
    ['a short form', '10/8'],
    ['zero-padded octets', '010.0.0.0/8'],
    ['hexadecimal octets', '0x0a.0.0.0/8'],
    ['a number', '167772160/8'],
    ['an octet over 255', '256.0.0.0/8'],
    ['a prefix over 32', '10.0.0.0/33'],
    ['a prefix over 128', '::/129'],
    ['a zero-padded prefix', '10.0.0.0/08'],
    ['no prefix after the slash', '10.0.0.0/'],
    ['a zone id', 'fe80::1%eth0/64'],
    ['a space', ' 10.0.0.0/8'],
    ['two slashes', '10.0.0.0/8/8'],
    ['a name', 'localhost'],
  ])('is not %s', (_, text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it('is the same block again after printing and parsing, and holds the address it was written with', () => {
    fc.assert(
      fc.property(block, ({ family: f, address, prefixLength }) => {
        const cidr = parseCidr(`${printAddress(f, address)}/${prefixLength}`);
        if (cidr === undefined) throw new Error('a printed block must parse');
        const [start, end] = cidr.addresses;

        expect(parseCidr(printCidr(cidr))).toEqual(cidr);
        expect(cidr.family).toBe(f);
        expect(start <= address && address < end).toBe(true);
        expect(end - start).toBe(1n << BigInt(BITS[f] - prefixLength));
        expect(start % (end - start)).toBe(0n);
      }),
    );
  });

  it('is counted once however often it is given', () => {
    const cidr = parseCidr('10.0.0.0/8');

    expect(countOf(addressSet([cidr, cidr].filter((c) => c !== undefined)), 'ipv4')).toBe(16_777_216n);
  });

  it('of IPv4 is never in IPv6, even when it is written as a mapped address', () => {
    const mapped = parseCidr('::ffff:0.0.0.0/96');

    expect(mapped?.family).toBe('ipv6');
  });
});
