// Another Node.js in place of this one: it gets every signal that this one gets, and ends as this one ends.
import { spawn } from 'node:child_process';

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs a program on the same terminal, and sets the exit code to its own.
 * @param {string} program
 * @param {readonly string[]} words
 * @param {NodeJS.ProcessEnv} env
 */
export async function runChild(program, words, env) {
  const child = spawn(program, words, { stdio: 'inherit', env });
  const forward = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  const { code, signal } = await new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (exitCode, endedBy) => done({ code: exitCode, signal: endedBy }));
  });
  for (const one of SIGNALS) process.off(one, forward);
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}
