import { describe, expect, it } from 'vitest';
import {
  type AddressSet,
  addressSet,
  countOf,
  intersectionOf,
  isEmpty,
  parseCidr,
} from '../../../lib/network/cidr.ts';
import { ALL_ADDRESSES, PRIVATE, PUBLIC, publicShare } from '../../../lib/network/internet.ts';

function setOf(...texts: string[]): AddressSet {
  return addressSet(texts.flatMap((text) => parseCidr(text) ?? []));
}

describe('the public internet', () => {
  it('has 3,702,258,432 IPv4 addresses', () => {
    expect(countOf(PUBLIC, 'ipv4')).toBe(3_702_258_432n);
  });

  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '11.0.0.0/8',
    '172.32.0.0/16',
    '100.128.0.0/10',
    '223.255.255.255',
    '2600::/12',
    '2002::/16',
  ])('holds %s', (text) => {
    expect(isEmpty(intersectionOf(setOf(text), PUBLIC))).toBe(false);
  });

  it.each([
    ...[
      '0.0.0.0/8',
      '10.0.0.0/8',
      '100.64.0.0/10',
      '127.0.0.1',
      '169.254.169.254',
      '172.16.0.0/12',
      '192.168.1.1',
    ],
    ...['192.0.2.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.7', '224.0.0.1', '255.255.255.255'],
    ...['::1', 'fc00::/7', 'fe80::/10', 'ff00::/8', '2001:db8::/32', '3fff::/20', '64:ff9b::/96', '4000::/2'],
  ])('does not hold %s', (text) => {
    expect(isEmpty(intersectionOf(setOf(text), PUBLIC))).toBe(true);
  });

  it('shares nothing with the private ranges', () => {
    expect(isEmpty(intersectionOf(PRIVATE, PUBLIC))).toBe(true);
  });

  it.each([
    ['0.0.0.0/0', 'ipv4', 1],
    ['::/0', 'ipv6', 1],
    ['2000::/3', 'ipv6', 1],
    ['10.0.0.0/8', 'ipv4', 0],
    ['8.0.0.0/8', 'ipv4', 16_777_216 / 3_702_258_432],
  ] as const)('is admitted by %s over %s to the share %d', (text, family, share) => {
    expect(publicShare(setOf(text), family)).toBe(share);
  });

  it('is admitted whole by its two halves together', () => {
    expect(publicShare(setOf('0.0.0.0/1', '128.0.0.0/1'), 'ipv4')).toBe(1);
    expect(publicShare(ALL_ADDRESSES, 'ipv4')).toBe(1);
  });
});
