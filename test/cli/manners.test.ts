// How the command behaves towards pipes, signals and terminals.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { describe, expect, it } from 'vitest';
import { colored } from '../../cli/format/colors.ts';
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

describe('a protected group', () => {
  it.each(['name=!web-*', 'tag:!key=yes', 'tag:key=!yes'])('is not named by what it is not: %s', (word) => {
    expect(parseProtected(word)).toBe(word);
  });
});
