import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePolicyFile } from '../lib/policy/file.ts';
import { parseCases } from '../lib/report/cases.ts';

const readme = readFileSync('README.md', 'utf8');
const scripts: Record<string, string> = JSON.parse(readFileSync('package.json', 'utf8')).scripts;

describe('the README', () => {
  it('shows what the demo prints', () => {
    const [, shown] = /<!-- demo[^\n]*-->\n```text\n(.*?)\n```/s.exec(readme) ?? [];
    const words = scripts.demo?.split(' ').slice(1) ?? [];

    const printed = execFileSync(process.execPath, words, { encoding: 'utf8' });
    expect(shown).toBe(printed.trimEnd());
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

    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('lists every shipped policy', () => {
    const ids = readdirSync('policies').filter(
      (name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'),
    );

    expect(ids.filter((name) => !readme.includes(`(policies/${name})`))).toEqual([]);
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

  it('shows a valid test file', () => {
    const [, cases = ''] = /```yaml cases\n(.*?)```/s.exec(text) ?? [];

    expect(parseCases(cases).cases).toHaveLength(3);
  });
});
