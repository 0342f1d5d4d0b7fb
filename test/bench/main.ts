// `npm run bench`: what the project promises about speed and size. Ratios are taken in one run; machines differ.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundle } from '../../build/bundle.ts';
import { evaluate } from '../../lib/evaluate.ts';
import { readPolicies } from '../../lib/io/policy-files.ts';
import { compilePolicy, type Policy } from '../../lib/policy.ts';
import { parseRule } from '../../lib/rule.ts';
import { CONTEXT } from '../lib/context.ts';
import { makeGroups } from './groups.ts';

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
await reportBundle();

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
  console.log(
    `module load ${a.toFixed(1)} ms, esbuild ${b.toFixed(1)} ms, ratio ${(a / b).toFixed(2)} (medians of 15)`,
  );
}

function load(file: string): number {
  const script = `const t = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - t)`;
  const env = {
    MODE: 'dry-run',
    TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:portcullis',
    AWS_REGION: 'eu-west-1',
  };
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env }),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
