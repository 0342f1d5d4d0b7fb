// Where a route table sends addresses, against an oracle that looks each address up by itself.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hop, Route } from '../../../lib/exposure/network.ts';
import { hopsOf } from '../../../lib/exposure/routes.ts';
import { blockSize, type Cidr } from '../../../lib/network/cidr.ts';
import { RUNS } from '../../runs.ts';

const HOPS: readonly Hop[] = ['internet', 'local', 'appliance', 'blackhole', 'elsewhere', 'unknown'];
/** What may still let an answer out. */
const OPEN: readonly (Hop | undefined)[] = ['internet', 'appliance', 'unknown'];
const LISTS = ['pl-1', 'pl-2'];

/** The blocks of the first 8 addresses, and one of all. */
const block: fc.Arbitrary<Cidr> = fc
  .tuple(fc.nat(7), fc.constantFrom(32, 31, 30, 29, 0))
  .map(([at, prefixLength]) => {
    const size = blockSize('ipv4', prefixLength);
    const start = BigInt(at) - (BigInt(at) % size);
    return { family: 'ipv4', prefixLength, addresses: [start, start + size] };
  });
const route: fc.Arbitrary<Route> = fc
  .record({
    destination: fc.oneof(
      { weight: 3, arbitrary: block },
      { weight: 2, arbitrary: fc.constantFrom(...LISTS) },
    ),
    hop: fc.constantFrom(...HOPS),
    isPropagated: fc.boolean(),
  })
  .map(({ destination, hop, isPropagated }) => {
    const own = typeof destination === 'string' ? 1 : 2;
    return { destination, hop, precedence: isPropagated ? 0 : own };
  });
const routes = fc.array(route, { maxLength: 6 });
const lists = fc
  .tuple(...LISTS.map(() => fc.array(block, { maxLength: 3 })))
  .map((of) => new Map(LISTS.map((id, i) => [id, of[i] ?? []])));

/** The hop of one address: of the routes with the longest prefix and then the highest precedence; where these differ, only whether an answer may get out. */
function hopOf(address: bigint, all: readonly Route[], known: ReadonlyMap<string, readonly Cidr[]>) {
  const holding = all.flatMap(({ destination, hop, precedence }) => {
    const blocks = typeof destination === 'string' ? (known.get(destination) ?? []) : [destination];
    return blocks
      .filter(({ addresses: [start, end] }) => start <= address && address < end)
      .map(({ prefixLength }) => ({ hop, rank: prefixLength * 3 + precedence }));
  });
  const best = Math.max(...holding.map(({ rank }) => rank));
  const hops = new Set(holding.filter(({ rank }) => rank === best).map(({ hop }) => hop));
  if (hops.size <= 1) return [...hops][0];
  return [...hops].some((hop) => OPEN.includes(hop)) ? 'unknown' : 'elsewhere';
}

const ADDRESSES = Array.from({ length: 10 }, (_, i) => BigInt(i));

/** The hops that an address is in; it should be one at most. */
function answersFor(address: bigint, ...args: Parameters<typeof hopsOf>): readonly Hop[] {
  const hops = hopsOf(...args);
  return HOPS.filter((hop) => hops[hop].some(([start, end]) => start <= address && address < end));
}

describe('the hops of a route table', () => {
  it('are those of each address', () => {
    fc.assert(
      fc.property(routes, lists, (all, known) => {
        const expected = ADDRESSES.map((address) => [hopOf(address, all, known) ?? []].flat());

        expect(ADDRESSES.map((address) => answersFor(address, all, 'ipv4', known))).toEqual(expected);
      }),
      RUNS,
    );
  });

  it('are right whatever an unread list holds: what is internet is, and what lets no answer out does not', () => {
    fc.assert(
      fc.property(routes, lists, fc.subarray(LISTS), (all, real, readable) => {
        const read = new Map([...real].filter(([id]) => readable.includes(id)));

        for (const address of ADDRESSES) {
          const [hop] = answersFor(address, all, 'ipv4', read);
          const really = hopOf(address, all, real);
          if (hop === 'internet') expect(really).toBe('internet');
          if (!OPEN.includes(hop)) expect(OPEN).not.toContain(really);
        }
      }),
      RUNS,
    );
  });

  it('of the other family are none', () => {
    fc.assert(
      fc.property(routes, lists, (all, known) => {
        expect(Object.values(hopsOf(all, 'ipv6', known)).flat()).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
