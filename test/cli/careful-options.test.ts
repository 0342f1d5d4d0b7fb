// What no command accepts: empty values, and a second value where only one counts.
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commandsFor } from '../../cli/commands.ts';
import { file, portcullis } from './portcullis.ts';

const io = { ...process, setExitCode: () => undefined, onInterrupt: () => () => undefined };
const NAMES = (await commandsFor([], io)).map((command) => command.name());
const commands = (await commandsFor(NAMES, io)).flatMap((command) =>
  command.commands.length === 0
    ? [{ words: [command.name()], command }]
    : command.commands.map((inner: Command) => ({ words: [command.name(), inner.name()], command: inner })),
);
const options = commands.flatMap(({ words, command }) =>
  command.options
    .filter(({ required }) => required)
    .map((option) => ({ words, flag: option.long ?? '', option, of: command })),
);

describe('an option with an empty value', () => {
  it.each(options.map(({ words, flag }) => [[...words, flag].join(' '), words, flag] as const))(
    'is refused: %s',
    async (_, words, flag) => {
      const { status, stderr } = await portcullis([...words, flag, '']);

      expect(status).toBe(2);
      expect(stderr).toMatch(new RegExp(`^error: option '${flag} <.*(has an empty value|argument '' is)`));
    },
  );
});

describe('an option that is there twice', () => {
  it.each([
    ['the rule of a simulation', ['simulate', '--rule', 'tcp 22 0.0.0.0/0', '--rule', 'tcp 80 0.0.0.0/0']],
    ['the policies of a check', ['check', 'plan.json', '--policies', 'ours', '--policies', 'theirs']],
    ['a choice', ['audit', '--severity', 'critical', '--severity', 'low']],
  ])('is refused where only one counts: %s', async (_, words) => {
    expect(await portcullis(words)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is there 2 times: give it once'),
    });
  });

  it('counts twice where the help says so', async () => {
    const groups = file('careful.json', { SecurityGroups: [] });
    const twice = [
      '--from',
      groups,
      '--from',
      groups,
      '--group',
      'a',
      '--group',
      'b',
      '--tag',
      'a',
      '--tag',
      'b',
    ];

    expect((await portcullis(['audit', ...twice])).stderr).not.toContain('give it once');
  });
});

describe('an argument that is empty', () => {
  it.each([
    ['simulate', ''],
    ['init', ''],
    ['check', 'plan.json', ''],
    ['diff', 'policies', ''],
    ['restore', ''],
    ['breaker', 'release', ''],
  ])('is refused: %s', async (...words) => {
    expect(await portcullis(words)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^error: argument '\w+' is empty/),
    });
  });
});
