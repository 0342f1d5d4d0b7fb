// Judging, alone and with reading, beside Cloud Custodian in the same run.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { evaluate } from '../../lib/evaluate/evaluate.ts';
import { expandPermissions } from '../../lib/io/aws/permissions.ts';
import { readPolicies } from '../../lib/io/policy-files.ts';
import { compilePolicy, type Policy } from '../../lib/policy/policy.ts';
import { policySchema } from '../../lib/policy/schema.ts';
import { parseRule, type SecurityGroupRule } from '../../lib/rule.ts';
import { CONTEXT } from '../lib/context.ts';
import { custodianSeconds, installCustodian } from './custodian.ts';
import { makeGroups } from './groups.ts';
import { cpuTime, type Figure, median, ratios } from './table.ts';

const GROUPS = 5000;
const ROUNDS = 7;

const remote = compilePolicy(
  policySchema.parse({
    ...{ id: 'remote', title: 'remote', severity: 'high', description: 'remote', action: 'revoke' },
    match: { protocol: ['tcp'], ports: [22, 3389], source: 'world' },
  }),
);

/** Permissions a second, and how often as many as Cloud Custodian's. */
export function judgingFigures(directory: string): readonly Figure[] {
  const file = join(directory, 'groups.json');
  writeFileSync(file, JSON.stringify(makeGroups(GROUPS)));
  const missing = installCustodian();
  if (missing !== undefined) console.log(missing);
  const shipped = readPolicies('policies').map(compilePolicy);
  return [
    ...figuresOf('one policy', [remote], ['>= 20', '>= 6']),
    ...figuresOf(`${shipped.length} shipped policies`, shipped, ['>= 20', '>= 12']),
  ];

  function figuresOf(what: string, policies: readonly Policy[], [judge = '', both = '']: readonly string[]) {
    const groups = JSON.parse(readFileSync(file, 'utf8')) as readonly SecurityGroup[];
    const rounds = Array.from({ length: ROUNDS }, () => secondsOf(groups, policies));
    const judged = rounds.map(({ judging }) => judging);
    const all = rounds.map(({ reading, judging }) => reading + judging);
    const theirs = missing === undefined ? custodianSeconds(file, policies, ROUNDS, directory) : [];
    const compared =
      missing === undefined
        ? [
            figure(`evaluating / Cloud Custodian, ${what}`, judge, ratios(theirs, judged), 'times as fast'),
            figure(
              `reading and evaluating / Cloud Custodian, ${what}`,
              both,
              ratios(theirs, all),
              'times as fast',
            ),
          ]
        : [];
    const rates = judged.map((seconds) => (GROUPS * 20) / seconds);
    return [
      ...compared,
      figure(`permissions evaluated, ${what}`, '', rates, 'a second'),
      figure(
        `the first round beside the others, ${what}`,
        '',
        [(judged[0] ?? 0) / median(judged)],
        'times as long',
      ),
    ];
  }
}

function figure(name: string, goal: string, samples: readonly number[], unit: string): Figure {
  return { name, goal, samples, unit };
}

function secondsOf(groups: readonly SecurityGroup[], policies: readonly Policy[]) {
  const start = cpuTime();
  const read = groups.map((group) => expandPermissions(group).map(withId).map(parseRule));
  const ids = read.map((rules) => new Set(rules.map(({ id }) => id)));
  const middle = cpuTime();
  for (const [index, rules] of read.entries()) judge(rules, ids[index] ?? new Set(), policies);
  return { reading: (middle - start) / 1000, judging: (cpuTime() - middle) / 1000 };
}

function withId(rule: ReturnType<typeof expandPermissions>[number], index: number) {
  return Object.assign(rule, { SecurityGroupRuleId: `sgr-${index}` });
}

function judge(rules: readonly SecurityGroupRule[], ids: ReadonlySet<string>, policies: readonly Policy[]) {
  return evaluate(rules, ids, policies, CONTEXT);
}
