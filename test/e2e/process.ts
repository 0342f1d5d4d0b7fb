// A server in a process of its own, on a free port of this machine's loopback, for as long as the tests run.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface Running {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const STARTS_WITHIN = 60_000;

/** Starts a command that listens on a port, and waits until it answers HTTP there. */
export async function startServer(
  command: string,
  args: (port: string) => readonly string[],
  environment: (port: string) => NodeJS.ProcessEnv,
): Promise<Running> {
  const port = String(await freePort());
  const log = join(tmpdir(), `server-${port}.log`);
  const file = openSync(log, 'a');
  const child = spawn(command, args(port), {
    env: environment(port),
    stdio: ['ignore', file, file],
    detached: true, // a process group of its own, to end with everything that it starts
  });
  closeSync(file);
  // Also when the run is interrupted and nobody calls stop.
  const kill = () => signal(child, 'SIGKILL');
  process.once('exit', kill);
  const url = `http://127.0.0.1:${port}`;
  await answers(url, child, log);
  return {
    url,
    stop: async () => {
      process.off('exit', kill);
      await end(child);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(late);
  signal(child, 'SIGKILL');
}

/** To the whole group, if there is anybody left in it. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function answers(url: string, child: ChildProcess, log: string): Promise<void> {
  const until = Date.now() + STARTS_WITHIN;
  while (Date.now() < until && child.exitCode === null) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await wait(100);
  }
  signal(child, 'SIGKILL');
  throw new Error(`${child.spawnfile} does not answer at ${url}:\n${readFileSync(log, 'utf8')}`);
}

/** A port that nobody listens on just now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
