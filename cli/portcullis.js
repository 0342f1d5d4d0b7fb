#!/usr/bin/env node
// Runs main.ts on a Node.js that reads TypeScript: this one, or the one that is installed with the project.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const at = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const installed = installedNode();
// What was compiled is kept for the next run: not where Node.js would, which is a directory that others may write to.
// Where nothing can be kept, a run takes longer.
const cache = at('../node_modules/.cache/portcullis');
const [major = 0] = process.versions.node.split('.').map(Number);

if (major >= 24) {
  module.enableCompileCache(cache);
  await import('./main.ts');
} else if (installed !== undefined && existsSync(installed)) {
  const { runChild } = await import('./run-child.js');
  await runChild(installed, [at('./main.ts'), ...process.argv.slice(2)], {
    ...process.env,
    NODE_COMPILE_CACHE: cache,
  });
} else {
  console.error(
    `portcullis needs Node.js 24 (this is ${process.versions.node}): run \`npm ci\`, which installs one`,
  );
  process.exitCode = 2;
}

/** Wherever npm has put the package: beside this one, or above it. */
function installedNode() {
  try {
    return fileURLToPath(import.meta.resolve('node/bin/node'));
  } catch {
    return undefined;
  }
}
