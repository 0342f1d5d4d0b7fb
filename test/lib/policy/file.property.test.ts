// A policy file means what it says, however it is written; what could be read otherwise is refused with its place.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS } from '../../runs.ts';
import { type Data, policyData } from './documents.ts';
import { read } from './read.ts';
import { AS_IT_STANDS, write } from './write.ts';

/** Ten thousand files in all. */
const HALF = { numRuns: Math.ceil(RUNS.numRuns / 2) };

const style = fc.array(fc.nat(999), { minLength: 31, maxLength: 31 });

/** Scalars that readers of YAML disagree about, or that stand for something else than their letters. */
const TRAPS = [
  ...'0x16 0o26 026 0b10110 22.0 2.2e1 1e3 +22 -0 .5 5. 2_2 1:30 22:30:00 99999999999999999999'.split(' '),
  ...'yes No on OFF y N true True null ~ .inf -.INF .NaN *a << = [22] {} [] 2027-1-1 2027-01-01'.split(' '),
  ...['2027-01-01T00:00:00Z', '!!str 22', '!!int "22"', '!!binary MjI=', '! 22', '!x 22', '!!float 22'],
  ...['!!null 22', '!!timestamp 2027-01-01', '&a 22', '{ 22: 22 }'],
];

/** The data with one of its texts or numbers replaced. */
function replaced(data: Data, pick: number, by: string): { readonly data: Data; readonly found: number } {
  if (typeof data !== 'object') return { data: pick === 0 ? by : data, found: 1 };
  let found = 0;
  const parts = Object.entries(data).map(([key, value]) => {
    const part = replaced(value, pick - found, by);
    found += part.found;
    return [key, part.data] as const;
  });
  const isList = Array.isArray(data);
  return { data: isList ? parts.map(([, part]) => part) : Object.fromEntries(parts), found };
}

describe('a policy file', () => {
  it('means what it says in every style: block and flow, quotes, escapes, order of keys, comments, line ends', () => {
    fc.assert(
      fc.property(policyData, style, (data, how) => {
        const text = write(data, how);

        expect(read(text), text).toEqual({ ok: true, value: data });
      }),
      HALF,
    );
  });

  it('with a scalar that readers disagree about means it letter for letter, or is refused with the place', () => {
    fc.assert(
      fc.property(policyData, style, fc.constantFrom(...TRAPS), fc.nat(99), (data, how, trap, at) => {
        const { found } = replaced(data, -1, '');
        const written = replaced(data, at % found, AS_IT_STANDS + trap).data;
        const literally = replaced(data, at % found, trap).data;

        const result = read(write(written, how));
        if (result.ok) expect(result.value).toEqual(literally);
      }),
      HALF,
    );
  });
});
