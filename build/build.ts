// Policies to JSON and each handler to one file, in dist/. The one argument is TRIM_LIMIT as it will be deployed.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PolicyError, readPolicies } from '../lib/io/policy-files.ts';
import { bundle } from './bundle.ts';
import { unableToTrim } from './trims.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

try {
  const policies = readPolicies(at('policies'));
  const issues = unableToTrim(policies, process.argv[2] ?? '0');
  if (issues.length > 0) throw new PolicyError(issues);
  rmSync(at('dist'), { recursive: true, force: true });
  mkdirSync(at('dist'));
  writeFileSync(at('dist/policies.json'), JSON.stringify(policies));
  for (const name of ['remediate', 'sweep']) await bundle(at(`handlers/${name}.ts`), at(`dist/${name}.mjs`));
} catch (error) {
  if (!(error instanceof PolicyError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
