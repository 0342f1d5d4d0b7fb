import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2ServiceException,
  ModifySecurityGroupRulesCommand,
  paginateDescribeSecurityGroupRules,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { fail, inForce } from '../../../lib/sandbox/index.ts';
import { expectRefusal, GROUP, makeSandbox, open, type Sandbox, ssh, tcp, WORLD } from './sandbox.ts';

/** Copied for every walk: the paginator leaves the last token in the input that it is given. */
const READ = { Filters: [{ Name: 'group-id', Values: [GROUP] }] };

async function portsOfRules({ ec2 }: Sandbox) {
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand(READ));
  return SecurityGroupRules.map(({ FromPort }) => FromPort);
}

async function portsOfGroup({ ec2 }: Sandbox) {
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand(READ));
  return SecurityGroups?.[0]?.IpPermissions?.map(({ FromPort }) => FromPort);
}

describe('a fault', () => {
  it('that passes is retried by the SDK, and the caller does not notice', async () => {
    const sandbox = makeSandbox();
    fail(sandbox.account, 'DescribeSecurityGroupRules', 'RequestLimitExceeded', 2);

    const { $metadata } = await sandbox.ec2.send(new DescribeSecurityGroupRulesCommand(READ));

    expect($metadata.attempts).toBe(3);
    expect(sandbox.account.calls).toHaveLength(1);
  });

  it('that lasts reaches the caller after three attempts', async () => {
    const { account, ec2 } = makeSandbox();
    fail(account, 'DescribeSecurityGroupRules', 'RequestLimitExceeded', 3);

    const call = ec2.send(new DescribeSecurityGroupRulesCommand(READ));

    await expect(call).rejects.toMatchObject({
      name: 'RequestLimitExceeded',
      $metadata: { httpStatusCode: 503, attempts: 3 },
    });
    await expect(call).rejects.toBeInstanceOf(EC2ServiceException);
    await expect(ec2.send(new DescribeSecurityGroupRulesCommand(READ))).resolves.toBeDefined();
  });

  it('of permission is not retried, lasts, and changes nothing', async () => {
    const sandbox = makeSandbox();
    const [rule] = await open(sandbox, GROUP, ssh(WORLD));
    fail(sandbox.account, 'RevokeSecurityGroupIngress', 'UnauthorizedOperation');
    const input = { GroupId: GROUP, SecurityGroupRuleIds: [rule?.SecurityGroupRuleId ?? ''] };

    for (const _ of [1, 2]) {
      const call = sandbox.ec2.send(new RevokeSecurityGroupIngressCommand(input));
      await expectRefusal(call, 'UnauthorizedOperation', 403);
      await expect(call).rejects.toMatchObject({ $metadata: { attempts: 1 } });
    }

    expect(inForce(sandbox.account, GROUP)).toEqual([rule]);
    await expect(open(sandbox, GROUP, tcp(443, WORLD))).resolves.toHaveLength(1);
  });
});

describe('a dry run', () => {
  it('is answered with an error and changes nothing', async () => {
    const { account, ec2 } = makeSandbox();
    const input = { GroupId: GROUP, IpPermissions: [ssh(WORLD)], DryRun: true };

    await expectRefusal(ec2.send(new AuthorizeSecurityGroupIngressCommand(input)), 'DryRunOperation', 412);

    expect(inForce(account, GROUP)).toEqual([]);
  });

  it('of what is not permitted says so', async () => {
    const { account, ec2 } = makeSandbox();
    fail(account, 'AuthorizeSecurityGroupIngress', 'UnauthorizedOperation');
    const input = { GroupId: GROUP, IpPermissions: [ssh(WORLD)], DryRun: true };

    const call = ec2.send(new AuthorizeSecurityGroupIngressCommand(input));

    await expectRefusal(call, 'UnauthorizedOperation', 403);
  });
});

