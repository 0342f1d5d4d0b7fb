// Filling an account with what already exists somewhere.
import type {
  SecurityGroup as AwsSecurityGroup,
  SecurityGroupRule as AwsSecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { type Account, inForce, nextId, store } from './account.ts';
import { isSameRule, requestedRules } from './permissions.ts';
import type { Parameters } from './query.ts';

/** Adds a group in the shape of `aws ec2 describe-security-groups`; its rules get ids unless `known` has them. */
export function addGroup(
  account: Account,
  group: AwsSecurityGroup,
  known: readonly AwsSecurityGroupRule[] = [],
): void {
  const GroupId = group.GroupId ?? nextId(account, 'sg');
  account.groups.set(GroupId, {
    GroupId,
    GroupName: group.GroupName ?? GroupId,
    Description: group.Description ?? '',
    OwnerId: group.OwnerId ?? account.accountId,
    VpcId: group.VpcId ?? account.defaultVpcId,
    Tags: group.Tags ?? [],
  });
  for (const rule of [...expand(group.IpPermissions, false), ...expand(group.IpPermissionsEgress, true)]) {
    const SecurityGroupRuleId = known.find((k) => isSameRule(k, rule))?.SecurityGroupRuleId;
    addRule(account, {
      ...rule,
      GroupId,
      ...(SecurityGroupRuleId === undefined ? {} : { SecurityGroupRuleId }),
    });
  }
}

/** Adds a rule as it is, visible at once; one without an id gets one. The same rule is not added twice. */
export function addRule(account: Account, rule: AwsSecurityGroupRule): void {
  const GroupId = rule.GroupId ?? '';
  if (inForce(account, GroupId).some((present) => isSameRule(present, rule))) return;
  const { lag } = account;
  account.lag = 0;
  store(account, {
    ...rule,
    SecurityGroupRuleId: rule.SecurityGroupRuleId || nextId(account, 'sgr'),
    GroupOwnerId: rule.GroupOwnerId ?? account.accountId,
    IsEgress: rule.IsEgress ?? false,
  });
  account.lag = lag;
}

function expand(
  permissions: AwsSecurityGroup['IpPermissions'],
  isEgress: boolean,
): readonly AwsSecurityGroupRule[] {
  return (permissions ?? []).flatMap((permission) =>
    requestedRules({ IpPermissions: [toParameters(permission)] }, isEgress),
  );
}

/** The SDK's names are those of the wire but for UserIdGroupPairs, and the wire has only texts. */
function toParameters(permission: NonNullable<AwsSecurityGroup['IpPermissions']>[number]): Parameters {
  const { UserIdGroupPairs, ...named } = permission;
  const plain = { ...named, ...(UserIdGroupPairs === undefined ? {} : { Groups: UserIdGroupPairs }) };
  return JSON.parse(JSON.stringify(plain, (_, value) => (typeof value === 'number' ? String(value) : value)));
}
