// What the command says of itself, on a terminal of 80 columns.
import { describe, expect, it } from 'vitest';
import { portcullis } from './portcullis.ts';

const COMMANDS = [
  'simulate',
  'audit',
  'check',
  'backtest',
  'diff',
  'init',
  'validate',
  'test',
  'restore',
  'exempt',
  'history',
  'evidence',
  'redrive',
  'doctor',
  'selftest',
  'breaker',
];
const helps = await Promise.all(
  ['', ...COMMANDS, 'breaker status', 'breaker release', 'breaker stop', 'breaker start'].map(
    async (command) => {
      const { stdout } = await portcullis([...command.split(' ').filter((word) => word !== ''), '--help']);
      return { command: `portcullis ${command}`, stdout };
    },
  ),
);

describe('the help', () => {
  it('is asked of every command that there is', () => {
    const [, listed = ''] = /Commands:\n(.*?)\n\n/s.exec(helps[0]?.stdout ?? '') ?? [];
    const names = [...listed.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name);

    expect(names).toEqual([...COMMANDS, 'help']);
  });

  it.each(helps)('of `$command` fits 80 columns, and fills the lines of its description', ({ stdout }) => {
    const [, description = ''] = stdout.split('\n\n');
    const lines = description.split('\n');

    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    // A line that ends early holds no room for the first word of the next one.
    const broken = lines.filter((line, i) => i + 1 < lines.length && fits(line, lines[i + 1] ?? ''));
    expect(broken).toEqual([]);
  });

  it.each(helps.slice(1))('of `$command` tells the exit codes', ({ command, stdout }) => {
    expect(stdout.includes('Exit codes: 0 ') || command === 'portcullis breaker').toBe(true);
  });
});

function fits(line: string, next: string): boolean {
  return `${line} ${next.split(' ')[0]}`.length <= 80;
}
