import { describe, expect, it } from 'vitest';
import { ConfigError, homeTarget, parseConfig, parseSweepMode } from '../../lib/config.ts';
import { ENVIRONMENT } from '../environment.ts';

describe('the configuration', () => {
  it('comes from the environment, and the account from the topic', () => {
    const config = parseConfig(ENVIRONMENT);

    expect(config).toEqual({
      mode: 'enforce',
      ledgerRetention: 400,
      topicArn: ENVIRONMENT.TOPIC_ARN,
      trimLimit: 10,
      maxReceives: 5,
      breakerLimit: 100,
      breakerMinutes: 15,
      audience: {},
      protected: [],
      isExposureOn: true,
      flowLogs: [],
      roleArn: undefined,
      stage: 'prod',
      ledgerTable: 'ledger',
      region: 'eu-west-1',
    });
    expect(homeTarget(config)).toEqual({ partition: 'aws', accountId: '111122223333', region: 'eu-west-1' });
  });

  it('names the log groups that are asked, for which the network must be read', () => {
    const named = { ...ENVIRONMENT, FLOW_LOGS: 'vpc-flow-logs,/vpc/prod' };

    expect(parseConfig(named).flowLogs).toEqual(['vpc-flow-logs', '/vpc/prod']);
    expect(parseConfig({ ...ENVIRONMENT, EXPOSURE: 'off' }).isExposureOn).toBe(false);
    expect(() => parseConfig({ ...named, EXPOSURE: 'off' })).toThrow(
      'FLOW_LOGS is `vpc-flow-logs,/vpc/prod`: it needs `on` for exposure',
    );
  });

  it.each([
    'arn:aws-cn:sns:cn-north-1:111122223333:portcullis',
    'arn:aws-us-gov:sns:us-gov-west-1:111122223333:p',
  ])('takes the topic of another partition: %s', (TOPIC_ARN) => {
    expect(homeTarget(parseConfig({ ...ENVIRONMENT, TOPIC_ARN })).partition).toMatch(/^aws-/);
  });

  it('has whom messages are for', () => {
    expect(parseConfig({ ...ENVIRONMENT, TIME_ZONE: 'Asia/Tokyo' }).audience).toEqual({
      timeZone: 'Asia/Tokyo',
    });
  });

  it.each([
    [
      'TIME_ZONE',
      'Tokyo',
      'TIME_ZONE: `Tokyo` is not a time zone: use one of the IANA database, such as Europe/Berlin',
    ],
    ['MODE', undefined, 'MODE is not set'],
    ['MODE', '', 'MODE is not set'],
    ['MODE', 'Enforce', 'MODE is `Enforce`: use `enforce` or `dry-run`'],
    ['TOPIC_ARN', undefined, 'TOPIC_ARN is not set'],
    ['TOPIC_ARN', 'portcullis', 'TOPIC_ARN is `portcullis`: use the ARN of an SNS topic'],
    ['EXPOSURE', undefined, 'EXPOSURE is not set'],
    ['EXPOSURE', 'On', 'EXPOSURE is `On`: use `on` or `off`'],
    ['TRIM_LIMIT', undefined, 'TRIM_LIMIT is not set'],
    ['TRIM_LIMIT', 'ten', 'TRIM_LIMIT is `ten`: use a number from 0 to 9999'],
    ['BREAKER_MINUTES', '11', 'BREAKER_MINUTES is `11`: use a number from 12 to 9999'],
    ['LEDGER_RETENTION', '29', 'LEDGER_RETENTION is `29`: use a number from 30 to 3653'],
    ['BREAKER_LIMIT', '5001', 'BREAKER_LIMIT is `5001`: use a number from 1 to 500'],
    ['TRIM_LIMIT', '-1', 'TRIM_LIMIT is `-1`: use a number from 0 to 9999'],
    ['STAGE', '', 'STAGE is not set'],
    ['LEDGER_TABLE', undefined, 'LEDGER_TABLE is not set'],
    [
      'PROTECT',
      'web',
      'PROTECT has `web`: use sg-0abc, name=bastion-* or tag:key=value, with commas between',
    ],
    ['AWS_REGION', undefined, 'AWS_REGION is not set'],
  ])('is refused, never guessed, when %s is %s', (name, value, message) => {
    expect(() => parseConfig({ ...ENVIRONMENT, [name]: value })).toThrow(new ConfigError(message));
  });
});

describe('the mode of the sweep', () => {
  it.each([
    ['report', 'enforce', 'report'],
    ['enforce', 'enforce', 'enforce'],
    ['enforce', 'dry-run', 'report'],
  ] as const)('%s in a deployment with %s is %s', (SWEEP_MODE, mode, expected) => {
    expect(parseSweepMode({ SWEEP_MODE }, mode)).toBe(expected);
  });

  it.each(['', 'dry-run', undefined])('is refused as %s', (SWEEP_MODE) => {
    expect(() => parseSweepMode({ SWEEP_MODE }, 'enforce')).toThrow(ConfigError);
  });
});
