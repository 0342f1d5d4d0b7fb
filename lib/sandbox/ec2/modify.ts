// ModifySecurityGroupRules: rules altered in place, all or nothing.
import type {
  SecurityGroupRule as AwsSecurityGroupRule,
  ModifySecurityGroupRulesResult,
} from '@aws-sdk/client-ec2';
import type { Account } from '../account.ts';
import { ServiceError } from '../faults.ts';
import { numberOf, type Parameters, structureOf, structuresOf, textOf } from '../protocol/query.ts';
import { canonicalCidr, canonicalTraffic, checkDescription } from './canonical-rule.ts';
import { distinct, requestedGroup, ruleById } from './request.ts';
import { inForce, replace } from './rule-store.ts';
import { refuseDuplicate, withSource } from './rules.ts';

const SOURCES = ['CidrIpv4', 'CidrIpv6', 'PrefixListId', 'ReferencedGroupId'] as const;
type Source = (typeof SOURCES)[number];

/**
 * Gives rules new traffic, a new source of the same kind and a new description; ids and tags stay
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html).
 */
export function modify(account: Account, parameters: Parameters): ModifySecurityGroupRulesResult {
  const { GroupId } = requestedGroup(account, parameters);
  const updates = structuresOf(parameters, 'SecurityGroupRule');
  if (updates.length === 0) {
    throw new ServiceError('MissingParameter', 'The request must contain the parameter securityGroupRule');
  }
  const present = inForce(account, GroupId);
  const altered = distinct(
    updates.map((update) => {
      const rule = ruleById(present, textOf(update, 'SecurityGroupRuleId') ?? '');
      return withSource(account, alter(rule, structureOf(update, 'SecurityGroupRule')));
    }),
  );
  const ids = new Set(altered.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId));
  const others = present.filter(({ SecurityGroupRuleId }) => !ids.has(SecurityGroupRuleId));
  for (const rule of altered) refuseDuplicate(rule, others);
  for (const rule of altered) replace(account, rule);
  return { Return: true };
}

/** What is not given is gone: the request states the whole rule, not the difference. */
function alter(rule: AwsSecurityGroupRule, change: Parameters): AwsSecurityGroupRule {
  const {
    CidrIpv4: _4,
    CidrIpv6: _6,
    PrefixListId: _p,
    ReferencedGroupInfo: _g,
    Description: _d,
    ...kept
  } = rule;
  const ports = [numberOf(change, 'FromPort'), numberOf(change, 'ToPort')] as const;
  return {
    ...kept,
    ...canonicalTraffic(textOf(change, 'IpProtocol'), ...ports),
    ...newSource(rule, change),
    ...checkDescription(textOf(change, 'Description')),
  };
}

/**
 * "When you modify a rule, you cannot change the rule type"
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html).
 */
function newSource(rule: AwsSecurityGroupRule, change: Parameters): AwsSecurityGroupRule {
  const [given, ...more] = SOURCES.filter((name) => textOf(change, name) !== undefined);
  const choice = 'cidrIp, cidrIpv6, prefixListId, or referencedGroupId';
  if (given === undefined) {
    throw new ServiceError('MissingParameter', `The request must contain exactly one of: ${choice}`);
  }
  if (more.length > 0) {
    throw new ServiceError('InvalidParameterCombination', `Only one of ${choice} can be specified`);
  }
  if (given !== sourceOf(rule)) {
    const message = `Invalid rule type for security group rule '${rule.SecurityGroupRuleId}'.`;
    throw new ServiceError('InvalidParameterValue', `${message} You may not specify ${given} for it.`);
  }
  return toSource(given, textOf(change, given) ?? '');
}

function sourceOf(rule: AwsSecurityGroupRule): Source {
  if (rule.CidrIpv4 !== undefined) return 'CidrIpv4';
  if (rule.CidrIpv6 !== undefined) return 'CidrIpv6';
  return rule.PrefixListId !== undefined ? 'PrefixListId' : 'ReferencedGroupId';
}

function toSource(source: Source, text: string): AwsSecurityGroupRule {
  switch (source) {
    case 'CidrIpv4':
      return { CidrIpv4: canonicalCidr(text, 'ipv4') };
    case 'CidrIpv6':
      return { CidrIpv6: canonicalCidr(text, 'ipv6') };
    case 'PrefixListId':
      return { PrefixListId: text };
    case 'ReferencedGroupId':
      return { ReferencedGroupInfo: { GroupId: text } };
  }
}
