// The examples are workflows that a runner reads, with commands and options that exist.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { portcullis } from './cli/portcullis.ts';

const files = globSync('examples/**/*.{yml,yaml}');
const page = readFileSync('examples/README.md', 'utf8');

describe.each(files)('%s', (file) => {
  const text = readFileSync(file, 'utf8');
  const commands = [...text.matchAll(/(?:npx --no -- portcullis|cli\/portcullis\.js) (\w+)(.*)/g)];

  it('is valid YAML, and listed', () => {
    expect(() => parse(text)).not.toThrow();
    expect(page).toContain(`(${file.replace('examples/', '')})`);
  });

  it('gives commands only options that they have', async () => {
    for (const [, name = '', words = ''] of commands) {
      const { stdout: help, status } = await portcullis([name, '--help']);
      expect([name, status]).toEqual([name, 0]);
      const options = words.split('&&')[0]?.match(/(?<= )--[a-z]+(-[a-z]+)*/g) ?? [];
      expect(options.filter((option) => !help.includes(option))).toEqual([]);
    }
  });

  it('gives workflows a limit of time and no more rights than they need', () => {
    if (!file.endsWith('github-workflow.yml')) return;
    const workflow = parse(text);

    expect(workflow.permissions.contents).toBe('read');
    for (const job of Object.values<{ 'timeout-minutes'?: number }>(workflow.jobs))
      expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
  });
});

it('finds examples', () => {
  expect(files.length).toBeGreaterThan(1);
});
