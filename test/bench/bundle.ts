// The bundle of a function: its bytes, and how long a fresh process takes to load it.
import { execFileSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundle } from '../../build/bundle.ts';
import { readPolicies } from '../../lib/io/policy-files.ts';
import { type Figure, ratios } from './table.ts';

const ROUNDS = 15;

/** The shipped bundles' bytes, and the load of one against esbuild's of the same entry, in fresh processes by turns. */
export async function bundleFigures(directory: string): Promise<readonly Figure[]> {
  const [ours, theirs] = [join(directory, 'ours.mjs'), join(directory, 'esbuild.mjs')];
  writeFileSync(join(directory, 'policies.json'), JSON.stringify(readPolicies('policies')));
  const bytes = [];
  for (const name of ['remediate', 'sweep', 'tick']) {
    const file = join(directory, `${name}.mjs`);
    await bundle(`handlers/${name}.ts`, file);
    bytes.push({
      name: `bundle of ${name}`,
      goal: '<= 300,000',
      samples: [statSync(file).size],
      unit: 'bytes',
    });
  }
  await bundle('handlers/remediate.ts', ours);
  await bundleByEsbuild('handlers/remediate.ts', theirs);
  const loads = Array.from({ length: ROUNDS }, () => [load(ours), load(theirs)] as const);
  const [mine, esbuilds] = [loads.map(([a]) => a), loads.map(([, b]) => b)];
  return [
    ...bytes,
    { name: 'load of remediate', goal: '', samples: mine, unit: 'ms' },
    {
      name: "load of remediate / esbuild's bundle",
      goal: '',
      samples: ratios(mine, esbuilds),
      unit: 'times as long',
    },
  ];
}

async function bundleByEsbuild(entry: string, outfile: string): Promise<void> {
  const requireShim = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";
  await build({
    ...{ bundle: true, minify: true, platform: 'node', format: 'esm', target: 'node24' },
    ...{ entryPoints: [entry], outfile, mainFields: ['module', 'main'], banner: { js: requireShim } },
  });
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
    STAGE: 'prod',
    LEDGER_TABLE: 'ledger',
    AWS_REGION: 'eu-west-1',
  };
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env }),
  );
}
