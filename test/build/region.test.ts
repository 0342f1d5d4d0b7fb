import { describe, expect, it } from 'vitest';
import { regionFor } from '../../build/region.js';

type Asked = Parameters<typeof regionFor>[0];

const NOTHING: Asked = {
  command: 'deploy',
  stage: 'prod',
  named: undefined,
  ambient: undefined,
  settings: 'none',
};
const one = { regions: ['eu-west-1'] };
const two = { regions: ['eu-west-1', 'eu-west-3'] };
const open = { regions: [] };

describe('the region of a command', () => {
  it.each([
    ['the one that is named', { named: 'eu-north-1' }, 'eu-north-1'],
    ['that of the environment', { ambient: 'eu-north-1' }, 'eu-north-1'],
    [
      'that of the settings, whatever the environment says',
      { settings: one, ambient: 'us-east-1' },
      'eu-west-1',
    ],
    [
      'that of the environment where the settings name none',
      { settings: open, ambient: 'eu-north-1' },
      'eu-north-1',
    ],
    [
      'the one of several that the environment has, to look at it',
      { command: 'info', settings: two, ambient: 'eu-west-3' },
      'eu-west-3',
    ],
    ['the one of several that is named', { settings: two, named: 'eu-west-1' }, 'eu-west-1'],
    ['any where nothing is sent', { command: 'package' }, 'us-east-1'],
    [
      'a former one to remove what is there',
      { command: 'remove', settings: one, named: 'us-west-2' },
      'us-west-2',
    ],
    [
      'the named one where the settings are broken',
      { command: 'info', settings: 'unreadable', named: 'eu-west-1' },
      'eu-west-1',
    ],
  ] as const)('is %s', (_, asked, region) => {
    expect(regionFor({ ...NOTHING, ...asked })).toEqual({ region });
  });

  it('is each of several to a deployment that names none', () => {
    const asked: Asked = { ...NOTHING, settings: two, ambient: 'eu-west-3' };

    expect(regionFor(asked)).toEqual({ region: 'eu-west-1', ...two });
    expect(regionFor({ ...asked, named: 'eu-west-3' })).toEqual({ region: 'eu-west-3' });
  });

  it.each([
    ['nobody named one', {}, 'no region: name it with --region, in AWS_REGION'],
    ['nobody named one to remove from', { command: 'remove' }, 'no region'],
    ['the settings name none', { settings: open }, 'or as `regions` of stage `prod` in the settings'],
    [
      'there are several',
      { command: 'remove', settings: two },
      'stage `prod` has the regions eu-west-1, eu-west-3',
    ],
    [
      'the environment has another than the several',
      { command: 'info', settings: two, ambient: 'us-east-1' },
      'name one with --region',
    ],
    [
      'the settings name another',
      { settings: one, named: 'us-east-1' },
      'add `us-east-1` to its regions first',
    ],
    [
      'the settings are broken',
      { command: 'remove', settings: 'unreadable', ambient: 'us-east-1' },
      'name the region with --region',
    ],
  ] as const)('is not guessed where %s', (_, asked, problem) => {
    expect(regionFor({ ...NOTHING, ...asked })).toEqual({ problem: expect.stringContaining(problem) });
  });
});
