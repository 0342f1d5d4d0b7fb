import { existsSync, readFileSync } from 'node:fs';
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
  it('shows what the demo prints', async () => {
    const [, shown] = /<!-- demo[^\n]*-->\n```text\n(.*?)\n```/s.exec(readme) ?? [];
    const [node, main, ...words] = scripts.demo?.split(' ') ?? [];

    const { stdout } = await portcullis(words);
    expect([node, main]).toEqual(['node', 'cli/main.ts']);
    expect(shown).toBe(stdout.trimEnd());
  });

  it('names only scripts that exist', () => {
    const named = [...readme.matchAll(/npm (?:run )?(test|demo|policies|bench|review)\b/g)].map(
      ([, name]) => name ?? '',
    );

    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('links only to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path ?? '');

    const others = links.filter((path) => !/^policies\/.*\.yaml$/.test(path));
    expect(others.filter((path) => !existsSync(path))).toEqual([]);
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

  it('names only commands and options that exist', async () => {
    const commands = [
      ...text.matchAll(/npx --no -- portcullis (\w+(?: (?:status|release|stop|start))?)([^`\n]*)/g),
    ];

    expect(commands.length).toBeGreaterThan(5);
    for (const [, name = '', words = ''] of commands) {
      const { stdout: help, status } = await portcullis([...name.split(' '), '--help']);
      expect([name, status]).toEqual([name, 0]);
      const options = words.match(/--[a-z-]+/g) ?? [];
      expect(options.filter((option) => !help.includes(option))).toEqual([]);
    }
  });

  it('links to headings and files that exist', () => {
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, title = '']) =>
      title.toLowerCase().replaceAll(' ', '-'),
    );
    const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    const files = [...text.matchAll(/\]\((\.\.\/[^)#]+)/g)].map(([, path = '']) => `docs/${path}`);

    expect(links.filter((anchor) => !headings.includes(anchor))).toEqual([]);
    expect(files.filter((path) => !existsSync(path))).toEqual([]);
  });
});
