import {
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inForce } from '../../../lib/sandbox/index.ts';
import { type Server, serve } from '../../../lib/sandbox/server.ts';
import { expectRefusal, GROUP, makeSandbox, open, type Sandbox, ssh, TOPIC, WORLD } from './sandbox.ts';

describe('the account behind HTTP', () => {
  let sandbox: Sandbox;
  let server: Server;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };

  beforeEach(async () => {
    sandbox = makeSandbox();
    server = await serve(sandbox.account);
  });
  afterEach(() => server.close());

  function configuration() {
    return { region: 'eu-west-1', credentials, endpoint: server.url };
  }

  it('answers EC2', async () => {
    const [rule] = await open(sandbox, GROUP, ssh(WORLD));
    const ec2 = new EC2Client(configuration());
    const SecurityGroupRuleIds = [rule?.SecurityGroupRuleId ?? ''];

    const read = await ec2.send(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds }));
    const input = { GroupId: GROUP, SecurityGroupRuleIds };
    await ec2.send(new RevokeSecurityGroupIngressCommand(input));

    expect(read.SecurityGroupRules).toEqual([rule]);
    expect(inForce(sandbox.account, GROUP)).toEqual([]);
    const again = ec2.send(new RevokeSecurityGroupIngressCommand(input));
    await expectRefusal(again, 'InvalidSecurityGroupRuleId.NotFound');
  });

  it('answers SNS', async () => {
    const sns = new SNSClient(configuration());

    await sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'ü'.repeat(10_000) }));

    expect(sandbox.account.messages).toMatchObject([{ message: 'ü'.repeat(10_000) }]);
  });

  it('listens on one loopback address alone', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect(fetch(server.url.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow();
  });

  it('refuses what is no request of EC2 or SNS, and stays up', async () => {
    const { status } = await fetch(server.url, { method: 'POST', body: '\u0000=%%%&a.1.=&a=1' });

    expect(status).toBe(400);
    expect((await fetch(server.url)).status).toBe(400);
  });
});
