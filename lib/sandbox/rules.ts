// AuthorizeSecurityGroup*, RevokeSecurityGroup* and ModifySecurityGroupRules: each all or nothing.
import type { SecurityGroupRule as AwsSecurityGroupRule, Tag } from '@aws-sdk/client-ec2';
import { type Account, discard, inForce, nextId, store } from './account.ts';
import { ServiceError } from './faults.ts';
import { requireGroup } from './groups.ts';
import {
  canonicalCidr,
  canonicalTraffic,
  checkDescription,
  isSameRule,
  requestedRules,
} from './permissions.ts';
import { numberOf, type Parameters, structureOf, structuresOf, textOf, textsOf } from './query.ts';
import { toWire } from './wire.ts';

/** Rules for each direction and address family (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html). */
const MOST_RULES = 60;

/** Adds rules; Duplicate and quota errors add none. */
export function authorize(account: Account, parameters: Parameters, isEgress: boolean): object {
  const group = requireGroup(account, parameters);
  const asked = requestedRules(parameters, isEgress);
  const present = inForce(account, group.GroupId);
  for (const [index, rule] of asked.entries()) {
    if ([...present, ...asked.slice(0, index)].some((other) => isSameRule(other, rule))) {
      throw new ServiceError('InvalidPermission.Duplicate', 'the specified rule already exists');
    }
  }
  checkQuota([...present, ...asked].filter((rule) => rule.IsEgress === isEgress));
  const tags = ruleTags(parameters);
  const added = asked.map((rule) => ({
    SecurityGroupRuleId: nextId(account, 'sgr'),
    GroupId: group.GroupId,
    GroupOwnerId: group.OwnerId,
    ...withOwner(rule, account.accountId),
    ...(tags.length === 0 ? {} : { Tags: [...tags] }),
  }));
  for (const rule of added) store(account, rule);
  return { return: true, securityGroupRuleSet: added.map(toWire) };
}

/** Removes rules by id or by permission; what cannot be found fails the call whole, but see revokeByPermission. */
export function revoke(account: Account, parameters: Parameters, isEgress: boolean): object {
  const group = requireGroup(account, parameters);
  const present = inForce(account, group.GroupId).filter((rule) => rule.IsEgress === isEgress);
  const ids = textsOf(parameters, 'SecurityGroupRuleId');
  const { found, unknown } =
    ids.length > 0
      ? { found: ids.map((id) => findById(present, id)), unknown: [] }
      : revokeByPermission(
          present,
          requestedRules(parameters, isEgress),
          group.VpcId === account.defaultVpcId,
        );
  for (const rule of found) discard(account, rule);
  return {
    return: true,
    revokedSecurityGroupRuleSet: found.map(({ GroupOwnerId: _, ...rule }) => toWire(rule)),
    ...(unknown.length === 0
      ? {}
      : { unknownIpPermissionSet: unknown.map(({ IsEgress: _, ...rule }) => toWire(rule)) }),
  };
}

/** Alters rules in place: ids stay, the kind of source may not change. */
export function modify(account: Account, parameters: Parameters): object {
  const group = requireGroup(account, parameters);
  const present = inForce(account, group.GroupId);
  const altered = structuresOf(parameters, 'SecurityGroupRule').map((update) =>
    alter(
      findById(present, textOf(update, 'SecurityGroupRuleId') ?? ''),
      structureOf(update, 'SecurityGroupRule'),
    ),
  );
  for (const rule of altered) {
    account.rules = account.rules.filter(
      (stored) => stored.rule.SecurityGroupRuleId !== rule.SecurityGroupRuleId,
    );
    store(account, rule);
  }
  return { return: true };
}

function findById(present: readonly AwsSecurityGroupRule[], id: string): AwsSecurityGroupRule {
  const rule = present.find(({ SecurityGroupRuleId }) => SecurityGroupRuleId === id);
  if (rule !== undefined) return rule;
  throw new ServiceError(
    'InvalidSecurityGroupRuleId.NotFound',
    `The security group rule ID '${id}' does not exist`,
  );
}

/**
 * In the default VPC what does not match is only listed, elsewhere nothing is revoked
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html).
 */
function revokeByPermission(
  present: readonly AwsSecurityGroupRule[],
  asked: readonly AwsSecurityGroupRule[],
  inDefaultVpc: boolean,
): { readonly found: readonly AwsSecurityGroupRule[]; readonly unknown: readonly AwsSecurityGroupRule[] } {
  const found = present.filter((rule) => asked.some((other) => isSameRule(rule, other)));
  const unknown = asked.filter((other) => !present.some((rule) => isSameRule(rule, other)));
  if (unknown.length === 0 || inDefaultVpc) return { found, unknown };
  throw new ServiceError(
    'InvalidPermission.NotFound',
    'The specified rule does not exist in this security group.',
  );
}

function alter(rule: AwsSecurityGroupRule, change: Parameters): AwsSecurityGroupRule {
  const [ipv4, ipv6] = [textOf(change, 'CidrIpv4'), textOf(change, 'CidrIpv6')];
  const kept = {
    ...(rule.CidrIpv4 !== undefined && ipv4 !== undefined ? { CidrIpv4: canonicalCidr(ipv4, 'ipv4') } : {}),
    ...(rule.CidrIpv6 !== undefined && ipv6 !== undefined ? { CidrIpv6: canonicalCidr(ipv6, 'ipv6') } : {}),
    ...(rule.PrefixListId !== undefined
      ? { PrefixListId: textOf(change, 'PrefixListId') ?? rule.PrefixListId }
      : {}),
    ...(rule.ReferencedGroupInfo !== undefined ? { ReferencedGroupInfo: rule.ReferencedGroupInfo } : {}),
  };
  if (Object.keys(kept).length === 0) {
    throw new ServiceError(
      'InvalidParameterValue',
      'The type of source of a security group rule cannot be changed',
    );
  }
  const { CidrIpv4: _4, CidrIpv6: _6, Description: _d, ...rest } = rule;
  const traffic = canonicalTraffic(
    textOf(change, 'IpProtocol') ?? '',
    numberOf(change, 'FromPort'),
    numberOf(change, 'ToPort'),
  );
  return { ...rest, ...traffic, ...kept, ...checkDescription(textOf(change, 'Description')) };
}

/** IPv4 and IPv6 rules are counted apart; references to groups count for both. */
function checkQuota(rules: readonly AwsSecurityGroupRule[]): void {
  const counts = [
    rules.filter((r) => r.CidrIpv6 === undefined),
    rules.filter((r) => r.CidrIpv4 === undefined),
  ];
  if (counts.every(({ length }) => length <= MOST_RULES)) return;
  throw new ServiceError(
    'RulesPerSecurityGroupLimitExceeded',
    'The maximum number of rules per security group has been reached.',
  );
}

function withOwner(rule: AwsSecurityGroupRule, accountId: string): AwsSecurityGroupRule {
  const info = rule.ReferencedGroupInfo;
  return info === undefined ? rule : { ...rule, ReferencedGroupInfo: { UserId: accountId, ...info } };
}

function ruleTags(parameters: Parameters): readonly Tag[] {
  return structuresOf(parameters, 'TagSpecification')
    .filter((specification) => textOf(specification, 'ResourceType') === 'security-group-rule')
    .flatMap((specification) => structuresOf(specification, 'Tag'))
    .map((tag) => ({ Key: textOf(tag, 'Key') ?? '', Value: textOf(tag, 'Value') ?? '' }));
}
