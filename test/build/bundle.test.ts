// What is in a bundle, and what is not.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../build/bundle.ts';
import { STAND_INS } from '../../build/stand-ins.ts';

let text: string;

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'portcullis-bundle-'));
  const file = join(directory, 'sdk.mjs');
  await bundle('test/build/sdk.ts', file);
  text = readFileSync(file, 'latin1');
  rmSync(directory, { recursive: true });
});

describe('a stand-in', () => {
  it.each(Object.keys(STAND_INS))('stands for a module that there is: %s', (path) => {
    expect(existsSync(join('node_modules', path))).toBe(true);
  });
});

describe('the bundle', () => {
  it('imports no built-in module, which would load more of it than is used', () => {
    expect(text).not.toMatch(/\bimport(?!\()/);
    expect(text).toContain('process.getBuiltinModule("node:https")');
  });

  it.each([
    ['error classes that nobody asks for', 'TableInUseException'],
    ['files of configuration', 'AWS_CONFIG_FILE'],
    ['instance metadata', 'latest/meta-data'],
    ['headers of event streams', 'Int64'],
    ['the rate limit of adaptive retries', 'getSendToken'],
    ['a SHA-256 of its own', 'finished HMAC'],
    ['a second parser of timestamps', 'RFC-3339 date-times'],
    ['the sizes of files', 'lstatSync'],
  ])('is without %s', (_, trace) => {
    expect(text).not.toContain(trace);
  });

  it('is ASCII', () => {
    expect(text).toMatch(/^[\0-\x7f]*$/);
  });
});