describe('with a lag', () => {
  it('a new rule is in force at once and shown by the third read of each kind', async () => {
    const sandbox = makeSandbox();
    sandbox.account.lag = 2;

    await open(sandbox, GROUP, ssh(WORLD));

    expect(inForce(sandbox.account, GROUP)).toHaveLength(1);
    expect([await portsOfRules(sandbox), await portsOfRules(sandbox), await portsOfRules(sandbox)]).toEqual([
      [],
      [],
      [22],
    ]);
    expect([await portsOfGroup(sandbox), await portsOfGroup(sandbox), await portsOfGroup(sandbox)]).toEqual([
      [],
      [],
      [22],
    ]);
  });

  it('a new rule that is named by its id is not found at first', async () => {
    const sandbox = makeSandbox();
    sandbox.account.lag = 1;
    const [rule] = await open(sandbox, GROUP, ssh(WORLD));
    const input = { SecurityGroupRuleIds: [rule?.SecurityGroupRuleId ?? ''] };

    const first = sandbox.ec2.send(new DescribeSecurityGroupRulesCommand(input));

    await expectRefusal(first, 'InvalidSecurityGroupRuleId.NotFound');
    const second = await sandbox.ec2.send(new DescribeSecurityGroupRulesCommand(input));
    expect(second.SecurityGroupRules).toEqual([rule]);
  });

  it('a revoked rule is gone at once and shown by two reads more', async () => {
    const sandbox = makeSandbox();
    const [rule] = await open(sandbox, GROUP, ssh(WORLD));
    sandbox.account.lag = 2;
    const input = { GroupId: GROUP, SecurityGroupRuleIds: [rule?.SecurityGroupRuleId ?? ''] };

    await sandbox.ec2.send(new RevokeSecurityGroupIngressCommand(input));

    expect([await portsOfRules(sandbox), await portsOfRules(sandbox), await portsOfRules(sandbox)]).toEqual([
      [22],
      [22],
      [],
    ]);
    const again = sandbox.ec2.send(new RevokeSecurityGroupIngressCommand(input));
    await expectRefusal(again, 'InvalidSecurityGroupRuleId.NotFound');
  });

  it('a modified rule is shown as it was and then as it is, never twice and never not at all', async () => {
    const sandbox = makeSandbox();
    const [rule] = await open(sandbox, GROUP, ssh(WORLD));
    sandbox.account.lag = 2;
    const SecurityGroupRule = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIpv4: WORLD };
    const SecurityGroupRules = [{ SecurityGroupRuleId: rule?.SecurityGroupRuleId, SecurityGroupRule }];

    await sandbox.ec2.send(new ModifySecurityGroupRulesCommand({ GroupId: GROUP, SecurityGroupRules }));

    expect([await portsOfRules(sandbox), await portsOfRules(sandbox), await portsOfRules(sandbox)]).toEqual([
      [22],
      [22],
      [443],
    ]);
  });

  it('the pages of one read count once', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, ssh(...['1', '2', '3', '4', '5', '6'].map((n) => `10.${n}.0.0/16`)));
    sandbox.account.lag = 2;
    await open(sandbox, GROUP, tcp(443, WORLD));
    const counts: number[] = [];

    for (const _ of [1, 2, 3]) {
      let count = 0;
      for await (const page of paginateDescribeSecurityGroupRules(
        { client: sandbox.ec2, pageSize: 5 },
        { ...READ },
      )) {
        count += page.SecurityGroupRules?.length ?? 0;
      }
      counts.push(count);
    }

    expect(counts).toEqual([6, 6, 7]);
  });
});

describe('the calls', () => {
  it('are noted in the shape of the SDK, each as it was made', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, ssh(...['1', '2', '3', '4', '5', '6'].map((n) => `10.${n}.0.0/16`)));

    const pages = paginateDescribeSecurityGroupRules({ client: sandbox.ec2, pageSize: 5 }, { ...READ });
    for await (const _ of pages);

    expect(sandbox.account.calls).toMatchObject([
      { api: 'AuthorizeSecurityGroupIngress', input: { GroupId: GROUP, IpPermissions: [{ FromPort: 22 }] } },
      { api: 'DescribeSecurityGroupRules', input: { ...READ, MaxResults: 5 } },
      { api: 'DescribeSecurityGroupRules', input: { ...READ, MaxResults: 5, NextToken: expect.any(String) } },
    ]);
    expect(sandbox.account.calls[1]?.input).toHaveProperty('NextToken', undefined);
  });
});
