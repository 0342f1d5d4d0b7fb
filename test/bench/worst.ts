// Groups that whoever has a raised quota could build to keep the evaluator busy: milliseconds, and how they grow.
import { evaluate } from '../../lib/evaluate/evaluate.ts';
import { readPolicies } from '../../lib/io/policy-files.ts';
import { type BlockList, parseBlockList } from '../../lib/network/nat64.ts';
import { compilePolicy, type Policy } from '../../lib/policy/policy.ts';
import { policySchema } from '../../lib/policy/schema.ts';
import { parseRule, type SecurityGroupRule } from '../../lib/rule.ts';
import { CONTEXT } from '../lib/context.ts';
import { cpuTime, type Figure } from './table.ts';

interface Case {
  readonly rules: readonly SecurityGroupRule[];
  readonly policies: readonly Policy[];
  readonly lists?: ReadonlyMap<string, BlockList>;
}

const ROUNDS = 5;

const shipped = readPolicies('policies').map(compilePolicy);
const policy = (match: object, more: object = {}) =>
  compilePolicy(
    policySchema.parse({
      ...{ id: 'p', title: 'p', severity: 'high', description: 'p', match, action: 'revoke' },
      ...more,
    }),
  );
const times = <T>(n: number, make: (index: number) => T) =>
  Array.from({ length: n }, (_, index) => make(index));
const rule = (index: number, FromPort: number, ToPort: number, peer: object) =>
  parseRule({
    ...{ SecurityGroupRuleId: `sgr-${index}`, GroupId: 'sg-1', IsEgress: false, IpProtocol: 'tcp' },
    ...{ FromPort, ToPort, ...peer },
  });
/** An IPv6 /32 and an IPv4 /14 by turns. */
const wide = (i: number) =>
  i % 2 === 1
    ? { CidrIpv6: `2a${(i % 250).toString(16).padStart(2, '0')}:${(i * 3).toString(16)}::/32` }
    : { CidrIpv4: `${20 + (i % 180)}.${(i * 7) % 256}.0.0/14` };
const narrow = (i: number) => `${20 + (i % 180)}.${(i * 37) % 256}.${(i * 91) % 256}.0/24`;
const entries = (n: number, from: number) =>
  parseBlockList(times(n, (i) => `${20 + ((i + from) >> 8)}.${(i + from) & 255}.0.0/17`));
const nested = (n: number) => times(n, (i) => rule(i, i * 16, 65_535 - i * 16, wide(i)));
const terms = { reason: 'r', owner: 'o', expires: '2026-12-31' };

const WORST: Readonly<Record<string, Case>> = {
  '1,000 nested rules, shipped policies': { rules: nested(1000), policies: shipped },
  '1,000 nested rules, a policy for all traffic': {
    rules: nested(1000),
    policies: [policy({ source: 'world' })],
  },
  'a staircase of 1,000 rules': {
    rules: times(1000, (i) => rule(i, i * 20, i * 20 + 32_000, wide(i))),
    policies: [policy({ source: 'world' })],
  },
  '1,000 nested rules, many addresses tolerated': {
    rules: times(1000, (i) => rule(i, i * 16, 65_535 - i * 16, { CidrIpv4: narrow(i) })),
    policies: [policy({ source: 'public', tolerate: { ipv4: 15 } })],
  },
  '1,000 nested rules, 100 exceptions that name sources and lists': {
    rules: nested(1000),
    policies: [
      policy(
        { source: 'world' },
        { exceptions: times(100, (i) => ({ sources: [narrow(i), `list-${i % 10}`], ...terms })) },
      ),
    ],
    lists: new Map(times(10, (i) => [`list-${i}`, entries(1000, i * 1000)] as const)),
  },
  '60 rules for 5 prefix lists of 1,500 entries, shipped policies': {
    rules: times(60, (i) => rule(i, 22, 22 + i, { PrefixListId: `pl-0000000${i % 5}` })),
    policies: shipped,
    lists: new Map(times(5, (i) => [`pl-0000000${i}`, entries(1500, i * 1500)] as const)),
  },
};

/** The worst cases, and how 1,000 nested rules compare to 250. */
export function worstFigures(): readonly Figure[] {
  const [few, many] = [250, 1000].map((n) => timesOf({ rules: nested(n), policies: shipped }));
  return [
    ...Object.entries(WORST).map(([name, one]) => ({
      ...{ name, goal: '< 1000', samples: timesOf(one), unit: 'ms' },
    })),
    {
      ...{ name: '1,000 nested rules / 250 of them, shipped policies', goal: '<= 5' },
      ...{ samples: (many ?? []).map((time, i) => time / (few?.[i] ?? Number.NaN)), unit: 'times as long' },
    },
  ];
}

function timesOf({ rules, policies, lists = new Map() }: Case): readonly number[] {
  const ids = new Set(rules.map(({ id }) => id));
  return times(ROUNDS, () => {
    const start = cpuTime();
    evaluate(rules, ids, policies, { ...CONTEXT, prefixLists: lists });
    return cpuTime() - start;
  });
}
