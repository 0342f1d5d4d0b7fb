// CreateSecurityGroup and DeleteSecurityGroup.
import type { CreateSecurityGroupResult, DeleteSecurityGroupResult } from '@aws-sdk/client-ec2';
import { type Account, arnOf, nextId } from '../account.ts';
import type { StoredGroup } from '../account-state.ts';
import { ServiceError } from '../faults.ts';
import { type Parameters, textOf } from '../protocol/query.ts';
import { checkDescription } from './canonical-rule.ts';
import { requestedGroup, requestedTags } from './request.ts';
import { inForce, store } from './rule-store.ts';
import { newRule } from './rules.ts';

/**
 * Makes a group, in the default VPC where none is named; like every new group it lets everything out
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html).
 */
export function createGroup(account: Account, parameters: Parameters): CreateSecurityGroupResult {
  const VpcId = textOf(parameters, 'VpcId') ?? account.defaultVpcId;
  if (!account.vpcs.has(VpcId)) {
    throw new ServiceError('InvalidVpcID.NotFound', `The vpc ID '${VpcId}' does not exist`);
  }
  const GroupName = required(parameters, 'GroupName');
  refuseName(account, GroupName, VpcId);
  const Description = required(parameters, 'GroupDescription');
  checkDescription(Description);
  const Tags = requestedTags(parameters, 'security-group');
  const GroupId = nextId(account, 'sg');
  const group: StoredGroup = { GroupId, GroupName, Description, OwnerId: account.accountId, VpcId, Tags };
  account.groups.set(GroupId, group);
  store(account, allOut(account, group));
  return { GroupId, Tags: [...Tags], SecurityGroupArn: arnOf(account, 'security-group', GroupId) };
}

/**
 * Removes a group and its rules; throws CannotDelete for a default group and DependencyViolation for one that
 * rules of other groups refer to (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html).
 */
export function deleteGroup(account: Account, parameters: Parameters): DeleteSecurityGroupResult {
  const { GroupId, GroupName } = requestedGroup(account, parameters);
  if (GroupName === 'default') {
    throw new ServiceError(
      'CannotDelete',
      `the specified group: "${GroupId}" name: "default" cannot be deleted by a user`,
    );
  }
  const others = [...account.groups.keys()].filter((id) => id !== GroupId);
  const isReferenced = others
    .flatMap((id) => inForce(account, id))
    .some(({ ReferencedGroupInfo }) => ReferencedGroupInfo?.GroupId === GroupId);
  if (isReferenced) {
    throw new ServiceError('DependencyViolation', `resource ${GroupId} has a dependent object`);
  }
  account.groups.delete(GroupId);
  account.rules = account.rules.filter(({ rule }) => rule.GroupId !== GroupId);
  return { Return: true, GroupId };
}

function allOut(account: Account, { GroupId, OwnerId }: StoredGroup) {
  return newRule(account, {
    GroupId,
    GroupOwnerId: OwnerId,
    IsEgress: true,
    IpProtocol: '-1',
    FromPort: -1,
    ToPort: -1,
    CidrIpv4: '0.0.0.0/0',
    Tags: [],
  });
}

function refuseName(account: Account, name: string, vpcId: string): void {
  const isTaken = [...account.groups.values()].some(
    (group) => group.GroupName === name && group.VpcId === vpcId,
  );
  if (!isTaken) return;
  const message = `The security group '${name}' already exists for VPC '${vpcId}'`;
  throw new ServiceError('InvalidGroup.Duplicate', message);
}

function required(parameters: Parameters, name: string): string {
  const text = textOf(parameters, name);
  if (text !== undefined) return text;
  throw new ServiceError('MissingParameter', `The request must contain the parameter ${name}`);
}
