// Runs a script of this folder with the Node.js that reads TypeScript, whichever one runs the framework.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const node = fileURLToPath(import.meta.resolve('node/bin/node'));

/**
 * What the script prints, as JSON; undefined where it failed, and said why on standard error.
 * @param {string} name
 * @param {{ args?: readonly string[], input?: unknown, env?: NodeJS.ProcessEnv }} given
 */
export function runScript(name, { args = [], input, env = process.env }) {
  const { status, stdout } = spawnSync(node, [fileURLToPath(new URL(name, import.meta.url)), ...args], {
    input: JSON.stringify(input ?? null),
    stdio: ['pipe', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env,
  });
  return status === 0 ? JSON.parse(stdout) : undefined;
}
