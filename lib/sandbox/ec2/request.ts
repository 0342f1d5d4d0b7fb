// The parts of EC2 requests that several calls have: groups, permissions, rule ids and tags.
import type { SecurityGroupRule as AwsSecurityGroupRule, IpPermission, Tag } from '@aws-sdk/client-ec2';
import type { Account } from '../account.ts';
import type { StoredGroup } from '../account-state.ts';
import { ServiceError } from '../faults.ts';
import { numberOf, type Parameters, structuresOf, textOf } from '../protocol/query.ts';
import { isSameRule, toRules } from './permissions.ts';

const FLAT = [
  'IpProtocol',
  'FromPort',
  'ToPort',
  'CidrIp',
  'SourceSecurityGroupName',
  'SourceSecurityGroupOwnerId',
];

/** The group of a call, by id, or in the default VPC by name; throws what EC2 answers when there is none. */
export function requestedGroup(account: Account, parameters: Parameters): StoredGroup {
  const id = textOf(parameters, 'GroupId');
  if (id !== undefined) return groupById(account, id);
  const name = textOf(parameters, 'GroupName');
  if (name === undefined) {
    throw new ServiceError('MissingParameter', 'The request must contain the parameter groupName or groupId');
  }
  return groupByName(account, name);
}

/** The group with that id; throws InvalidGroupId.Malformed or InvalidGroup.NotFound. */
export function groupById(account: Account, id: string): StoredGroup {
  // Only the prefix: recorded events have masked ids, and a sandbox is filled from them.
  if (!id.startsWith('sg-'))
    throw new ServiceError('InvalidGroupId.Malformed', `Invalid id: "${id}" (expecting "sg-...")`);
  return account.groups.get(id) ?? missingGroup(id);
}

/** The group of that name in the default VPC; names are unknown elsewhere. Throws InvalidGroup.NotFound. */
export function groupByName(account: Account, name: string): StoredGroup {
  const inDefaultVpc = [...account.groups.values()].filter(({ VpcId }) => VpcId === account.defaultVpcId);
  return inDefaultVpc.find(({ GroupName }) => GroupName === name) ?? missingGroup(name);
}

/** The rules that a call asks for, nested or flat; throws what EC2 answers to malformed ones, none and too many. */
export function requestedRules(
  account: Account,
  parameters: Parameters,
  isEgress: boolean,
): readonly AwsSecurityGroupRule[] {
  const nested = structuresOf(parameters, 'IpPermissions').map(readPermission);
  const isFlat = FLAT.some((name) => parameters[name] !== undefined);
  if (isFlat && nested.length > 0) {
    throw new ServiceError(
      'InvalidParameterCombination',
      'The parameter ipPermissions may not be used with others',
    );
  }
  const rules = (isFlat ? [readFlat(parameters, isEgress)] : nested).map((each) => toRules(each, isEgress));
  if (rules.length === 0 || rules.some((ofOne) => ofOne.length === 0)) {
    throw new ServiceError('MissingParameter', 'Source group ID missing.');
  }
  refuseTooMany(account, rules.flat());
  return distinct(rules.flat());
}

/** Throws InvalidParameterValue for more rules, or rule ids, than one call may have. */
export function refuseTooMany({ mostRulesPerCall: most }: Account, asked: readonly unknown[]): void {
  if (asked.length <= most) return;
  const message = `The request has ${asked.length} rules, and may have at most ${most}.`;
  throw new ServiceError('InvalidParameterValue', message);
}

/** Throws InvalidParameterValue when two of the rules admit the same; else answers them. */
export function distinct(rules: readonly AwsSecurityGroupRule[]): readonly AwsSecurityGroupRule[] {
  const isRepeated = rules.some((rule, index) =>
    rules.slice(0, index).some((other) => isSameRule(rule, other)),
  );
  if (!isRepeated) return rules;
  throw new ServiceError('InvalidParameterValue', 'The same permission must not appear multiple times');
}

/** The rule with that id among the given ones; throws InvalidSecurityGroupRuleId.Malformed or .NotFound. */
export function ruleById(rules: readonly AwsSecurityGroupRule[], id: string): AwsSecurityGroupRule {
  if (!id.startsWith('sgr-')) {
    throw new ServiceError(
      'InvalidSecurityGroupRuleId.Malformed',
      `Invalid id: "${id}" (expecting "sgr-...")`,
    );
  }
  const rule = rules.find(({ SecurityGroupRuleId }) => SecurityGroupRuleId === id);
  if (rule !== undefined) return rule;
  const message = `The security group rule ID '${id}' does not exist`;
  throw new ServiceError('InvalidSecurityGroupRuleId.NotFound', message);
}

/** The tags that a creating call gives to what it makes of that type. */
export function requestedTags(
  parameters: Parameters,
  type: 'security-group' | 'security-group-rule',
): readonly Tag[] {
  return structuresOf(parameters, 'TagSpecification')
    .filter((specification) => textOf(specification, 'ResourceType') === type)
    .flatMap(readTags);
}

/** The list of tags of a structure. */
export function readTags(parameters: Parameters): readonly Tag[] {
  return structuresOf(parameters, 'Tag').map((tag) => ({
    Key: textOf(tag, 'Key') ?? '',
    Value: textOf(tag, 'Value') ?? '',
  }));
}

function readPermission(structure: Parameters): IpPermission {
  const described = (source: Parameters) => ({ Description: textOf(source, 'Description') });
  return {
    ...readTraffic(structure),
    IpRanges: structuresOf(structure, 'IpRanges').map((range) => ({
      CidrIp: textOf(range, 'CidrIp'),
      ...described(range),
    })),
    Ipv6Ranges: structuresOf(structure, 'Ipv6Ranges').map((range) => ({
      CidrIpv6: textOf(range, 'CidrIpv6'),
      ...described(range),
    })),
    PrefixListIds: structuresOf(structure, 'PrefixListIds').map((list) => ({
      PrefixListId: textOf(list, 'PrefixListId'),
      ...described(list),
    })),
    UserIdGroupPairs: structuresOf(structure, 'Groups').map((group) => ({
      GroupId: textOf(group, 'GroupId'),
      UserId: textOf(group, 'UserId'),
      VpcPeeringConnectionId: textOf(group, 'VpcPeeringConnectionId'),
      ...described(group),
    })),
  };
}

function readFlat(parameters: Parameters, isEgress: boolean): IpPermission {
  if (isEgress)
    throw new ServiceError('InvalidParameterValue', 'Egress rules must be given as ipPermissions');
  if (textOf(parameters, 'SourceSecurityGroupName') !== undefined) {
    throw new ServiceError('UnsupportedOperation', 'Name source groups by id, in ipPermissions');
  }
  const CidrIp = textOf(parameters, 'CidrIp');
  return { ...readTraffic(parameters), IpRanges: CidrIp === undefined ? [] : [{ CidrIp }] };
}

function readTraffic(structure: Parameters): IpPermission {
  return {
    IpProtocol: textOf(structure, 'IpProtocol'),
    FromPort: numberOf(structure, 'FromPort'),
    ToPort: numberOf(structure, 'ToPort'),
  };
}

function missingGroup(idOrName: string): never {
  throw new ServiceError('InvalidGroup.NotFound', `The security group '${idOrName}' does not exist`);
}
