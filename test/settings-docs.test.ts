// docs/settings.md, docs/deploy.md and docs/getting-started.md: what they show is accepted, and every command in them runs as far as it can without AWS.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPolicies } from '../lib/io/policy-files.ts';
import { lint } from '../lib/policy/lint.ts';
import { keysAt, mappingsIn } from '../lib/policy/mappings.ts';
import { settingsSchema } from '../lib/settings/schema.ts';
import { parseSettings } from '../lib/settings/settings-file.ts';
import { effectivePolicies } from '../lib/settings/shipped.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = ['settings', 'deploy'].map((name) => ({
  name: `docs/${name}.md`,
  text: readFileSync(join(root, `docs/${name}.md`), 'utf8'),
}));
const [{ text: settings = '' } = {}] = pages;

describe('docs/settings.md', () => {
  it('shows settings that are valid', () => {
    const [, shown = ''] = /```yaml\n(.*?)```/s.exec(settings) ?? [];

    const parsed = parseSettings('settings.yml', shown);

    expect(parsed).toMatchObject({ ok: true });
    const { shipped = {} } = parsed.ok ? parsed.value : {};
    const inForce = effectivePolicies(readPolicies(join(root, 'policies')), [], shipped);
    expect(lint(inForce, new Date('2026-06-01'))).toEqual([]);
  });

  it('explains every key, and no other', () => {
    const mappings = mappingsIn(settingsSchema);
    const own = ['account', 'regions'].map((key) => `stages.*.${key}`);
    const rows = [...settings.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => key);

    expect(rows.toSorted()).toEqual([...keysAt(mappings, []), ...own].toSorted());
    expect(keysAt(mappings, ['stages', 'prod'])).toEqual(expect.arrayContaining(['account', 'regions']));
  });
});

describe('docs/getting-started.md', () => {
  it('shows settings that enforce one shipped policy', () => {
    const page = readFileSync(join(root, 'docs/getting-started.md'), 'utf8');
    const [, shown = ''] = /```yaml enforce-one\n(.*?)```/s.exec(page) ?? [];
    const parsed = parseSettings('settings.yml', shown);
    const named = parsed.ok ? Object.keys(parsed.value.shipped ?? {}) : [];

    const enforced = readdirSync(join(root, 'policies'))
      .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
      .filter((name) => /^action: revoke$/m.test(readFileSync(join(root, 'policies', name), 'utf8')))
      .map((name) => name.replace('.yaml', ''));
    expect(parsed).toMatchObject({ ok: true });
    expect(enforced.filter((id) => !named.includes(id))).toEqual(['no-world-open-admin']);
  });
});

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

  const commands = pages.flatMap(({ text }) =>
    [...text.replace(/```.*?```/gs, '').matchAll(/^ {4}(\S.*)$/gm)].map(([, line = '']) => line),
  );
  const unique = [...new Set(commands.flatMap((line) => line.split(' && ')))];
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
