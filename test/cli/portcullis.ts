// The command as its users run it, but in this process; where it needs AWS, that is the sandbox over HTTP.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { vi } from 'vitest';
import { runCli } from '../../cli/run.ts';
import type { Account } from '../../lib/sandbox/index.ts';
import { serve } from '../../lib/sandbox/server.ts';

const directory = mkdtempSync(join(tmpdir(), 'portcullis-cli-'));

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; what differs from this environment is in `env`. */
export async function portcullis(
  words: readonly string[],
  env: Environment = {},
  stdin = '',
): Promise<Ended> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  try {
    const status = await runCli(words, {
      stdin: Readable.from([stdin]),
      stdout: into(stdout),
      stderr: into(stderr),
    });
    return { status, stdout: stdout.join(''), stderr: stderr.join('') };
  } finally {
    vi.unstubAllEnvs();
  }
}

type Runner = (words: readonly string[], env: Environment) => Promise<Ended>;

/** Runs the command with AWS being that account, in which the stages `dev` and `prod` are deployed, one like the other. */
export async function onAccount(
  account: Account,
  words: readonly string[],
  runner: Runner = portcullis,
): Promise<Ended> {
  const server = await serve(account);
  try {
    const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1' };
    const outputs = {
      LedgerTable: 'ledger',
      RetryQueueUrl: `${server.url}/${account.accountId}/retry`,
      DeadLettersUrl: `${server.url}/${account.accountId}/dead`,
      TopicArn: `arn:aws:sns:${account.region}:${account.accountId}:portcullis`,
      RemediateFunction: 'portcullis-dev-remediate',
      SweepFunction: 'portcullis-dev-sweep',
      TickFunction: 'portcullis-dev-tick',
    };
    for (const stage of ['dev', 'prod']) account.stacks.set(`portcullis-${stage}`, outputs);
    return await runner(words, { ...keys, AWS_ENDPOINT_URL: server.url });
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

/** A stream that adds what is written to it to `chunks`. */
function into(chunks: string[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
}
