// The packaged handler in a process of its own, under Lambda's programming model, against the account over HTTP.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Account, addGroup, addRule, createAccount, inForce } from '../../lib/sandbox/index.ts';
import { serve } from '../../lib/sandbox/server.ts';
import { ENVIRONMENT } from '../environment.ts';
import { unpack } from './unpack.ts';

const EVENT = 'test/fixtures/events/authorize-ingress-terraform-ssh-world-2026.json';
const GROUP = 'sg-0e79c7acdf4a0225e';
const run = promisify(execFile);

function makeAccount(): Account {
  const account = createAccount({ accountId: '000000000000', region: 'ap-northeast-2' });
  addGroup(account, { GroupId: GROUP, GroupName: 'web-prod', VpcId: 'vpc-0other' });
  const ssh = {
    IpProtocol: 'tcp',
    FromPort: 22,
    ToPort: 22,
    CidrIpv4: '0.0.0.0/0',
    Description: 'größer < & "quoted"',
  };
  addRule(account, { SecurityGroupRuleId: 'sgr-0ab4202bcd11d93d2', GroupId: GROUP, ...ssh });
  return account;
}

describe('the packaged handler', () => {
  it('revokes a world-open rule and tells people', async () => {
    const account = makeAccount();
    const server = await serve(account);
    const env = {
      ...ENVIRONMENT,
      TOPIC_ARN: 'arn:aws:sns:ap-northeast-2:000000000000:portcullis',
      AWS_REGION: 'ap-northeast-2',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: server.url,
    };
    const script = `
      const { handler } = await import(${JSON.stringify(join(unpack(), 'remediate.mjs'))});
      const answer = await handler(${readFileSync(EVENT, 'utf8')}, { functionName: 'remediate', getRemainingTimeInMillis: () => 120_000 });
      process.stdout.write(JSON.stringify(answer.outcomes.map(({ outcome }) => outcome)) + '\\n');`;

    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { env });
    await server.close();

    expect(stdout.trim().split('\n').at(-1)).toBe('["revoked"]');
    expect(inForce(account, GROUP)).toEqual([]);
    expect(JSON.parse(account.messages[0]?.versions?.default ?? '').findings[0].rule.Description).toBe(
      'größer < & "quoted"',
    );
    expect(account.messages[0]?.versions?.email).toContain('inbound SSH (tcp/22)');
  });
});
