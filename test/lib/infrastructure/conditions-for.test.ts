// Which conditions are said to decide.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conditionsFor } from '../../../lib/infrastructure/conditions-for.ts';
import { RUNS } from '../../runs.ts';

const NAMES = ['A', 'B', 'C'];

/** Every case of three conditions. */
const CASES = Array.from({ length: 8 }, (_, bits) => ({
  when: NAMES.map((name, index) => ((bits >> index) & 1 ? name : `not ${name}`)),
  rules: [],
}));

it('those that are said hold in all of the cases, and where one list of conditions tells these from the others, they do', () => {
  fc.assert(
    fc.property(fc.subarray(CASES, { minLength: 1 }), (holding) => {
      const said = conditionsFor(new Set(holding), CASES);
      const told = CASES.filter(({ when }) => said.every((one) => when.includes(one)));
      const isTold = told.length === holding.length && holding.every((one) => told.includes(one));

      // None can be left out.
      if (isTold) expect(8 / 2 ** said.length).toBe(holding.length);
      else expect(holding[0]?.when).toEqual(said);
    }),
    RUNS,
  );
});

it('none is said of what always holds, or where all conditions are decided', () => {
  expect(conditionsFor(new Set(CASES), CASES)).toEqual([]);
  expect(conditionsFor(new Set(CASES.slice(0, 1)), CASES.slice(0, 1))).toEqual([]);
});
