// Policies to JSON and each handler to one file, in dist/.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PolicyError, readPolicies } from '../lib/io/policy-files.ts';
import { bundle } from './bundle.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

try {
  const policies = readPolicies(at('policies'));
  rmSync(at('dist'), { recursive: true, force: true });
  mkdirSync(at('dist'));
  writeFileSync(at('dist/policies.json'), JSON.stringify(policies));
  await bundle(at('handlers/remediate.ts'), at('dist/remediate.mjs'));
} catch (error) {
  if (!(error instanceof PolicyError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
