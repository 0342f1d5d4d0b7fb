// The command as its users run it, in a process of its own, on a live account: the sandbox over HTTP.
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from '../../lib/sandbox/index.ts';
import { serve } from '../../lib/sandbox/server.ts';

const run = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), 'portcullis-cli-'));

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; what differs from this environment is in `env`. */
export async function portcullis(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ended> {
  try {
    const clean = { ...process.env, LEDGER_TABLE: undefined, DEAD_LETTERS_URL: undefined };
    const ended = await run(process.execPath, ['cli/portcullis.js', ...words], { env: { ...clean, ...env } });
    return { status: 0, ...ended };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('stdout' in error) || !('stderr' in error))
      throw error;
    return { status: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr) };
  }
}

/** Runs the command with AWS being that account; `URL` in a word stands for where it is. */
export async function onAccount(account: Account, words: readonly string[]): Promise<Ended> {
  const server = await serve(account);
  try {
    const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1' };
    const at = words.map((word) => word.replace('URL', server.url));
    return await portcullis(at, { ...keys, AWS_ENDPOINT_URL: server.url });
  } finally {
    await server.close();
  }
}

/** Writes a file, and answers its path. */
export function file(name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
