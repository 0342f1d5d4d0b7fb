import { describe, expect, it } from 'vitest';
import { checkParameters } from '../../build/parameters.ts';
import { ConfigError } from '../../lib/config.ts';

const PARAMETERS = {
  STAGE: 'prod',
  MODE: 'enforce',
  TRIM_LIMIT: '0',
  EXPOSURE: 'on',
  MAX_RECEIVES: '5',
  BREAKER_LIMIT: '100',
  BREAKER_MINUTES: '15',
  PROTECT: '',
  SWEEP_MODE: 'report',
  SWEEP_RATE: 'rate(6 hours)',
  SWEEP_MAX_AGE: '12',
};

describe('the parameters of a deployment', () => {
  it('are read as the functions will read them', () => {
    expect(checkParameters({ ...PARAMETERS, TRIM_LIMIT: '10' })).toMatchObject({
      mode: 'enforce',
      trimLimit: 10,
    });
  });

  it.each([
    ['rate(11 hours)', '12'],
    ['rate(90 minutes)', '2'],
    ['rate(1 day)', '25'],
    ['cron(0 3 * * ? *)', '12'],
  ])(
    'let the last complete sweep be older than the time between two: %s, %s hours',
    (SWEEP_RATE, SWEEP_MAX_AGE) => {
      expect(() => checkParameters({ ...PARAMETERS, SWEEP_RATE, SWEEP_MAX_AGE })).not.toThrow();
    },
  );

  it.each([
    ['MODE', 'Enforce', 'parameter `mode` is `Enforce`: use `enforce` or `dry-run`'],
    ['SWEEP_MODE', 'on', 'parameter `sweepMode` is `on`: use `report` or `enforce`'],
    ['TRIM_LIMIT', '-1', 'parameter `trimLimit` is `-1`: use a number from 0 to 9999'],
    ['TRIM_LIMIT', '00', 'parameter `trimLimit` is `00`'],
    ['BREAKER_LIMIT', '0', 'parameter `breakerLimit` is `0`: use a number from 1 to 500'],
    ['BREAKER_MINUTES', '0', 'parameter `breakerMinutes` is `0`'],
    ['SWEEP_MAX_AGE', '0', 'parameter `sweepMaxAge` is `0`: use a number from 1 to 9999'],
    ['SWEEP_MAX_AGE', '12h', 'parameter `sweepMaxAge` is `12h`: use a number from 1 to 9999'],
    [
      'SWEEP_MAX_AGE',
      '6',
      'parameter `sweepMaxAge` is `6`: with sweepRate `rate(6 hours)` use a number from 7 to 9999',
    ],
    [
      'SWEEP_RATE',
      'rate(1 day)',
      'parameter `sweepMaxAge` is `12`: with sweepRate `rate(1 day)` use a number from 25 to 9999',
    ],
    ['EXPOSURE', 'yes', 'parameter `exposure` is `yes`: use `on` or `off`'],
    ['PROTECT', 'bastion', 'parameter `protect` has `bastion`: use sg-0abc'],
  ])('are refused before anything is deployed: %s = %s', (name, value, message) => {
    expect(() => checkParameters({ ...PARAMETERS, [name]: value })).toThrow(ConfigError);
    expect(() => checkParameters({ ...PARAMETERS, [name]: value })).toThrow(message);
  });
});
