// Files that cannot be read or written: one line for the operator, and never the exit code of an answer.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isUtf16 } from '../../lib/io/written-files.ts';
import { file, portcullis } from './portcullis.ts';

const directory = mkdtempSync(join(tmpdir(), 'unreadable-'));

/** As PowerShell writes it. */
function inUtf16(name: string): string {
  const path = join(directory, name);
  writeFileSync(path, Buffer.from('\ufeff{"Records":[]}', 'utf16le'));
  return path;
}

describe('a file in UTF-16', () => {
  const groups = file('groups.json', { SecurityGroups: [] });

  it.each([
    ['an event', ['simulate', inUtf16('event.json')]],
    ['a trail', ['backtest', '--from', groups, '--events', inUtf16('trail.json')]],
    ['a plan', ['check', inUtf16('plan.json')]],
    ['an export', ['audit', '--from', inUtf16('export.json')]],
    ['a baseline', ['audit', '--from', groups, '--baseline', inUtf16('baseline.json')]],
    ['a record', ['restore', '--from', inUtf16('record.json')]],
    ['settings', ['audit', '--from', groups, '--settings', inUtf16('settings.yml')]],
    ['a policy', ['test', inUtf16('policy.yaml')]],
  ])('is named as such: %s', async (_, words) => {
    expect(await portcullis(words)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('cannot be read: it is UTF-16: write it as UTF-8'),
    });
  });

  it('is known without a mark, and plain text is not taken for it', () => {
    expect(isUtf16(Buffer.from('{}', 'utf16le'))).toBe(true);
    expect(isUtf16(Buffer.from('{}'))).toBe(false);
    expect(isUtf16(Buffer.from('\ufeff{}'))).toBe(false);
    expect(isUtf16(Buffer.from('{'))).toBe(false);
  });
});

describe('what is no file', () => {
  const policies = mkdtempSync(join(tmpdir(), 'policies-'));
  mkdirSync(join(policies, 'a-directory.yaml'));
  symlinkSync('nowhere', join(policies, 'a-link.yaml'));

  it('is an issue of its own among policies', async () => {
    const { status, stdout } = await portcullis(['validate', policies]);

    expect(status).toBe(1);
    expect(stdout).toContain('a-directory.yaml:1:1: error: cannot be read: it is a directory');
    expect(stdout).toContain('a-link.yaml:1:1: error: cannot be read: there is no such file');
  });

  it('is said where a file is expected', async () => {
    expect((await portcullis(['simulate', policies])).stderr).toContain('cannot be read: it is a directory');
    expect((await portcullis(['backtest', '--events', join(policies, 'none')])).stderr).toContain(
      'none: cannot be read: there is no such file',
    );
  });

  it('can be no part of the path of new settings', async () => {
    const path = join(file('a-file', ''), 'settings');

    expect(await portcullis(['init', path])).toEqual({
      status: 2,
      stdout: '',
      stderr: `${path}: a part of its path is a file (mkdir)\n`,
    });
  });
});

it('settings among the policies to check are no policy with another ending', async () => {
  const settings = join(mkdtempSync(join(tmpdir(), 'settings-')), 'settings.yml');
  writeFileSync(settings, 'stages: { prod: {} }');

  for (const path of [settings, join(settings, '..')]) {
    const { stdout } = await portcullis(['validate', path]);
    expect(stdout).toContain(`these are settings and no policy: name them with \`--settings ${settings}\``);
  }
});

const EVENT = 'test/fixtures/events/authorize-ingress-terraform-ssh-world-2026.json';

it.each([
  ['two templates', ['check', '-', '-'], '{"Resources":{}}'],
  ['an export and its lists', ['audit', '--from', '-', '--prefix-lists', '-'], '{"SecurityGroups":[]}'],
  ['an event and its groups', ['simulate', '-', '--group', '-'], readFileSync(EVENT, 'utf8')],
])('standard input is read once: %s', async (_, words, input) => {
  expect(await portcullis(words, {}, input)).toMatchObject({
    status: 2,
    stderr: 'standard input can be read once: name files for the others\n',
  });
});

describe.runIf(existsSync('/dev/full'))('a full disk', () => {
  it.each([['test'], ['audit']])('ends %s with one line, and not as a violation does', (command) => {
    const from = command === 'audit' ? ` --from ${file('none.json', { SecurityGroups: [] })}` : '';
    const words = `"${process.execPath}" cli/main.ts ${command}${from} > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', words], { encoding: 'utf8' });

    expect(status).toBe(2);
    expect(stderr).toMatch(/standard output cannot be written: no space is left on the device\n$/);
  });
});
