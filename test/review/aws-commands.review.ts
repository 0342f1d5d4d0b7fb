// Every command of the AWS CLI that a page shows has options that the AWS CLI knows. `--generate-cli-skeleton` parses a command and
// sends nothing.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { pythonCommands } from '../e2e/python.ts';
import { commandsOf, PAGES } from '../markdown.ts';

/** Commands of the CLI's own, which have no skeleton. */
const OWN = ['aws logs tail ', 'aws s3 '];

const commands = new Set(
  PAGES.flatMap(commandsOf)
    .map(({ command }) => command.replace(/ > .*/, '').replaceAll(/<[^>]*>/g, 'x'))
    .filter((command) => command.startsWith('aws ') && !OWN.some((own) => command.startsWith(own))),
);
let directory: string;

beforeAll(() => {
  directory = pythonCommands('aws');
});

it.each([...commands])('%s', async (command) => {
  const env = {
    ...process.env,
    PATH: `${directory}:${process.env.PATH}`,
    AWS_REGION: 'eu-west-1',
    name: 'x',
    id: 'x',
  };
  const { stdout } = await promisify(execFile)('sh', ['-c', `${command} --generate-cli-skeleton`], { env });

  expect(stdout).not.toBe('');
});

it('finds commands', () => {
  expect(commands.size).toBeGreaterThan(10);
});
