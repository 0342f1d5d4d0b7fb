import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { lint } from '../lib/policy/lint.ts';
import { parsePolicyFile } from '../lib/policy/policy-file.ts';
import { policySchema } from '../lib/policy/schema.ts';
import { parseCases } from '../lib/report/policy-cases.ts';
import { portcullis } from './cli/portcullis.ts';

const readme = readFileSync('README.md', 'utf8');
const scripts: Record<string, string> = JSON.parse(readFileSync('package.json', 'utf8')).scripts;

describe('the README', () => {
  it('shows the mail that the demo prints', async () => {
    const [, shown = ''] = /<!-- demo[^\n]*-->\n```text\n(.*?)\n```/s.exec(readme) ?? [];
    const [node, main, ...words] = scripts.demo?.split(' ') ?? [];

    const { stdout } = await portcullis(words);
    const printed = stdout.split('\n').map((line) => line.replace(/^ {2}/, ''));
    expect([node, main]).toEqual(['node', 'cli/main.ts']);
    expect(shown).toMatch(/^Subject: Revoked/);
    expect(printed.join('\n')).toContain(`\n${shown}\n`);
  });

  it('says on its first screen what this is, with the picture and the two commands', () => {
    const screen = readme.split('```text')[0]?.split('\n').slice(0, 40) ?? [];

    expect(screen.filter((line) => line.length > 80)).toEqual([]);
    for (const shown of ['docs/overview.svg', 'npm ci && npm run demo', 'npm test'])
      expect(screen.join('\n')).toContain(shown);
  });

  it('names only scripts that exist', () => {
    const named = [...readme.matchAll(/npm (?:run )?(test|demo|policies|bench|review)\b/g)].map(
      ([, name]) => name ?? '',
    );

    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

describe('docs/policies.md', () => {
  const text = readFileSync('docs/policies.md', 'utf8');
  const examples = [...text.matchAll(/```yaml\n(id: (\S+)\n.*?)```/gs)].map(([, yaml = '', id = '']) => ({
    id,
    yaml,
  }));

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(5);
  });

  it.each(examples)('shows a valid policy, $id', ({ id, yaml }) => {
    expect(parsePolicyFile(`${id}.yaml`, yaml)).toMatchObject({ ok: true });
  });

  it.each(examples)('shows a policy that means what it says, $id', ({ yaml }) => {
    expect(lint([policySchema.parse(parse(yaml))], new Date('2026-06-01'))).toEqual([]);
  });

  it('shows a valid test file', () => {
    const [, cases = ''] = /```yaml cases\n(.*?)```/s.exec(text) ?? [];

    expect(parseCases('docs/policies.md', cases)).toMatchObject({
      ok: true,
      value: { cases: { length: 3 } },
    });
  });
});

describe('docs/operations.md', () => {
  const text = readFileSync('docs/operations.md', 'utf8');

  it('says what to do about every alarm', () => {
    const alarms = [...readFileSync('resources/alarms.yml', 'utf8').matchAll(/^ {2}(\w+Alarm):/gm)];

    expect(alarms.length).toBeGreaterThan(4);
    expect(alarms.map(([, name]) => name).filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([]);
  });
});
