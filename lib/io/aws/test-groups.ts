// The security groups that `portcullis selftest` makes, opens and deletes; nothing uses them. Only what an operator asks.
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import { TEST_TAG } from './left-behind.ts';

/** The default VPC, or else any. */
export async function pickVpc(ec2: EC2Client): Promise<string | undefined> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  return (Vpcs.find(({ IsDefault }) => IsDefault) ?? Vpcs[0])?.VpcId;
}

/** Makes a group without inbound rules; answers its id. */
export async function createTestGroup(ec2: EC2Client, VpcId: string, name: string): Promise<string> {
  const { GroupId = '' } = await ec2.send(
    new CreateSecurityGroupCommand({
      VpcId,
      GroupName: name,
      Description: 'made by portcullis selftest, used by nothing, may be deleted',
      TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: TEST_TAG, Value: name }] }],
    }),
  );
  return GroupId;
}

/** Opens it for inbound traffic; answers the id of the rule. */
export async function openTestGroup(
  ec2: EC2Client,
  GroupId: string,
  permission: IpPermission,
): Promise<string> {
  const { SecurityGroupRules = [] } = await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission] }),
  );
  return SecurityGroupRules[0]?.SecurityGroupRuleId ?? '';
}

export async function deleteTestGroup(ec2: EC2Client, GroupId: string): Promise<void> {
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
}
