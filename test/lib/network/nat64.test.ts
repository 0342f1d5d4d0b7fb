// IPv4 destinations in the spelling of NAT64: what is allowed, and what is counted.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isEmpty,
  minusOf,
  NO_ADDRESSES,
  parseSet,
  printAddress,
  printSet,
  unionOf,
} from '../../../lib/network/cidr.ts';
import {
  asAllowed,
  asCounted,
  parseBlockList,
  printBlockList,
  translationOf,
  withNat64,
} from '../../../lib/network/nat64.ts';

const EGRESS = { direction: 'egress' } as const;
const INGRESS = { direction: 'ingress' } as const;
const PREFIX = 0x64_ff9bn << 96n;

function allowedBy(texts: readonly string[]) {
  return asAllowed(EGRESS, parseBlockList(texts));
}

/** Blocks that lie in NAT64, around it, next to it and elsewhere. */
const anyTexts = fc.array(
  fc.oneof(
    fc
      .tuple(fc.nat(0xffff_ffff), fc.integer({ min: 0, max: 32 }))
      .map(([at, length]) => `${printAddress('ipv4', BigInt(at))}/${length}`),
    fc
      .tuple(fc.nat(0xffff_ffff), fc.integer({ min: 96, max: 128 }))
      .map(([at, length]) => `${printAddress('ipv6', PREFIX + BigInt(at))}/${length}`),
    fc.integer({ min: 0, max: 96 }).map((length) => `64:ff9b::/${length}`),
    fc.constantFrom('64:ff9b:0:0:0:1::/96', '64:ff9b:1::/48', '2002::/16', '2600::/12', '::/0'),
  ),
  { maxLength: 4 },
);

describe('the count of what leaves', () => {
  it.each([
    [['64:ff9b::808:808'], ['8.8.8.8/32']],
    [['64:ff9b::/96'], ['0.0.0.0/0']],
    [['64:ff9b::/97', '64:ff9b::8000:0/97'], ['0.0.0.0/0']],
    [['64:ff9b::808:800/120', '8.8.8.0/25'], ['8.8.8.0/24']],
    [['64:ff9b::/95'], ['0.0.0.0/0', '64:ff9b::1:0:0/96']],
    [['64:ff9b:1::/48'], ['64:ff9b:1::/48']],
    [['2002:808:808::/48'], ['2002:808:808::/48']],
  ])('of %j is that of %j', (texts, counted) => {
    expect(printSet(asCounted(EGRESS, parseSet(texts)))).toEqual(counted);
  });

  it('holds each address of either line where the set holds one of its spellings', () => {
    fc.assert(
      fc.property(anyTexts, (texts) => {
        const set = parseSet(texts);

        const counted = asCounted(EGRESS, set);
        expect(asCounted(EGRESS, counted)).toEqual(counted);
        // Said in both spellings, it is as much as before.
        expect(asCounted(EGRESS, withNat64(counted))).toEqual(counted);
        expect(asCounted(EGRESS, withNat64(set))).toEqual(counted);
      }),
    );
  });

  it('is that of the set itself where nothing is translated', () => {
    const native = parseSet(['8.8.8.0/24', '2600::/12', '64:ff9b:1::/48', '64:ff9a::/32']);

    expect(asCounted(EGRESS, native)).toBe(native);
  });
});

describe('a list of what may be reached', () => {
  it.each([
    [['8.8.8.0/24'], ['8.8.8.0/24', '64:ff9b::808:800/120']],
    [['0.0.0.0/0'], ['0.0.0.0/0', '64:ff9b::/96']],
    [['64:ff9b::808:800/120'], ['64:ff9b::808:800/120']],
    [['64:ff9b::/96'], ['64:ff9b::/96']],
    [['64:ff9b::/95'], ['64:ff9b::1:0:0/96']],
    [
      ['0.0.0.0/0', '::/0'],
      ['0.0.0.0/0', '::/0'],
    ],
    [['64:ff9b::/96', '::/0'], ['::/0']],
    [['64:ff9b::/96', '64:ff9b::/95'], ['64:ff9b::/95']],
    [
      ['64:ff9b::/97', '64:ff9a:ffff:ffff:ffff:ffff::/96'],
      ['64:ff9a:ffff:ffff:ffff:ffff::/96', '64:ff9b::/97'],
    ],
    [['64:ff9b::/97', '64:ff9b::8000:0/97'], ['64:ff9b::/96']],
    [['2600::/12'], ['2600::/12']],
  ])('%j allows %j', (texts, allowed) => {
    expect(printSet(allowedBy(texts))).toEqual(allowed);
  });

  it('of all IPv6 allows nothing that is translated', () => {
    expect(asCounted(EGRESS, allowedBy(['::/0'])).ipv4).toEqual([]);
  });

  it('allows what each of its blocks allows, and no more', () => {
    fc.assert(
      fc.property(anyTexts, (texts) => {
        const each = texts.map((text) => allowedBy([text])).reduce(unionOf, NO_ADDRESSES);

        expect(printSet(allowedBy(texts))).toEqual(printSet(each));
      }),
    );
  });

  it('is the same list after it was printed and read', () => {
    fc.assert(
      fc.property(anyTexts, (texts) => {
        const list = parseBlockList(texts);

        expect(parseBlockList(printBlockList(list))).toEqual(list);
      }),
    );
  });

  it('allows no less with one block more', () => {
    fc.assert(
      fc.property(anyTexts, anyTexts, (some, more) => {
        const few = allowedBy(some);

        expect(isEmpty(minusOf(few, allowedBy([...more, ...some])))).toBe(true);
      }),
    );
  });
});

describe('what comes in', () => {
  it('is what it is written as', () => {
    fc.assert(
      fc.property(anyTexts, (texts) => {
        const set = parseSet(texts);

        expect(asCounted(INGRESS, set)).toEqual(set);
        const list = parseBlockList(texts);
        expect(asAllowed(INGRESS, list)).toEqual(set);
      }),
    );
  });
});

describe('the translation', () => {
  it.each([
    [PREFIX, '0.0.0.0'],
    [PREFIX + 0x0808_0808n, '8.8.8.8'],
    [PREFIX + 0xffff_ffffn, '255.255.255.255'],
    [PREFIX - 1n, undefined],
    [PREFIX + 0x1_0000_0000n, undefined],
  ])('of %d is %s', (address, ipv4) => {
    expect(translationOf(EGRESS, address)).toBe(ipv4);
    expect(translationOf(INGRESS, address)).toBeUndefined();
  });
});
