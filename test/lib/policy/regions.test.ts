// Which names of regions are doubted.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { doubtfulRegion, REGIONS } from '../../../lib/policy/regions.ts';

const PARTITIONS =
  'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';

it('none that the SDK knows', () => {
  const known = [...readFileSync(PARTITIONS, 'utf8').matchAll(/"?\b([a-z]+(?:-[a-z]+)+-\d)"?:/g)].map(
    ([, name = '']) => name,
  );

  expect(known.length).toBeGreaterThan(30);
  expect(known.filter((name) => !REGIONS.includes(name))).toEqual([]);
});

it.each([
  ['eu-wst-1', 'did you mean `eu-west-1`?'],
  ['us-esat-1', 'did you mean `us-east-1`?'],
  ['ap-southeast-8', 'did you mean `ap-southeast-'],
  ['mars-olympus-1', 'check the name'],
])('%s, with what may be meant', (name, meant) => {
  expect(doubtfulRegion(name)).toContain(meant);
});
