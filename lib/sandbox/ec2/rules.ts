// AuthorizeSecurityGroup*, all or nothing, and what all calls that make rules share.
import type {
  AuthorizeSecurityGroupIngressResult,
  SecurityGroupRule as AwsSecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { type Account, arnOf, nextId } from '../account.ts';
import { ServiceError } from '../faults.ts';
import type { Parameters } from '../protocol/query.ts';
import { isSameRule } from './permissions.ts';
import { requestedGroup, requestedRules, requestedTags } from './request.ts';
import { inForce, store } from './rule-store.ts';

/** Rules for each direction and address family (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html). */
const MOST_RULES = 60;

/**
 * Adds rules; InvalidPermission.Duplicate, InvalidGroup.NotFound (of a source) and RulesPerSecurityGroupLimitExceeded
 * add none (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html).
 */
export function authorizeRules(
  account: Account,
  parameters: Parameters,
  isEgress: boolean,
): AuthorizeSecurityGroupIngressResult {
  const { GroupId, OwnerId } = requestedGroup(account, parameters);
  const asked = requestedRules(account, parameters, isEgress).map((rule) => withSource(account, rule));
  const present = inForce(account, GroupId);
  for (const rule of asked) refuseDuplicate(rule, present);
  checkQuota(
    asked,
    present.filter((rule) => rule.IsEgress === isEgress),
  );
  const tags = requestedTags(parameters, 'security-group-rule');
  const added = asked.map((rule) =>
    newRule(account, { ...rule, GroupId, GroupOwnerId: OwnerId, Tags: [...tags] }),
  );
  for (const rule of added) store(account, rule);
  return { Return: true, SecurityGroupRules: added };
}

/** A rule with an id and ARN of its own. */
export function newRule(account: Account, rule: AwsSecurityGroupRule): AwsSecurityGroupRule {
  const SecurityGroupRuleId = nextId(account, 'sgr');
  const SecurityGroupRuleArn = arnOf(account, 'security-group-rule', SecurityGroupRuleId);
  return { SecurityGroupRuleId, SecurityGroupRuleArn, ...rule };
}

/** Throws InvalidPermission.Duplicate when one of the others admits the same. */
export function refuseDuplicate(rule: AwsSecurityGroupRule, others: readonly AwsSecurityGroupRule[]): void {
  if (!others.some((other) => isSameRule(other, rule))) return;
  const peer = rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId;
  const traffic = `${rule.IpProtocol?.toUpperCase()}, from port: ${rule.FromPort}, to port: ${rule.ToPort}`;
  const message = `the specified rule "peer: ${peer}, ${traffic}, ALLOW" already exists`;
  throw new ServiceError('InvalidPermission.Duplicate', message);
}

/** The rule with the owner of its source group filled in; a group of this account must exist. */
export function withSource(account: Account, rule: AwsSecurityGroupRule): AwsSecurityGroupRule {
  const group = rule.ReferencedGroupInfo;
  if (group === undefined) return rule;
  if (group.GroupId === undefined) throw new ServiceError('MissingParameter', 'Source group ID missing.');
  const UserId = group.UserId ?? account.accountId;
  if (UserId === account.accountId) requestedGroup(account, { GroupId: group.GroupId });
  return { ...rule, ReferencedGroupInfo: { ...group, UserId } };
}

/** IPv4 and IPv6 rules are counted apart; all other sources count for both. */
function checkQuota(asked: readonly AwsSecurityGroupRule[], present: readonly AwsSecurityGroupRule[]): void {
  const families: readonly ((rule: AwsSecurityGroupRule) => boolean)[] = [
    ({ CidrIpv6 }) => CidrIpv6 === undefined,
    ({ CidrIpv4 }) => CidrIpv4 === undefined,
  ];
  const isOver = families.some(
    (counts) => asked.some(counts) && [...present, ...asked].filter(counts).length > MOST_RULES,
  );
  if (!isOver) return;
  const message = 'The maximum number of rules per security group has been reached.';
  throw new ServiceError('RulesPerSecurityGroupLimitExceeded', message);
}
