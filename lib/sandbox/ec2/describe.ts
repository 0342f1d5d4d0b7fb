// DescribeSecurityGroups and DescribeSecurityGroupRules: what is visible, filtered, in pages.
import type {
  SecurityGroupRule as AwsSecurityGroupRule,
  DescribeSecurityGroupRulesResult,
} from '@aws-sdk/client-ec2';
import { type Account, arnOf } from '../account.ts';
import type { StoredGroup } from '../account-state.ts';
import { type Parameters, textsOf } from '../protocol/query.ts';
import { filtered, type ValuesOf } from './filters.ts';
import { openPage } from './paging.ts';
import { toPermissions } from './permissions.ts';
import { groupById, groupByName, ruleById } from './request.ts';
import { shownBy } from './rule-store.ts';

/**
 * Lists groups with their permissions; throws InvalidGroup.NotFound when one that is named is missing
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html).
 */
export function describeGroups(account: Account, parameters: Parameters): object {
  const page = openPage(account, 'DescribeSecurityGroups', parameters);
  const named = [
    ...textsOf(parameters, 'GroupId').map((id) => groupById(account, id)),
    ...textsOf(parameters, 'GroupName').map((name) => groupByName(account, name)),
  ];
  const groups = [...account.groups.values()].filter((group) => named.length === 0 || named.includes(group));
  const rules = shownBy(account, 'DescribeSecurityGroups', page.read);
  const { items, NextToken } = page.cut(filtered(parameters, groups, groupValues(rules)));
  return { SecurityGroups: items.map((group) => toListed(account, group, rules)), NextToken };
}

/**
 * Lists rules; throws InvalidSecurityGroupRuleId.NotFound when one that is named is missing or not visible yet
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html).
 */
export function describeRules(account: Account, parameters: Parameters): DescribeSecurityGroupRulesResult {
  const page = openPage(account, 'DescribeSecurityGroupRules', parameters);
  const visible = shownBy(account, 'DescribeSecurityGroupRules', page.read);
  const named = textsOf(parameters, 'SecurityGroupRuleId').map((id) => ruleById(visible, id));
  const rules = visible.filter((rule) => named.length === 0 || named.includes(rule));
  const { items, NextToken } = page.cut(filtered(parameters, rules, ruleValues));
  return { SecurityGroupRules: [...items], NextToken };
}

function groupValues(rules: readonly AwsSecurityGroupRule[]): ValuesOf<StoredGroup> {
  const listsOf = (isEgress: boolean) => (group: StoredGroup) =>
    rules
      .filter(({ GroupId, IsEgress }) => GroupId === group.GroupId && IsEgress === isEgress)
      .flatMap(({ PrefixListId }) => PrefixListId ?? []);
  return {
    'group-id': ({ GroupId }) => GroupId,
    'group-name': ({ GroupName }) => GroupName,
    'vpc-id': ({ VpcId }) => VpcId,
    'owner-id': ({ OwnerId }) => OwnerId,
    'ip-permission.prefix-list-id': listsOf(false),
    'egress.ip-permission.prefix-list-id': listsOf(true),
  };
}

const ruleValues: ValuesOf<AwsSecurityGroupRule> = {
  'group-id': ({ GroupId }) => GroupId,
  'security-group-rule-id': ({ SecurityGroupRuleId }) => SecurityGroupRuleId,
};

function toListed(account: Account, group: StoredGroup, rules: readonly AwsSecurityGroupRule[]): object {
  const { Description, ...rest } = group;
  const own = rules.filter(({ GroupId }) => GroupId === group.GroupId);
  return {
    ...rest,
    // The wire alone calls it so; a rule's description is called Description there too.
    GroupDescription: Description,
    SecurityGroupArn: arnOf(account, 'security-group', group.GroupId),
    IpPermissions: toPermissions(own.filter(({ IsEgress }) => IsEgress !== true)),
    IpPermissionsEgress: toPermissions(own.filter(({ IsEgress }) => IsEgress === true)),
  };
}
