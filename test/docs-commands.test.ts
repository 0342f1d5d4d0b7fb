// Every command of every page says how it is tested, and has options that exist. The commands of docs/deploy.md and docs/settings.md are
// run by `npm run e2e`, those of the AWS CLI are parsed by `npm run review`.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { portcullis } from './cli/portcullis.ts';
import { commandsOf, indentedCommandsOf, PAGES, proseOf } from './markdown.ts';

const RUN_END_TO_END = ['docs/deploy.md', 'docs/settings.md'];

const shown = [...PAGES.flatMap(commandsOf), ...RUN_END_TO_END.flatMap(indentedCommandsOf)];
const startingWith = (words: string) => shown.filter(({ command }) => command.startsWith(words));

it.each(PAGES.filter((page) => !RUN_END_TO_END.includes(page)))(
  '%s says of each command how it is tested',
  (page) => {
    const unmarked = commandsOf(page).filter(({ test }) => !['ci', 'parsed'].includes(test));
    const indented = proseOf(page).match(/^ {4,}(npx|npm|aws|git|cd) .*$/gm) ?? [];

    expect(unmarked).toEqual([]);
    expect(indented).toEqual([]);
  },
);

it('runs in CI what a page says is run there', () => {
  const ci = readFileSync('.ci/run', 'utf8');
  const commands = shown.filter(({ test }) => test === 'ci').map(({ command }) => command);

  expect(commands.length).toBeGreaterThan(2);
  expect(commands.filter((command) => !ci.includes(command))).toEqual([]);
});

describe('the commands of portcullis', () => {
  it.each(startingWith('npx --no -- portcullis '))('$page: $command', async ({ command }) => {
    const words = command.replace('npx --no -- portcullis ', '').split(' ');
    const named = words.filter((word, index) => /^[a-z]+$/.test(word) && index < 2);
    const { stdout: help, status } = await portcullis([
      ...named.slice(0, named[0] === 'breaker' ? 2 : 1),
      '--help',
    ]);

    expect([command, status]).toEqual([command, 0]);
    const options = command.match(/(?<= )--[a-z-]+/g)?.filter((option) => !['--no'].includes(option)) ?? [];
    expect(options.filter((option) => !help.includes(option))).toEqual([]);
  });
});

describe('the scripts of npm', () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'));

  it.each(startingWith('npm run '))('$page: $command', ({ command }) => {
    expect(Object.keys(scripts)).toContain(command.split(' ').filter((word) => !word.startsWith('-'))[2]);
  });
});

describe('the framework', () => {
  const COMMANDS = ['deploy', 'info', 'logs', 'package', 'print', 'remove'];
  const OPTIONS = ['--stage', '--region', '--param', '--function', '--plan', '--confirm', '--delete-ledger'];

  it.each(startingWith('npx --no -- serverless '))('$page: $command', ({ command }) => {
    const [name = '', ...words] = command.replace('npx --no -- serverless ', '').split(' ');
    expect(COMMANDS).toContain(name);
    expect(words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0])).toEqual(
      expect.toSatisfy((options: readonly string[]) => options.every((option) => OPTIONS.includes(option))),
    );
  });
});

it('knows all other commands', () => {
  const known =
    /^(npx --no -- (portcullis|serverless)|npm (ci|test|run)|npx vitest run|aws|terraform|cdk|jq|git|cd|export|for|done|FC_RUNS=)( |$)/;
  expect(shown.filter(({ command }) => !known.test(command))).toEqual([]);
});
