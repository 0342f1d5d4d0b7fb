// Keeping what may stay of a rule: added before the rule goes, so that nothing allowed is ever cut, and taken back if
// the rule was gone before, so that nothing becomes wider than it was.
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type { Kept, Outcome, Trimming } from '../plan.ts';
import { ownTags, parseRule, type SecurityGroupRule, toIpPermission } from '../rule.ts';
import type { World } from './world.ts';

/** What was tried to keep of each rule, by the rule; `ruleId` is the new rule's. */
export type Remainders = ReadonlyMap<SecurityGroupRule, readonly Attempt[]>;
type Attempt = Kept & { readonly ruleId?: string | undefined };

/** The group is full (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html). */
const FULL = 'RulesPerSecurityGroupLimitExceeded';

/** Adds what may stay of each rule. Each is a call of its own: one that is refused must not take the others along. */
export async function addRemainders(world: World, trimmings: readonly Trimming[]): Promise<Remainders> {
  const added = new Map<SecurityGroupRule, readonly Attempt[]>();
  for (const { rule, remainder } of trimmings) {
    const attempts: Attempt[] = [];
    for (const left of remainder.rules) attempts.push(await add(world, left));
    added.set(rule, attempts);
  }
  return added;
}

/** The outcome of a trimmed rule with what became of its remainder, once the rule itself has been dealt with. */
export async function withRemainder(
  world: World,
  outcome: Outcome,
  remainders: Remainders,
): Promise<Outcome> {
  const attempts = remainders.get(outcome.rule);
  if (attempts === undefined) return outcome;
  const settled: Kept[] = [];
  for (const attempt of attempts) {
    const { ruleId: _id, ...kept } = await settle(world, outcome, attempt);
    settled.push(kept);
  }
  return { ...outcome, remainder: settled };
}

async function settle(world: World, { outcome }: Outcome, attempt: Attempt): Promise<Attempt> {
  // The rule that went has made room.
  if (outcome === 'revoked' && attempt.detail?.startsWith(FULL)) return add(world, attempt.rule);
  return outcome === 'absent' && attempt.outcome === 'added' ? withdraw(world, attempt) : attempt;
}

async function add({ ec2 }: World, rule: Attempt['rule']): Promise<Attempt> {
  const parsed = parseRule(rule);
  const Tags = ownTags(parsed);
  const input = {
    GroupId: parsed.groupId,
    IpPermissions: [toIpPermission(parsed)],
    ...(Tags.length === 0
      ? {}
      : { TagSpecifications: [{ ResourceType: 'security-group-rule' as const, Tags }] }),
  };
  try {
    const { SecurityGroupRules: [made] = [] } =
      parsed.direction === 'egress'
        ? await ec2.send(new AuthorizeSecurityGroupEgressCommand(input))
        : await ec2.send(new AuthorizeSecurityGroupIngressCommand(input));
    return { rule, outcome: 'added', ruleId: made?.SecurityGroupRuleId };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    if (name === 'InvalidPermission.Duplicate') return { rule, outcome: 'present' };
    return { rule, outcome: 'refused', detail: `${name}: ${message}` };
  }
}

/** Somebody had closed the rule whole: what was added would open a part of it again. */
async function withdraw({ ec2 }: World, attempt: Attempt): Promise<Attempt> {
  const { GroupId, IsEgress } = attempt.rule;
  const input = { GroupId, SecurityGroupRuleIds: [attempt.ruleId ?? ''] };
  try {
    if (IsEgress === true) await ec2.send(new RevokeSecurityGroupEgressCommand(input));
    else await ec2.send(new RevokeSecurityGroupIngressCommand(input));
    return { ...attempt, outcome: 'withdrawn' };
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { ...attempt, detail: `it could not be withdrawn: ${why}` };
  }
}
