// `npm run bench`: what the project promises about speed and size. Ratios are taken in one run; machines differ.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundle } from '../../build/bundle.ts';
import { evaluate } from '../../lib/evaluate/evaluate.ts';
import { readPolicies } from '../../lib/io/policy-files.ts';
import { addressSet, parseCidr } from '../../lib/network/cidr.ts';
import { compilePolicy, type Policy } from '../../lib/policy/policy.ts';
import { parseRule } from '../../lib/rule.ts';
import { CONTEXT } from '../lib/context.ts';
import { makeGroups, makePolicies } from './groups.ts';
import { reportRoundTrips } from './round-trips.ts';

const ROUNDS = 7;

const groups = makeGroups(5000, 20);
const permissions = groups.length * 20;
const documents = readPolicies('policies');
const policies = documents.map(compilePolicy);
const admin = policies.filter(({ id }) => id === 'no-world-open-admin');

const parsed = groups.map((rules) => rules.map(parseRule));
report(
  'permissions read from AWS shape',
  timed(() => groups.forEach((rules) => void rules.map(parseRule))),
);
report(
  'permissions judged by 1 policy',
  timed(() => judge(admin)),
);
report(
  `permissions judged by ${policies.length} shipped policies`,
  timed(() => judge(policies)),
);
for (const many of [1, 10, 100].map(makePolicies)) {
  report(
    `permissions judged by ${many.length} made policies`,
    timed(() => judge(many)),
  );
}
reportGroups();
await reportRoundTrips();
await reportBundle();

/** One group of 1,000 rules, and one whose rules are prefix lists of 1,000 entries: milliseconds each. */
function reportGroups(): void {
  const [large = []] = makeGroups(1, 1000).map((rules) => rules.map(parseRule));
  const ids = new Set(large.map(({ id }) => id));
  const entries = addressSet(
    Array.from({ length: 1000 }, (_, i) => `${i % 224}.${i % 250}.7.0/24`).flatMap(
      (text) => parseCidr(text) ?? [],
    ),
  );
  const lists = Array.from({ length: 5 }, (_, i) => `pl-${i}`);
  const listed = lists.map((PrefixListId, i) =>
    parseRule({
      SecurityGroupRuleId: `sgr-${i}`,
      GroupId: 'sg-1',
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
      PrefixListId,
    }),
  );
  const context = { ...CONTEXT, prefixLists: new Map(lists.map((id) => [id, entries])) };
  const one = timed(() => evaluate(large, ids, policies, CONTEXT));
  const five = timed(() => evaluate(listed, new Set(), policies, context));
  console.log(
    `one group of 1,000 rules ${one.toFixed(1)} ms, five prefix lists of 1,000 entries ${five.toFixed(1)} ms`,
  );
}

function judge(by: readonly Policy[]): void {
  for (const rules of parsed) evaluate(rules, new Set(rules.map(({ id }) => id)), by, CONTEXT);
}

function timed(work: () => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return median(times);
}

function report(what: string, milliseconds: number): void {
  const perSecond = Math.round((permissions / milliseconds) * 1000).toLocaleString('en-GB');
  console.log(`${what.padEnd(46)} ${perSecond.padStart(12)} /s   (median of ${ROUNDS})`);
}

/** The shipped bundle against esbuild's of the same entry: bytes, and load in fresh processes by turns. */
async function reportBundle(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
  const [ours, theirs] = [join(directory, 'ours.mjs'), join(directory, 'esbuild.mjs')];
  const entry = 'handlers/remediate.ts';
  writeFileSync(join(directory, 'policies.json'), JSON.stringify(documents));
  await bundle(entry, ours);
  const requireShim = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";
  const options = { bundle: true, minify: true, platform: 'node', format: 'esm', target: 'node24' } as const;
  await build({
    ...options,
    entryPoints: [entry],
    outfile: theirs,
    mainFields: ['module', 'main'],
    banner: { js: requireShim },
  });
  const loads = Array.from({ length: 15 }, () => [load(ours), load(theirs)] as const);
  const [a, b] = [median(loads.map(([x]) => x)), median(loads.map(([, y]) => y))];
  console.log(`bundle ${statSync(ours).size} bytes, esbuild ${statSync(theirs).size} bytes`);
  rmSync(directory, { recursive: true });
  console.log(
    `module load ${a.toFixed(1)} ms, esbuild ${b.toFixed(1)} ms, ratio ${(a / b).toFixed(2)} (medians of 15)`,
  );
}

function load(file: string): number {
  const script = `const t = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - t)`;
  const env = {
    MODE: 'dry-run',
    TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:portcullis',
    TRIM_LIMIT: '0',
    MAX_RECEIVES: '5',
    BREAKER_LIMIT: '100',
    BREAKER_MINUTES: '15',
    LEDGER_TABLE: 'ledger',
    AWS_REGION: 'eu-west-1',
  };
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env }),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
