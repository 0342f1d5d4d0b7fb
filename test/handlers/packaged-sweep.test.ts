// The packaged sweep in a process of its own, under Lambda's programming model, against the account over HTTP.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { addGroup, addRule, createAccount, inForce } from '../../lib/sandbox/index.ts';
import { serve } from '../../lib/sandbox/server.ts';
import { ENVIRONMENT } from '../environment.ts';
import { unpack } from './unpack.ts';

const run = promisify(execFile);
const PLACE = { accountId: '111122223333', region: 'eu-west-1' };

describe('the packaged sweep', () => {
  it.each([
    ['report', '1 violation, 1 critical', 1],
    ['enforce', '1 violation, 1 critical, 1 revoked', 0],
  ])('finds a world-open rule: %s', async (SWEEP_MODE, subject, left) => {
    const account = createAccount(PLACE);
    addGroup(account, { GroupId: 'sg-0web', GroupName: 'web', VpcId: 'vpc-0other' });
    addRule(account, {
      GroupId: 'sg-0web',
      ...{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' },
    });
    const server = await serve(account);
    const env = {
      ...ENVIRONMENT,
      SWEEP_MODE,
      POWERTOOLS_SERVICE_NAME: 'portcullis-prod',
      POWERTOOLS_METRICS_NAMESPACE: 'Portcullis',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: server.url,
    };
    const script = `
      const { handler } = await import(${JSON.stringify(join(unpack(), 'sweep.mjs'))});
      const { handler: tick } = await import(${JSON.stringify(join(unpack(), 'tick.mjs'))});
      const context = { functionName: 'sweep', getRemainingTimeInMillis: () => 900_000 };
      const { state } = await handler({ 'detail-type': 'Scheduled Event' }, context);
      await tick({}, context);
      process.stdout.write(state + '\\n');`;

    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { env });
    await server.close();

    expect(stdout.trim().split('\n').at(-1)).toBe('finished');
    // The very metric that the alarm of the template watches.
    const sent = stdout.split('\n').find((line) => line.includes('sweep-age-hours'));
    expect(JSON.parse(sent ?? '{}')).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Namespace: 'Portcullis', Dimensions: [['service']] }] },
      service: 'portcullis-prod',
      'sweep-age-hours': 0,
    });
    expect(account.messages.map((message) => message.subject)).toEqual([
      `Sweep: ${subject} (111122223333/eu-west-1)`,
    ]);
    expect(inForce(account, 'sg-0web')).toHaveLength(left);
  });
});
