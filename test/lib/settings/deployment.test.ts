import { describe, expect, it } from 'vitest';
import { deploymentOf } from '../../../lib/settings/deployment.ts';
import { settingsSchema } from '../../../lib/settings/schema.ts';

const settings = settingsSchema.parse({
  mail: 'all@example.com',
  sweep: { mode: 'enforce', rate: 'rate(1 day)', maxAge: 25 },
  retention: { log: 731, ledger: 90 },
  protect: ['sg-0abc', 'name=bastion-*'],
  contact: '#cloud-security',
  timeZone: 'Europe/Berlin',
  subscriptions: [{ protocol: 'https', endpoint: 'https://example.com/hook' }],
  stages: {
    prod: { account: '111122223333', regions: ['eu-west-1'], mode: 'enforce', sweep: { mode: 'report' } },
    test: { subscriptions: [], mail: 'test@example.com', retention: { log: 30 }, timeZone: 'UTC' },
  },
});

describe('the deployment of a stage', () => {
  it('has the parameters of the settings, and only these', () => {
    expect(deploymentOf(settings, 'prod')).toEqual({
      account: '111122223333',
      regions: ['eu-west-1'],
      parameters: {
        ...{ mode: 'enforce', email: 'all@example.com', protect: 'sg-0abc,name=bastion-*' },
        ...{ sweepMode: 'report', sweepRate: 'rate(1 day)', sweepMaxAge: 25 },
        ...{ logRetention: 731, ledgerRetention: 90 },
        ...{ contact: '#cloud-security', timeZone: 'Europe/Berlin' },
      },
      flowLogs: [],
      subscriptions: settings.subscriptions,
    });
  });

  it('is as the stage says where both say something', () => {
    expect(deploymentOf(settings, 'test')).toMatchObject({
      ...{ account: undefined, regions: [], subscriptions: [] },
      parameters: {
        email: 'test@example.com',
        logRetention: 30,
        ledgerRetention: 90,
        sweepMode: 'enforce',
        timeZone: 'UTC',
      },
    });
  });

  it('is none for a stage that there is not, whatever objects have', () => {
    expect(['dev', 'toString', '__proto__'].map((name) => deploymentOf(settings, name))).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });
});
