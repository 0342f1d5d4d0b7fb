// A list of one may be written without its brackets, and says the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyKey } from '../../../lib/policy/policy-key.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { parseCases } from '../../../lib/report/policy-cases.ts';
import { RUNS } from '../../runs.ts';
import { type Data, policyData } from './documents.ts';
import { read } from './read.ts';
import { write } from './write.ts';

const style = fc.array(fc.nat(999), { minLength: 31, maxLength: 31 });

/** The data with its lists of one text or number written as that; `exceptions` are maps, and stay. */
function bare(data: Data): Data {
  if (typeof data !== 'object') return data;
  if (!Array.isArray(data)) {
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, bare(value)]));
  }
  const [only, ...more] = data;
  return more.length === 0 && (typeof only === 'string' || typeof only === 'number') ? only : data.map(bare);
}

/** Whether one of these lists holds a text that could be several, or an item whose dash has lost its space. */
function isDoubtful(data: Data): boolean {
  if (typeof data !== 'object') return false;
  const [only, ...more] = Array.isArray(data) ? data : [];
  if (typeof only === 'string' && more.length === 0) return /^-|[,\s]/.test(only);
  return Object.values(data).some(isDoubtful);
}

describe('a list of one', () => {
  it('is the same policy to the breaker', () => {
    const keyOf = (data: Data) => policySchema.transform(policyKey).safeParse(data).data;

    fc.assert(
      fc.property(policyData, (data) => {
        fc.pre(!isDoubtful(data));
        expect(keyOf(bare(data))).toBe(keyOf(data));
        expect(keyOf(data)).toMatch(/^p#/);
      }),
      RUNS,
    );
  });

  it('means the same without brackets, unless the text could be several', () => {
    fc.assert(
      fc.property(policyData, style, (data, how) => {
        const result = read(write(bare(data), how));

        if (!result.ok) expect(isDoubtful(data), JSON.stringify(result.issues)).toBe(true);
        else expect(result.value).toEqual(data);
      }),
      RUNS,
    );
  });

  it.each([
    ['names: web-*, db-*', 'one text'],
    ['names: web-* db-*', 'one text'],
    ['names:\n      web-*\n      db-*', 'one text'],
    ['names: -web-*', 'a dash needs a space'],
    ['names:\n', 'there is no value here'],
    ['names: 22', 'put it in quotes'],
    ['names: "!web-*"', 'cannot be negated'],
    ['ids: [[sg-0abc]]', 'write one text here, not a list'],
    ['ids: { sg-0abc: sg-0abc }', 'write one value here, or a list of them'],
  ])('that is %j is refused', (names, message) => {
    const result = read(
      `id: p\ntitle: t\nseverity: low\ndescription: d\nscope:\n  groups:\n    ${names}\nmatch: { source: any }\naction: notify\n`,
    );

    expect(result.ok ? [] : result.issues.map((issue) => issue.message)).toEqual([
      expect.stringContaining(message),
    ]);
  });

  it('is one in a test file, too', () => {
    const text = 'now: 2026-06-01\nprefixLists: { pl-00000abc: 10.0.0.0/8 }\nexceptions:\n';
    const exception = '  - { sources: pl-00000abc, reason: r, owner: o, expires: 2027-01-01 }\n';

    expect(parseCases('p.test.yaml', text + exception)).toMatchObject({
      ok: true,
      value: { exceptions: [{ sources: ['pl-00000abc'] }] },
    });
  });
});
