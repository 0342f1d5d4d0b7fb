import { describe, expect, it } from 'vitest';
import { checkSettings } from '../../build/settings.ts';
import { ConfigError } from '../../lib/config.ts';

const SETTINGS = {
  MODE: 'enforce',
  TRIM_LIMIT: '0',
  MAX_RECEIVES: '5',
  BREAKER_LIMIT: '100',
  BREAKER_MINUTES: '15',
  PROTECT: '',
  SWEEP_MODE: 'report',
};

describe('the parameters of a deployment', () => {
  it('are read as the functions will read them', () => {
    expect(checkSettings({ ...SETTINGS, TRIM_LIMIT: '10' })).toMatchObject({
      mode: 'enforce',
      trimLimit: 10,
    });
  });

  it.each([
    ['MODE', 'Enforce', 'parameter `mode` is `Enforce`: use `enforce` or `dry-run`'],
    ['SWEEP_MODE', 'on', 'parameter `sweepMode` is `on`: use `report` or `enforce`'],
    ['TRIM_LIMIT', '-1', 'parameter `trimLimit` is `-1`: use a number from 0 to 9999'],
    ['TRIM_LIMIT', '00', 'parameter `trimLimit` is `00`'],
    ['BREAKER_LIMIT', '0', 'parameter `breakerLimit` is `0`: use a number from 1 to 5000'],
    ['BREAKER_MINUTES', '0', 'parameter `breakerMinutes` is `0`'],
    ['PROTECT', 'bastion', 'parameter `protect` has `bastion`: use sg-0abc'],
  ])('are refused before anything is deployed: %s = %s', (name, value, message) => {
    expect(() => checkSettings({ ...SETTINGS, [name]: value })).toThrow(ConfigError);
    expect(() => checkSettings({ ...SETTINGS, [name]: value })).toThrow(message);
  });
});
