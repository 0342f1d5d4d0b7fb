// The bundles of the functions: their bytes, and the processor time that a fresh process takes to load one.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { readPolicies } from '../../lib/io/policy-files.ts';
import { ENVIRONMENT } from '../environment.ts';
import { type Figure, ratios } from './table.ts';

const ROUNDS = 15;
const HANDLERS = ['remediate', 'sweep', 'tick', 'evidence'] as const;
type Handler = (typeof HANDLERS)[number];
/** The file of each bundle; an earlier commit may not have had every handler. */
type Bundles = Readonly<Partial<Record<Handler, string>>> & { readonly remediate: string };

/** The bytes of the bundles, and the load of one beside the baseline's and esbuild's of the same entry, in fresh processes by turns. */
export async function bundleFigures(directory: string, baseline?: string): Promise<readonly Figure[]> {
  const ours = await bundlesOf('.', directory);
  const before = baseline === undefined ? undefined : await bundlesOf(baseline, directory);
  const others = {
    ...(before === undefined ? {} : { 'the baseline': before.remediate }),
    "esbuild's bundle": await bundleByEsbuild(ours.remediate),
  };
  const files = [ours.remediate, ...Object.values(others)];
  const rounds = Array.from({ length: ROUNDS }, () => files.map(load));
  const [mine = [], ...theirs] = files.map((_, index) => rounds.map((round) => round[index] ?? Number.NaN));
  return [
    ...HANDLERS.flatMap((name) => bytesOf(name, ours, before)),
    { name: 'load of remediate', goal: '', samples: mine, unit: 'ms' },
    ...Object.keys(others).map((other, index) => ({
      name: `load of remediate / ${other}`,
      goal: other === 'the baseline' ? '<= 0.70' : '',
      samples: ratios(mine, theirs[index] ?? []),
      unit: 'times as long',
    })),
  ];
}

function bytesOf(name: Handler, ours: Bundles, before: Bundles | undefined): readonly Figure[] {
  const [size, sizeBefore] = [ours[name], before?.[name]].map((file) => file && statSync(file).size);
  if (!size) return [];
  const bytes = { name: `bundle of ${name}`, goal: '<= 300,000', samples: [size], unit: 'bytes' };
  if (!sizeBefore) return [bytes];
  const samples = [size / sizeBefore];
  return [
    bytes,
    { name: `bundle of ${name} / the baseline`, goal: '', samples, unit: 'times as many bytes' },
  ];
}

/** The handlers of a project, as it bundles them, each beside the same policies. */
async function bundlesOf(root: string, directory: string): Promise<Bundles> {
  const { bundle } = await import(pathToFileURL(resolve(root, 'build/bundle.ts')).href);
  const to = mkdtempSync(join(directory, 'dist-'));
  writeFileSync(join(to, 'policies.json'), JSON.stringify(readPolicies('policies')));
  const fileOf = (name: string) => join(to, `${name}.mjs`);
  const sourceOf = (name: string) => resolve(root, `handlers/${name}.ts`);
  const names = HANDLERS.filter((name) => existsSync(sourceOf(name)));
  for (const name of names) await bundle(sourceOf(name), fileOf(name));
  return { ...Object.fromEntries(names.map((name) => [name, fileOf(name)])), remediate: fileOf('remediate') };
}

async function bundleByEsbuild(beside: string): Promise<string> {
  const outfile = beside.replace('remediate', 'esbuild');
  const requireShim = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";
  await build({
    ...{ bundle: true, minify: true, platform: 'node', format: 'esm', target: 'node24' },
    ...{ entryPoints: ['handlers/remediate.ts'], outfile },
    ...{ mainFields: ['module', 'main'], banner: { js: requireShim } },
  });
  return outfile;
}

/** Milliseconds of the processor: other work on the machine hardly counts. */
function load(file: string): number {
  const script = `const start = process.cpuUsage(); await import(${JSON.stringify(file)}); const { user, system } = process.cpuUsage(start); console.log((user + system) / 1000)`;
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: ENVIRONMENT,
    }),
  );
}
