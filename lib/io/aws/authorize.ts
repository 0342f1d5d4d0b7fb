// Putting rules back as they were.
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  type AuthorizeSecurityGroupIngressResult,
  type EC2Client,
  type Tag,
} from '@aws-sdk/client-ec2';
import { contentOf, ownTags, parseRule, type SecurityGroupRule, toIpPermission } from '../../rule.ts';
import type { RestoredRule } from '../ledger/restorations.ts';

/**
 * Makes the rules again, each with its description and its own tags. One call for each direction and set of tags,
 * because a call gives all that it makes the same tags; where EC2 refuses several, a call for each, so that one
 * does not take the others along. Never throws: what is refused says why. A signal stops it between two calls.
 */
export async function authorizeAgain(
  ec2: EC2Client,
  rules: readonly SecurityGroupRule[],
  signal?: AbortSignal,
): Promise<readonly RestoredRule[]> {
  const calls = Map.groupBy(rules, (rule) => JSON.stringify([rule.groupId, rule.direction, ownTags(rule)]));
  const done: RestoredRule[] = [];
  for (const together of calls.values()) {
    const first = await attempt(ec2, together, signal);
    const isWhole = together.length === 1 || first.every(({ outcome }) => outcome === 'restored');
    if (isWhole) done.push(...first);
    else for (const rule of together) done.push(...(await attempt(ec2, [rule], signal)));
  }
  return done;
}

/** One call, which EC2 carries out whole or not at all. */
async function attempt(
  ec2: EC2Client,
  rules: readonly SecurityGroupRule[],
  signal: AbortSignal | undefined,
): Promise<readonly RestoredRule[]> {
  if (signal?.aborted)
    return rules.map(({ aws }) => ({ rule: aws, outcome: 'refused', detail: 'not sent: interrupted' }));
  try {
    const { SecurityGroupRules: made = [] } = await authorize(ec2, rules, rules.slice(0, 1).flatMap(ownTags));
    const added = made.map(parseRule);
    return rules.map((rule) => {
      const newId = added.find((other) => contentOf(other) === contentOf(rule))?.id;
      return { rule: rule.aws, outcome: 'restored', ...(newId === undefined ? {} : { newId }) };
    });
  } catch (error) {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return rules.map(({ aws }) => ({ rule: aws, outcome: 'refused', detail }));
  }
}

/** Makes rules of one group and direction in one call, all with these tags. */
async function authorize(
  ec2: EC2Client,
  rules: readonly SecurityGroupRule[],
  Tags: Tag[],
): Promise<AuthorizeSecurityGroupIngressResult> {
  const [first] = rules;
  if (first === undefined) return {};
  const input = {
    GroupId: first.groupId,
    IpPermissions: rules.map(toIpPermission),
    ...(Tags.length === 0
      ? {}
      : { TagSpecifications: [{ ResourceType: 'security-group-rule' as const, Tags }] }),
  };
  return first.direction === 'egress'
    ? ec2.send(new AuthorizeSecurityGroupEgressCommand(input))
    : ec2.send(new AuthorizeSecurityGroupIngressCommand(input));
}
