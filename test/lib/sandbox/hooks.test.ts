import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeSecurityGroupRulesCommand,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { PublishCommand } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { changeRule, dynamoOf, fail, inForce, removeRule, runBefore } from '../../../lib/sandbox/index.ts';
import { expectRefusal, GROUP, makeSandbox, open, type Sandbox, ssh, TOPIC, tcp, WORLD } from './sandbox.ts';

const API = 'RevokeSecurityGroupIngress';
const revokeSsh = ({ ec2 }: Sandbox, DryRun = false) =>
  ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: GROUP, IpPermissions: [ssh(WORLD)], DryRun }));

describe('what runs before an operation', () => {
  it('changes a rule in mid-flight, under the same id', async () => {
    const sandbox = makeSandbox();
    const [rule] = await open(sandbox, GROUP, ssh(WORLD));
    const id = rule?.SecurityGroupRuleId ?? '';
    runBefore(sandbox.account, API, () => changeRule(sandbox.account, id, { CidrIpv4: '10.0.0.0/8' }));

    await expectRefusal(revokeSsh(sandbox), 'InvalidPermission.NotFound');

    expect(inForce(sandbox.account, GROUP)).toEqual([{ ...rule, CidrIpv4: '10.0.0.0/8' }]);
  });

  it('removes a rule in mid-flight', async () => {
    const sandbox = makeSandbox();
    const [rule] = await open(sandbox, GROUP, ssh(WORLD));
    runBefore(sandbox.account, API, () => removeRule(sandbox.account, rule?.SecurityGroupRuleId ?? ''));

    await expectRefusal(revokeSsh(sandbox), 'InvalidPermission.NotFound');

    expect(inForce(sandbox.account, GROUP)).toEqual([]);
  });

  it('leaves other operations alone', async () => {
    const { account, ec2 } = makeSandbox();
    runBefore(account, API, () => expect.unreachable());

    await ec2.send(new DescribeSecurityGroupRulesCommand({}));

    expect(account.hooks).toMatchObject([{ api: API, times: 1 }]);
  });

  it('runs before as many operations as asked for', async () => {
    const { account, ec2 } = makeSandbox();
    const seen: string[] = [];
    runBefore(account, 'DescribeSecurityGroupRules', () => seen.push('first'));
    runBefore(account, 'DescribeSecurityGroupRules', () => seen.push('each'), 2);

    for (const _ of [1, 2, 3]) await ec2.send(new DescribeSecurityGroupRulesCommand({}));

    expect(seen).toEqual(['first', 'each', 'each']);
  });

  it('waits for a request that is carried out', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, ssh(WORLD));
    runBefore(sandbox.account, API, () => expect.unreachable());
    fail(sandbox.account, API, 'UnauthorizedOperation', 1);

    await expectRefusal(revokeSsh(sandbox), 'UnauthorizedOperation', 403);
    await expectRefusal(revokeSsh(sandbox, true), 'DryRunOperation', 412);

    expect(sandbox.account.hooks).toMatchObject([{ times: 1 }]);
  });

  it('comes before messages and items, too', async () => {
    const { account, sns } = makeSandbox();
    const seen: string[] = [];
    for (const api of ['Publish', 'GetItem']) runBefore(account, api, () => seen.push(api));

    await sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'a' }));
    await dynamoOf(account).send(new GetItemCommand({ TableName: 'ledger', Key: { id: { S: 'a' } } }));

    expect(seen).toEqual(['Publish', 'GetItem']);
  });
});

describe('a rule that somebody else changes', () => {
  it('is as one that was modified by a call', async () => {
    const [byHand, byCall] = [makeSandbox(), makeSandbox()];
    const [rule] = await open(byHand, GROUP, ssh(WORLD));
    await open(byCall, GROUP, ssh(WORLD));
    const SecurityGroupRuleId = rule?.SecurityGroupRuleId ?? '';
    const { FromPort, ToPort } = tcp(443);
    const SecurityGroupRule = { IpProtocol: 'tcp', FromPort, ToPort, CidrIpv4: WORLD };
    const SecurityGroupRules = [{ SecurityGroupRuleId, SecurityGroupRule }];

    changeRule(byHand.account, SecurityGroupRuleId, { FromPort, ToPort });
    await byCall.ec2.send(new ModifySecurityGroupRulesCommand({ GroupId: GROUP, SecurityGroupRules }));

    expect(inForce(byHand.account, GROUP)).toEqual(inForce(byCall.account, GROUP));
  });
});
