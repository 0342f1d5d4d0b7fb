// How the command behaves towards pipes, signals and terminals.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { colored } from '../../cli/format/colors.ts';
import { whileWaiting } from '../../cli/format/waiting.ts';
import { parseProtected } from '../../lib/plan/protected.ts';

describe('a pipe that is closed', () => {
  it.each([
    ['--help'],
    ['audit', '--help'],
    ['validate'],
    ['simulate', 'test/fixtures/events/authorize-ingress-terraform-ssh-world-2026.json'],
  ])('ends %s quietly', (...words) => {
    const command = `"${process.execPath}" cli/main.ts ${words.join(' ')} | true`;
    const { stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });

    expect(stderr).toBe('');
  });
});

describe('a signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s reaches the Node.js that runs in place of this one',
    async (signal) => {
      const inner = `process.on('${signal}', () => { process.stdout.write('said goodbye'); process.exit(7); }); setInterval(() => {}, 1000); process.stdout.write('up ');`;
      const outer = `import { runChild } from './cli/run-child.js'; await runChild(process.execPath, ['-e', ${JSON.stringify(inner)}], process.env);`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', outer]);
      let said = '';
      child.stdout.on('data', (chunk) => {
        if (said === '') child.kill(signal);
        said += chunk;
      });
      const [code] = await once(child, 'close');

      expect([said, code]).toEqual(['up said goodbye', 7]);
    },
  );

  it('that ends the child ends the parent alike', async () => {
    const outer = `import { runChild } from './cli/run-child.js'; await runChild(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")'], process.env);`;
    const [, signal] = await once(spawn(process.execPath, ['--input-type=module', '-e', outer]), 'close');

    expect(signal).toBe('SIGKILL');
  });
});

describe('a terminal', () => {
  const stream = (hasColors: boolean) => Object.assign(new Writable(), { hasColors: () => hasColors });
  const line = 'critical violation: no-ssh';

  it('has the severity in color', () => {
    const red = styleText(['bold', 'red'], 'critical', { validateStream: false });

    expect(colored(line, stream(true))).toBe(`${red} violation: no-ssh`);
    expect(colored(`│ ${line}`, stream(true))).toBe(`│ ${red} violation: no-ssh`);
  });

  it('without colors, or what is none, has plain text', () => {
    expect(colored(line, stream(false))).toBe(line);
    expect(colored(line, new Writable())).toBe(line);
  });

  it('has no color in the middle of a line', () => {
    expect(colored('it is critical that', stream(true))).toBe('it is critical that');
  });
});

describe('what is awaited', () => {
  const terminal = (isTTY: boolean) => {
    const chunks: string[] = [];
    const stderr = Object.assign(
      new Writable({ write: (chunk, _encoding, done) => done(void chunks.push(String(chunk))) }),
      { isTTY, columns: 80, rows: 24 },
    );
    return { chunks, io: { stdin: process.stdin, stdout: new Writable(), stderr } };
  };
  const wait = async (isTTY: boolean, milliseconds: number) => {
    vi.useFakeTimers();
    const { chunks, io } = terminal(isTTY);
    const answer = new Promise((done) => setTimeout(done, milliseconds, 'done'));
    const waiting = whileWaiting(io, 'reading the ledger', answer);
    await vi.advanceTimersByTimeAsync(milliseconds);
    vi.useRealTimers();
    return [await waiting, chunks.join('')];
  };

  it('is said on a terminal after two seconds, with the time, and cleared', async () => {
    const [answer, shown = ''] = await wait(true, 4500);

    expect(answer).toBe('done');
    expect(shown).toContain('reading the ledger: 2 s');
    expect(shown).toContain('reading the ledger: 3 s');
  });

  it('is not said where it comes soon, or where there is no terminal', async () => {
    expect(await wait(true, 1500)).toEqual(['done', '']);
    expect(await wait(false, 4500)).toEqual(['done', '']);
  });
});

describe('a protected group', () => {
  it.each(['name=!web-*', 'tag:!key=yes', 'tag:key=!yes'])('is not named by what it is not: %s', (word) => {
    expect(parseProtected(word)).toBe(word);
  });
});
