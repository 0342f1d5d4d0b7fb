// CreateSecurityGroup and DeleteSecurityGroup, and finding the group that a call is about.
import { type Account, nextId, type StoredGroup, store } from './account.ts';
import { ServiceError } from './faults.ts';
import { type Parameters, structuresOf, textOf } from './query.ts';

/** Makes a group; like every new group it lets everything out. */
export function createGroup(account: Account, parameters: Parameters): object {
  const GroupName = textOf(parameters, 'GroupName') ?? '';
  const VpcId = textOf(parameters, 'VpcId') ?? account.defaultVpcId;
  if ([...account.groups.values()].some((group) => group.GroupName === GroupName && group.VpcId === VpcId)) {
    throw new ServiceError(
      'InvalidGroup.Duplicate',
      `The security group '${GroupName}' already exists for VPC '${VpcId}'`,
    );
  }
  const tags = structuresOf(parameters, 'TagSpecification').flatMap((s) => structuresOf(s, 'Tag'));
  const group: StoredGroup = {
    GroupId: nextId(account, 'sg'),
    GroupName,
    Description: textOf(parameters, 'GroupDescription') ?? '',
    OwnerId: account.accountId,
    VpcId,
    Tags: tags.map((tag) => ({ Key: textOf(tag, 'Key') ?? '', Value: textOf(tag, 'Value') ?? '' })),
  };
  account.groups.set(group.GroupId, group);
  store(account, {
    SecurityGroupRuleId: nextId(account, 'sgr'),
    GroupId: group.GroupId,
    GroupOwnerId: group.OwnerId,
    IsEgress: true,
    IpProtocol: '-1',
    FromPort: -1,
    ToPort: -1,
    CidrIpv4: '0.0.0.0/0',
  });
  return { return: true, groupId: group.GroupId };
}

/** Removes a group and its rules. */
export function deleteGroup(account: Account, parameters: Parameters): object {
  const { GroupId } = requireGroup(account, parameters);
  account.groups.delete(GroupId);
  account.rules = account.rules.filter(({ rule }) => rule.GroupId !== GroupId);
  return { return: true, groupId: GroupId };
}

/** The group of a call, by id, or in the default VPC by name; throws what EC2 answers when there is none. */
export function requireGroup(account: Account, parameters: Parameters): StoredGroup {
  const id = textOf(parameters, 'GroupId');
  const name = textOf(parameters, 'GroupName');
  if (id === undefined && name === undefined)
    throw new ServiceError('MissingParameter', 'The request must contain a group');
  if (id !== undefined && !id.startsWith('sg-')) {
    throw new ServiceError('InvalidGroupId.Malformed', `Invalid id: "${id}" (expecting "sg-...")`);
  }
  const group =
    id === undefined
      ? [...account.groups.values()].find((g) => g.GroupName === name && g.VpcId === account.defaultVpcId)
      : account.groups.get(id);
  if (group !== undefined) return group;
  throw new ServiceError('InvalidGroup.NotFound', `The security group '${id ?? name}' does not exist`);
}
