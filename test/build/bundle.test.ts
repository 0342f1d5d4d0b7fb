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

describe('the pattern of a partition', () => {
  interface Partition {
    readonly id: string;
    readonly regionRegex: string;
    readonly regions: Readonly<Record<string, object>>;
  }
  const path = 'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';
  const json = readFileSync(path, 'utf8').replace('export const partitionsInfo = ', '').replace(/;\s*$/, '');
  const { partitions }: { readonly partitions: readonly Partition[] } = JSON.parse(json);
  const regions = partitions.flatMap((one) => Object.keys(one.regions).map((region) => [region, one.id]));

  it.each(regions.filter(([region = '']) => !region.endsWith('-global')))(
    'knows the region %s of %s, whose name stays out of the bundle',
    (region = '', id) => {
      const fits = partitions.filter(({ regionRegex }) => new RegExp(regionRegex).test(region));

      expect(fits.map((one) => one.id)).toEqual([id]);
    },
  );
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
    ['the names of regions', 'Asia Pacific (Tokyo)'],
  ])('is without %s', (_, trace) => {
    expect(text).not.toContain(trace);
  });

  it('is ASCII', () => {
    expect(text).toMatch(/^[\0-\x7f]*$/);
  });
});
