// The calls that change security groups, each sent once: what the SDK would send again by itself turns a lost answer into "not
// found", so whether to send again is the machine's to decide. What EC2 answers is a value, never thrown.
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  type SecurityGroupRule as AwsSecurityGroupRule,
  type EC2Client,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  type RevokeSecurityGroupEgressResult,
  RevokeSecurityGroupIngressCommand,
  type RevokeSecurityGroupIngressResult,
  type Tag,
} from '@aws-sdk/client-ec2';
import type { Answer, Batch } from '../../remediation/mutation.ts';
import { contentOf, parseRule, toIpPermission } from '../../rule.ts';
import { asError, isRefusal } from './errors.ts';
import { expandPermissions } from './permissions.ts';

/** Error codes: https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html */
const NOT_FOUND = new Set([
  'InvalidSecurityGroupRuleId.NotFound',
  'InvalidPermission.NotFound',
  'InvalidGroup.NotFound',
]);
const DENIED = new Set(['UnauthorizedOperation', 'OperationNotPermitted', 'AccessDenied']);
const THROTTLED = new Set(['RequestLimitExceeded', 'Throttling', 'ThrottlingException']);
const DUPLICATE = 'InvalidPermission.Duplicate';

/** Revokes rules by the properties that were judged, or by id. */
export async function revoke(ec2: EC2Client, { groupId, rules, by }: Batch): Promise<Answer> {
  const which =
    by === 'id'
      ? { SecurityGroupRuleIds: rules.map(({ id }) => id) }
      : { IpPermissions: rules.map(toIpPermission).map(withoutDescription) };
  const input = { GroupId: groupId, ...which };
  try {
    const result: RevokeSecurityGroupIngressResult | RevokeSecurityGroupEgressResult =
      rules[0]?.direction === 'egress'
        ? await ec2.send(once(new RevokeSecurityGroupEgressCommand(input)))
        : await ec2.send(once(new RevokeSecurityGroupIngressCommand(input)));
    return acceptedRevoke(rules, result);
  } catch (error) {
    return answerOf(asError(error));
  }
}

/**
 * In the default VPC the rules that EC2 knows are gone although others of the call are unknown
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html).
 */
function acceptedRevoke(
  rules: Batch['rules'],
  {
    RevokedSecurityGroupRules: revoked,
    UnknownIpPermissions: unknown = [],
  }: RevokeSecurityGroupIngressResult,
): Answer {
  const ruleIds = revoked?.flatMap(({ SecurityGroupRuleId: id }) => id ?? []);
  if (unknown.length === 0) return { kind: 'accepted', ruleIds };
  const isEgress = rules[0]?.direction === 'egress';
  const permissions = { [isEgress ? 'IpPermissionsEgress' : 'IpPermissions']: unknown };
  const contents = new Set(expandPermissions(permissions).map((rule) => contentOf(parseRule(rule))));
  const unknownIds = rules.filter((rule) => contents.has(contentOf(rule))).map(({ id }) => id);
  // Which rules these are cannot be read from the answer: only a look at the group tells.
  if (unknownIds.length === 0) return { kind: 'unanswered', detail: UNKNOWN };
  return { kind: 'accepted', ruleIds, unknownIds };
}

const UNKNOWN = 'EC2 does not know all of these permissions';

/** Adds rules of one group and direction, all with these tags. */
export async function add(
  ec2: EC2Client,
  rules: readonly AwsSecurityGroupRule[],
  tags: readonly Tag[],
): Promise<Answer> {
  const parsed = rules.map(parseRule);
  const input = {
    GroupId: parsed[0]?.groupId,
    IpPermissions: parsed.map(toIpPermission),
    ...(tags.length > 0 && {
      TagSpecifications: [{ ResourceType: 'security-group-rule' as const, Tags: [...tags] }],
    }),
  };
  try {
    const { SecurityGroupRules: made } =
      parsed[0]?.direction === 'egress'
        ? await ec2.send(once(new AuthorizeSecurityGroupEgressCommand(input)))
        : await ec2.send(once(new AuthorizeSecurityGroupIngressCommand(input)));
    return { kind: 'accepted', ruleIds: made && idsInOrder(parsed.map(contentOf), made) };
  } catch (error) {
    return answerOf(asError(error));
  }
}

/** EC2 does not promise an order: each rule's id is found by its content, '' where it is not among them. */
function idsInOrder(contents: readonly string[], made: readonly AwsSecurityGroupRule[]): readonly string[] {
  const ids = new Map(made.map(parseRule).map((rule) => [contentOf(rule), rule.id]));
  return contents.map((content) => ids.get(content) ?? '');
}

function answerOf(error: Error): Answer {
  const detail = `${error.name}: ${error.message}`;
  if (NOT_FOUND.has(error.name)) return { kind: 'not-found', detail };
  if (DENIED.has(error.name)) return { kind: 'denied', detail };
  if (THROTTLED.has(error.name)) return { kind: 'throttled', detail };
  if (error.name === DUPLICATE) return { kind: 'duplicate', detail };
  return { kind: isRefusal(error) ? 'refused' : 'unanswered', detail };
}

/** A description need not match, and long ones would fill the request. */
function withoutDescription(permission: IpPermission): IpPermission {
  const bare = <Range extends { Description?: string | undefined }>(ranges: Range[] | undefined) =>
    ranges?.map(({ Description: _, ...range }) => range);
  const { IpRanges, Ipv6Ranges, PrefixListIds, UserIdGroupPairs, ...traffic } = permission;
  return {
    ...traffic,
    ...(IpRanges && { IpRanges: bare(IpRanges) }),
    ...(Ipv6Ranges && { Ipv6Ranges: bare(Ipv6Ranges) }),
    ...(PrefixListIds && { PrefixListIds: bare(PrefixListIds) }),
    ...(UserIdGroupPairs && { UserIdGroupPairs: bare(UserIdGroupPairs) }),
  };
}

/** The command without the SDK's own retries, whatever its client does with others. */
function once<Command extends object>(command: Command): Command {
  const pass = (next: unknown) => next;
  (
    command as unknown as { middlewareStack: { add(middleware: unknown, options: object): void } }
  ).middlewareStack.add(pass, {
    name: 'retryMiddleware',
    step: 'finalizeRequest',
    priority: 'high',
    tags: ['RETRY'],
    override: true,
  });
  return command;
}
