import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Interval,
  intersection,
  minus,
  overlaps,
  toIntervals,
  union,
  within,
} from '../../../lib/network/intervals.ts';

// A world of 24 numbers, small enough to ask each one.
const SIZE = 24;
const part = fc
  .tuple(fc.nat(SIZE - 1), fc.nat(SIZE - 1))
  .map(([a, b]): Interval<number> => [Math.min(a, b), Math.max(a, b) + 1]);
const parts = fc.array(part, { maxLength: 6 });

function members(intervals: readonly Interval<number>[]): boolean[] {
  return Array.from({ length: SIZE }, (_, n) => intervals.some(([start, end]) => start <= n && n < end));
}

function eachOf(
  a: readonly boolean[],
  b: readonly boolean[],
  claim: (a: boolean, b: boolean) => boolean,
): boolean[] {
  return a.map((inA, n) => claim(inA, b[n] === true));
}

describe('sets of numbers agree with asking every number', () => {
  it('for the set of given intervals, which comes out ascending and never touching', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const set = toIntervals(given);

        expect(members(set)).toEqual(members(given));
        expect(set.every(([start], i) => i === 0 || (set[i - 1]?.[1] ?? 0) < start)).toBe(true);
      }),
    );
  });

  it('for union, intersection and difference', () => {
    fc.assert(
      fc.property(parts, parts, (x, y) => {
        const [a, b] = [toIntervals(x), toIntervals(y)];
        const [inA, inB] = [members(a), members(b)];

        expect(members(union(a, b))).toEqual(eachOf(inA, inB, (p, q) => p || q));
        expect(members(intersection(a, b))).toEqual(eachOf(inA, inB, (p, q) => p && q));
        expect(members(minus(a, b))).toEqual(eachOf(inA, inB, (p, q) => p && !q));
      }),
    );
  });

  it('for the relations overlaps and within', () => {
    fc.assert(
      fc.property(parts, parts, (x, y) => {
        const [a, b] = [toIntervals(x), toIntervals(y)];

        expect(overlaps(a, b)).toBe(eachOf(members(a), members(b), (p, q) => p && q).includes(true));
        expect(within(a, b)).toBe(!eachOf(members(a), members(b), (p, q) => p && !q).includes(true));
      }),
    );
  });

  it('with one and the same form for equal sets, so that results can be computed with again', () => {
    fc.assert(
      fc.property(parts, parts, (x, y) => {
        const [a, b] = [toIntervals(x), toIntervals(y)];

        for (const set of [union(a, b), intersection(a, b), minus(a, b)])
          expect(toIntervals(set)).toEqual(set);
      }),
    );
  });
});

describe('intervals', () => {
  it('join where they touch', () => {
    expect(
      toIntervals([
        [5, 9],
        [1, 5],
      ]),
    ).toEqual([[1, 9]]);
  });

  it('work on big integers as on numbers', () => {
    expect(minus([[0n, 1n << 128n]], [[5n, 6n]])).toEqual([
      [0n, 5n],
      [6n, 1n << 128n],
    ]);
  });
});
