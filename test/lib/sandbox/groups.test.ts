import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addGroup, inForce } from '../../../lib/sandbox/index.ts';
import {
  ACCOUNT,
  expectRefusal,
  GROUP,
  HOME,
  makeSandbox,
  OTHER_VPC,
  open,
  type Sandbox,
  ssh,
  WORLD,
} from './sandbox.ts';

async function tagsOf({ ec2 }: Sandbox, id: string) {
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
  return SecurityGroups?.[0]?.Tags;
}

describe('creating a group', () => {
  it('puts it into the default VPC and lets everything out', async () => {
    const { account, ec2 } = makeSandbox();
    const Tags = [{ Key: 'env', Value: 'prod' }];
    const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags }];
    const input = { GroupName: 'db', Description: 'the database', TagSpecifications };

    const { GroupId = '' } = await ec2.send(new CreateSecurityGroupCommand(input));

    expect(GroupId).toMatch(/^sg-[0-9a-f]{17}$/);
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    expect(SecurityGroups).toEqual([
      {
        GroupId,
        GroupName: 'db',
        Description: 'the database',
        OwnerId: ACCOUNT,
        VpcId: account.defaultVpcId,
        SecurityGroupArn: `arn:aws:ec2:eu-west-1:${ACCOUNT}:security-group/${GroupId}`,
        Tags,
        IpPermissions: [],
        IpPermissionsEgress: [
          {
            IpProtocol: '-1',
            IpRanges: [{ CidrIp: WORLD }],
            Ipv6Ranges: [],
            PrefixListIds: [],
            UserIdGroupPairs: [],
          },
        ],
      },
    ]);
    expect(inForce(account, GroupId)).toMatchObject([{ IsEgress: true, FromPort: -1, ToPort: -1 }]);
  });

  it.each([
    ['InvalidGroup.Duplicate', { GroupName: 'web', Description: 'x', VpcId: OTHER_VPC }],
    ['InvalidVpcID.NotFound', { GroupName: 'db', Description: 'x', VpcId: 'vpc-0none' }],
    ['InvalidParameterValue', { GroupName: 'db', Description: 'ü' }],
    ['MissingParameter', { GroupName: undefined, Description: 'x' }],
  ])('is refused with %s: %j', async (code, input) => {
    const { account, ec2 } = makeSandbox();

    await expectRefusal(ec2.send(new CreateSecurityGroupCommand(input)), code);
    expect(account.groups.size).toBe(2);
  });

  it('takes a name that another VPC has', async () => {
    const { ec2 } = makeSandbox();
    const input = { GroupName: 'web', Description: 'x' };

    await expect(ec2.send(new CreateSecurityGroupCommand(input))).resolves.toBeDefined();
  });
});

describe('deleting a group', () => {
  it('takes its rules with it', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, ssh(WORLD), { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: GROUP }] });

    await sandbox.ec2.send(new DeleteSecurityGroupCommand({ GroupId: GROUP }));

    expect(inForce(sandbox.account, GROUP)).toEqual([]);
    const again = sandbox.ec2.send(new DeleteSecurityGroupCommand({ GroupId: GROUP }));
    await expectRefusal(again, 'InvalidGroup.NotFound');
  });

  it('is refused while another group refers to it', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: HOME }] });

    const call = sandbox.ec2.send(new DeleteSecurityGroupCommand({ GroupId: HOME }));

    await expectRefusal(call, 'DependencyViolation');
  });

  it('is refused for a default group', async () => {
    const { account, ec2 } = makeSandbox();
    addGroup(account, { GroupId: 'sg-0default', GroupName: 'default' });

    const call = ec2.send(new DeleteSecurityGroupCommand({ GroupId: 'sg-0default' }));

    await expectRefusal(call, 'CannotDelete');
  });
});

describe('tags', () => {
  const env = { Key: 'env', Value: 'prod' };
  const team = { Key: 'team', Value: '' };

  it('are added, overwritten and removed, on groups', async () => {
    const sandbox = makeSandbox();
    const on = { Resources: [GROUP] };

    await sandbox.ec2.send(new CreateTagsCommand({ ...on, Tags: [{ Key: 'env', Value: 'test' }, team] }));
    await sandbox.ec2.send(new CreateTagsCommand({ ...on, Tags: [env] }));
    expect(await tagsOf(sandbox, GROUP)).toEqual([team, env]);

    await sandbox.ec2.send(
      new DeleteTagsCommand({ ...on, Tags: [{ Key: 'env', Value: 'test' }, { Key: 'team' }] }),
    );
    expect(await tagsOf(sandbox, GROUP)).toEqual([env]);

    await sandbox.ec2.send(new DeleteTagsCommand(on));
    expect(await tagsOf(sandbox, GROUP)).toEqual([]);
  });

  it('are added to rules, which stay what they are', async () => {
    const sandbox = makeSandbox();
    const [rule] = await open(sandbox, GROUP, ssh(WORLD));
    const Resources = [rule?.SecurityGroupRuleId ?? '', HOME];

    await sandbox.ec2.send(new CreateTagsCommand({ Resources, Tags: [env] }));

    expect(inForce(sandbox.account, GROUP)).toEqual([{ ...rule, Tags: [env] }]);
    expect(await tagsOf(sandbox, HOME)).toEqual([env]);
  });

  it.each([
    ['InvalidGroup.NotFound', 'sg-0none'],
    ['InvalidSecurityGroupRuleId.NotFound', 'sgr-0none'],
    ['InvalidID', 'i-0none'],
  ])('go on all resources or none: %s for %s', async (code, id) => {
    const sandbox = makeSandbox();

    const call = sandbox.ec2.send(new CreateTagsCommand({ Resources: [GROUP, id], Tags: [env] }));

    await expectRefusal(call, code);
    expect(await tagsOf(sandbox, GROUP)).toEqual([]);
  });
});

it('an operation that the sandbox does not know is no action', async () => {
  await expectRefusal(makeSandbox().ec2.send(new DescribeInstancesCommand({})), 'InvalidAction');
});
