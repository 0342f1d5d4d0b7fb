// Every command of docs/settings.md and docs/deploy.md runs, one after the other, as far as it can without AWS.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { indentedCommandsOf } from '../markdown.ts';

const root = process.cwd();

/** What a fresh clone lacks is made by git and npm, which need a network. */
const NEEDS_NETWORK = /^(git |export |npx --no -- serverless (deploy|remove)\b)/;

describe('the commands of the pages', () => {
  const clone = join(mkdtempSync(join(tmpdir(), 'docs-')), 'portcullis');

  beforeAll(() => {
    const parts = [
      'build',
      'cli',
      'handlers',
      'lib',
      'policies',
      'resources',
      'package.json',
      'serverless.yml',
    ];
    for (const part of parts) cpSync(join(root, part), join(clone, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
    writeFileSync(join(clone, 'tsconfig.json'), '{}');
  });

  const commands = ['docs/settings.md', 'docs/deploy.md'].flatMap(indentedCommandsOf);
  const unique = [...new Set(commands.map(({ command }) => command))];
  const offline = unique.filter((command) => !NEEDS_NETWORK.test(command) && !/^(cd|npm) /.test(command));

  it.each(offline)('%s', async (command) => {
    const { status, output } = await run(clone, command);

    expect(status, output).toBe(0);
  });

  const printing = unique
    .filter((command) => / serverless (deploy|remove)\b/.test(command))
    .map((command) =>
      command.replace(/ (deploy|remove)\b/, ' print').replace(/ --(plan|confirm \w+|delete-ledger)/, ''),
    );

  it.each([...new Set(printing)])('%s, for what deploys or removes', async (command) => {
    const { status, output } = await run(clone, command);

    expect(status, output).toBe(0);
    expect(output).toContain('region: eu-west-1');
  });
});

/** Runs a command as a shell would in the clone, with the settings beside it named by the environment. */
function run(clone: string, command: string): Promise<{ readonly status: number; readonly output: string }> {
  const words = command
    .replace('npx --no -- portcullis', 'node cli/main.ts')
    .replace('npx --no -- serverless', 'node_modules/.bin/serverless');
  const env = {
    ...process.env,
    NO_COLOR: '1',
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    PORTCULLIS_SETTINGS: join(dirname(clone), 'our-portcullis/settings.yml'),
  };
  return new Promise((resolve) => {
    execFile('sh', ['-c', words], { cwd: clone, env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : 1, output: `${stdout}${stderr}` }),
    );
  });
}
