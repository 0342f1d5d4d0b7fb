// How the work of judging grows with its input: counted in operations, not in time. An operation is an interval that the arithmetic of
// sets is given, a search, or an interval that comes, goes or is added in a sweep.
import { afterAll, expect, it, vi } from 'vitest';
import type { BlockList } from '../lib/network/nat64.ts';
import type { Policy } from '../lib/policy/policy.ts';
import type { SecurityGroupRule } from '../lib/rule.ts';
import { CONTEXT } from './lib/context.ts';

const work = { operations: 0 };

vi.doMock('../lib/network/intervals.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../lib/network/intervals.ts')>();
  const counted = <F extends (...args: never[]) => unknown>(run: F) =>
    ((...args: Parameters<F>) => {
      const sets = args.filter((arg: unknown): arg is Parameters<F>[number] & unknown[] =>
        Array.isArray(arg),
      );
      work.operations += sets.reduce((sum, set) => sum + (set as readonly unknown[]).length, 0);
      return run(...args);
    }) as F;
  const { toIntervals, union, intersection, minus, overlaps, within } = original;
  return {
    ...original,
    toIntervals: counted(toIntervals),
    union: counted(union),
    intersection: counted(intersection),
    minus: counted(minus),
    overlaps: counted(overlaps),
    within: counted(within),
    firstEndingAfter: (...args: Parameters<typeof original.firstEndingAfter>) => {
      work.operations += 1;
      return original.firstEndingAfter(...args);
    },
  };
});

vi.doMock('../lib/evaluate/coverage.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../lib/evaluate/coverage.ts')>();
  return {
    makeCoverage: (...args: Parameters<typeof original.makeCoverage>) => {
      const { change, size } = original.makeCoverage(...args);
      const changed: typeof change = (set, by) => {
        work.operations += set.length;
        change(set, by);
      };
      return { change: changed, size };
    },
  };
});

vi.doMock('../lib/evaluate/growing-set.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../lib/evaluate/growing-set.ts')>();
  return {
    ...original,
    grow: (...args: Parameters<typeof original.grow>) => {
      work.operations += args[1].length;
      original.grow(...args);
    },
  };
});

// Tests share their modules; these are loaded again, as mocked above, and nobody else gets them.
vi.resetModules();
const { evaluate } = await import('../lib/evaluate/evaluate.ts');
const { readPolicies } = await import('../lib/io/policy-files.ts');
const { parseBlockList } = await import('../lib/network/nat64.ts');
const { compilePolicy } = await import('../lib/policy/policy.ts');
const { policySchema } = await import('../lib/policy/schema.ts');
const { parseRule } = await import('../lib/rule.ts');
afterAll(() => {
  for (const file of ['network/intervals', 'evaluate/coverage', 'evaluate/growing-set'])
    vi.doUnmock(`../lib/${file}.ts`);
  vi.resetModules();
});

type Shape = (
  n: number,
) => readonly [
  rules: readonly SecurityGroupRule[],
  policies: readonly Policy[],
  lists?: ReadonlyMap<string, BlockList>,
];

const shipped = readPolicies('test/fixtures/shipped').map(compilePolicy);
const policy = (match: object, more: object = {}) =>
  compilePolicy(
    policySchema.parse({
      ...{ id: 'p', title: 'p', severity: 'high', description: 'p', match, action: 'revoke' },
      ...more,
    }),
  );
const world = policy({ source: 'world' });
const rule = (index: number, FromPort: number, ToPort: number, peer: object) =>
  parseRule({
    ...{ SecurityGroupRuleId: `sgr-${index}`, GroupId: 'sg-1', IsEgress: false, IpProtocol: 'tcp' },
    ...{ FromPort, ToPort, ...peer },
  });
const times = <T>(n: number, make: (index: number) => T) =>
  Array.from({ length: n }, (_, index) => make(index));
/** An IPv6 /32 and an IPv4 /12 by turns. */
const wide = (i: number) =>
  i % 2 === 1
    ? { CidrIpv6: `2a${(i % 250).toString(16).padStart(2, '0')}:${(i * 3).toString(16)}::/32` }
    : { CidrIpv4: `${20 + (i % 180)}.${(i % 16) * 16}.0.0/12` };
const narrow = (i: number) => `${20 + (i % 180)}.${(i * 37) % 256}.${(i * 91) % 256}.0/24`;
const entries = (n: number, from: number) =>
  parseBlockList(times(n, (i) => `${20 + ((i + from) >> 8)}.${(i + from) & 255}.0.0/17`));

const SHAPES: Readonly<Record<string, Shape>> = {
  'rules whose ports nest': (n) => [times(n, (i) => rule(i, i * 8, 65_535 - i * 8, wide(i))), shipped],
  'a staircase of ports': (n) => [times(n, (i) => rule(i, i * 20, i * 20 + 600, wide(i))), [world]],
  'many addresses, of which many are tolerated': (n) => [
    times(n, (i) => rule(i, 22, 22 + (i % 40), { CidrIpv4: narrow(i) })),
    [policy({ source: 'public', tolerate: { ipv4: 12 } })],
  ],
  'exceptions that name sources': (n) => [
    times(60, (i) => rule(i, i, 1000 - i, wide(i))),
    [
      policy(
        { source: 'world' },
        {
          exceptions: times(n, (i) => ({
            sources: [narrow(i), `list-${i % 5}`],
            ...{ reason: 'r', owner: 'o', expires: '2026-12-31' },
          })),
        },
      ),
    ],
    new Map(times(5, (i) => [`list-${i}`, entries(100, i * 100)] as const)),
  ],
  'long prefix lists': (n) => [
    times(60, (i) => rule(i, 22, 22 + i, { PrefixListId: `pl-0000000${i % 5}` })),
    shipped,
    new Map(times(5, (i) => [`pl-0000000${i}`, entries(n, i * n)] as const)),
  ],
  'many policies': (n) => [
    times(60, (i) => rule(i, 0, 65_535, wide(i))),
    times(n, (i) => policy({ protocol: ['tcp'], ports: [1000 + i * 7], source: 'world' })),
  ],
};

function operationsOf([rules, policies, prefixLists = new Map()]: ReturnType<Shape>): number {
  work.operations = 0;
  evaluate(rules, new Set(rules.map(({ id }) => id)), policies, { ...CONTEXT, prefixLists });
  return work.operations;
}

it.each(Object.entries(SHAPES))(
  'judging %s takes at most 2.3 times as much for twice as many',
  (_, shape) => {
    const [small, middle, large] = [128, 256, 512].map((n) => operationsOf(shape(n)));
    if (small === undefined || middle === undefined || large === undefined)
      throw new Error('three were asked');

    expect(middle / small).toBeLessThanOrEqual(2.3);
    expect(large / middle).toBeLessThanOrEqual(2.3);
  },
);
