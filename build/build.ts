// Policies to JSON and each handler to one file, in dist/. The environment has what the functions' own will have, and names the
// settings, if there are any. Prints the manifest of what was built.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../lib/config.ts';
import { manifestOf } from '../lib/deployment/manifest.ts';
import { FileError, readPolicies } from '../lib/io/policy-files.ts';
import { readSettings } from '../lib/io/settings-files.ts';
import { SHIPPED } from '../lib/io/shipped-directory.ts';
import { bundle } from './bundle.ts';
import { originOf } from './origin.ts';
import { checkParameters } from './parameters.ts';
import { trimNotices } from './trims.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

try {
  const { trimLimit } = checkParameters(process.env);
  const { PORTCULLIS_SETTINGS: file } = process.env;
  const policies = file ? readSettings(file).inForce : readPolicies(SHIPPED);
  for (const notice of trimNotices(policies, trimLimit)) console.error(notice);
  rmSync(at('dist'), { recursive: true, force: true });
  mkdirSync(at('dist'));
  writeFileSync(at('dist/policies.json'), JSON.stringify(policies));
  for (const name of ['remediate', 'sweep', 'tick', 'evidence'])
    await bundle(at(`handlers/${name}.ts`), at(`dist/${name}.mjs`));
  console.log(JSON.stringify(manifestOf(policies, originOf(file))));
} catch (error) {
  if (!(error instanceof FileError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
