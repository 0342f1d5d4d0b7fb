#!/usr/bin/env node
// Runs main.ts on a Node.js that reads TypeScript: this one, or the one that is installed with the project.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('./main.ts', import.meta.url);
const installed = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const [major = 0] = process.versions.node.split('.').map(Number);

if (major >= 24) {
  await import(main.href);
} else if (existsSync(installed)) {
  const { status } = spawnSync(installed, [fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} else {
  console.error(
    `portcullis needs Node.js 24 (this is ${process.versions.node}): run \`npm ci\`, which installs one`,
  );
  process.exitCode = 2;
}
