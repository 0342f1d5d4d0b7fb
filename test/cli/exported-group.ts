// A group as `aws ec2 describe-security-groups` prints it, with SSH from one block.
import { type Account, addGroup, createAccount } from '../../lib/sandbox/index.ts';

export const exportedGroup = (GroupId: string, GroupName: string, CidrIp: string) => ({
  ...{ GroupId, GroupName, OwnerId: '111122223333', VpcId: 'vpc-0abc' },
  IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp }] }],
});

/** An account that has only this group. */
export function accountOf(group: ReturnType<typeof exportedGroup>): Account {
  const account = createAccount({ accountId: group.OwnerId, region: 'eu-west-1' });
  addGroup(account, group);
  return account;
}
