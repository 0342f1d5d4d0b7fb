// What a command loads: a short run is mostly that.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { file } from './portcullis.ts';

const run = promisify(execFile);

async function loadedBy(...words: readonly string[]): Promise<readonly string[]> {
  const { stderr } = await run(process.execPath, [
    '--import=./test/cli/loaded.ts',
    'cli/portcullis.js',
    ...words,
  ]);
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
}

describe('the packages that the command loads', () => {
  it.each([
    [['--help'], ['commander']],
    [['--version'], ['commander']],
    [['validate'], ['commander', 'leven', 'matcher', 'yaml', 'zod']],
    [['test'], ['commander', 'leven', 'matcher', 'yaml', 'zod']],
  ])('are those that it needs: %s', async (words, packages) => {
    expect(await loadedBy(...words)).toEqual(packages);
  });

  it('are none that could reach AWS for an audit of an export', async () => {
    const empty = file('empty.json', { SecurityGroups: [] });

    expect((await loadedBy('audit', '--from', empty)).filter((name) => /aws|smithy/.test(name))).toEqual([]);
  });

  it('are kept as they were compiled, among the packages', async () => {
    await loadedBy('--version');

    expect(existsSync('node_modules/.cache/portcullis')).toBe(true);
  });
});
