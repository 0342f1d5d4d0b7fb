// Seed an account with what already exists somewhere.
import type {
  SecurityGroup as AwsSecurityGroup,
  SecurityGroupRule as AwsSecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { type Account, nextId } from './account.ts';
import { isSameRule, toRules } from './ec2/permissions.ts';
import { ruleById } from './ec2/request.ts';
import { discard, inForce, replace, store } from './ec2/rule-store.ts';
import { newRule } from './ec2/rules.ts';
import { vpcOf } from './ec2/vpcs.ts';

/**
 * Adds a group in the shape of `aws ec2 describe-security-groups`, and its VPC. Its rules take ids and tags from
 * the `known` ones that admit the same, else new ids. Throws ServiceError for permissions that EC2 would not take.
 */
export function addGroup(
  account: Account,
  group: AwsSecurityGroup,
  known: readonly AwsSecurityGroupRule[] = [],
): void {
  const ingress = (group.IpPermissions ?? []).flatMap((permission) => toRules(permission, false));
  const egress = (group.IpPermissionsEgress ?? []).flatMap((permission) => toRules(permission, true));
  const GroupId = group.GroupId ?? nextId(account, 'sg');
  const VpcId = group.VpcId ?? account.defaultVpcId;
  if (!account.vpcs.has(VpcId)) account.vpcs.set(VpcId, undefined);
  account.groups.set(GroupId, {
    GroupId,
    GroupName: group.GroupName ?? GroupId,
    Description: group.Description ?? '',
    OwnerId: group.OwnerId ?? account.accountId,
    VpcId,
    Tags: group.Tags ?? [],
  });
  for (const rule of [...ingress, ...egress]) {
    const { SecurityGroupRuleId, Tags } = known.find((other) => isSameRule(other, rule)) ?? {};
    addRule(account, { ...rule, GroupId, SecurityGroupRuleId, Tags });
  }
}

/** Adds a VPC with these CIDR blocks. */
export function addVpc(account: Account, id: string, blocks: readonly string[]): void {
  account.vpcs.set(id, vpcOf(account, id, blocks));
}

/** Has a group work in a VPC beside its own. */
export function addAssociation(account: Account, GroupId: string, VpcId: string): void {
  if (!account.vpcs.has(VpcId)) account.vpcs.set(VpcId, undefined);
  account.associations.push({ GroupId, VpcId, State: 'associated' });
}

/** Adds a rule as it is, visible at once; one without an id gets one. The same rule is not added twice. */
export function addRule(account: Account, rule: AwsSecurityGroupRule): void {
  const { SecurityGroupRuleId, GroupId = '', GroupOwnerId = account.accountId, IsEgress = false } = rule;
  if (inForce(account, GroupId).some((present) => isSameRule(present, rule))) return;
  const id = SecurityGroupRuleId ? { SecurityGroupRuleId } : newRule(account, {});
  store(account, { ...rule, ...id, GroupId, GroupOwnerId, IsEgress }, 0);
}

/** Changes a rule that is in force, as somebody else would by ModifySecurityGroupRules: id and tags stay. */
export function changeRule(account: Account, id: string, change: AwsSecurityGroupRule): void {
  replace(account, { ...ruleInForce(account, id), ...change });
}

/** Removes a rule that is in force, as somebody else would. */
export function removeRule(account: Account, id: string): void {
  discard(account, ruleInForce(account, id));
}

function ruleInForce(account: Account, id: string): AwsSecurityGroupRule {
  return ruleById(
    [...account.groups.keys()].flatMap((groupId) => inForce(account, groupId)),
    id,
  );
}
