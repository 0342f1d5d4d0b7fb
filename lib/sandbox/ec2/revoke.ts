// RevokeSecurityGroup*: by ids or by properties, all or nothing.
import type {
  SecurityGroupRule as AwsSecurityGroupRule,
  RevokedSecurityGroupRule,
  RevokeSecurityGroupIngressResult,
} from '@aws-sdk/client-ec2';
import type { Account } from '../account.ts';
import { ServiceError } from '../faults.ts';
import { type Parameters, textsOf } from '../protocol/query.ts';
import { isSameRule, toPermissions } from './permissions.ts';
import { refuseTooMany, requestedGroup, requestedRules, ruleById } from './request.ts';
import { discard, inForce } from './rule-store.ts';

/**
 * Removes rules by id or by properties
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html).
 * The reference does not say what an id of another group or direction is: here it does not exist, as among the
 * rules that the call is about.
 */
export function revokeRules(
  account: Account,
  parameters: Parameters,
  isEgress: boolean,
): RevokeSecurityGroupIngressResult {
  const { GroupId, VpcId } = requestedGroup(account, parameters);
  const present = inForce(account, GroupId).filter((rule) => rule.IsEgress === isEgress);
  const { found, unknown } = select(account, parameters, present, isEgress);
  // In the default VPC what does not match is only listed.
  if (unknown.length > 0 && VpcId !== account.defaultVpcId) {
    const message = 'The specified rule does not exist in this security group.';
    throw new ServiceError('InvalidPermission.NotFound', message);
  }
  for (const rule of found) discard(account, rule);
  return {
    Return: true,
    ...namesOf(account, found),
    ...(unknown.length === 0 ? {} : { UnknownIpPermissions: [...toPermissions(unknown)] }),
  };
}

interface Selection {
  readonly found: readonly AwsSecurityGroupRule[];
  readonly unknown: readonly AwsSecurityGroupRule[];
}

function select(
  account: Account,
  parameters: Parameters,
  present: readonly AwsSecurityGroupRule[],
  isEgress: boolean,
): Selection {
  const ids = [...new Set(textsOf(parameters, 'SecurityGroupRuleId'))];
  if (ids.length === 0) return byProperties(account, present, requestedRules(account, parameters, isEgress));
  if (parameters.IpPermissions !== undefined) {
    throw new ServiceError('InvalidParameterCombination', 'Use either ipPermissions or securityGroupRuleIds');
  }
  refuseTooMany(account, ids);
  return { found: ids.map((id) => ruleById(present, id)), unknown: [] };
}

function byProperties(
  account: Account,
  present: readonly AwsSecurityGroupRule[],
  asked: readonly AwsSecurityGroupRule[],
): Selection {
  const matches = (rule: AwsSecurityGroupRule, other: AwsSecurityGroupRule) =>
    isSameRule(rule, other) && namesSameOwner(account, rule, other);
  return {
    found: present.filter((rule) => asked.some((other) => matches(rule, other))),
    unknown: asked.filter((other) => !present.some((rule) => matches(rule, other))),
  };
}

/**
 * True when the reference to a group says nothing else than the rule: a group without an account is one of this
 * account, and a peering connection counts only where it is given
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UserIdGroupPair.html).
 */
function namesSameOwner(account: Account, rule: AwsSecurityGroupRule, asked: AwsSecurityGroupRule): boolean {
  const [is, wanted] = [rule.ReferencedGroupInfo, asked.ReferencedGroupInfo];
  if (wanted === undefined) return true;
  if ((wanted.UserId ?? account.accountId) !== (is?.UserId ?? account.accountId)) return false;
  const { VpcPeeringConnectionId: peering = is?.VpcPeeringConnectionId } = wanted;
  return peering === is?.VpcPeeringConnectionId;
}

/** The rules that were removed, as far as the account is set to answer them. */
function namesOf(
  { revokedRules }: Account,
  found: readonly AwsSecurityGroupRule[],
): Pick<RevokeSecurityGroupIngressResult, 'RevokedSecurityGroupRules'> {
  if (revokedRules === 'missing') return {};
  return { RevokedSecurityGroupRules: revokedRules === 'empty' ? [] : found.map(toRevoked) };
}

function toRevoked(rule: AwsSecurityGroupRule): RevokedSecurityGroupRule {
  const {
    GroupOwnerId: _owner,
    SecurityGroupRuleArn: _arn,
    Tags: _tags,
    ReferencedGroupInfo,
    ...rest
  } = rule;
  return { ...rest, ReferencedGroupId: ReferencedGroupInfo?.GroupId };
}
