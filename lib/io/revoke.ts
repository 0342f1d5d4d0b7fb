// Taking rules away, and being sure of it.
import { RevokeSecurityGroupEgressCommand, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { type Finding, type Outcome, type Plan, revocations } from '../plan.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { asError, isRefusal } from './errors.ts';
import { countAgain } from './restraint.ts';
import { settle, stillThere } from './settle.ts';
import { addRemainders, withRemainder } from './trim.ts';
import type { World } from './world.ts';

/** Error codes: https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html */
const NOT_FOUND = new Set([
  'InvalidSecurityGroupRuleId.NotFound',
  'InvalidPermission.NotFound',
  'InvalidGroup.NotFound',
]);
const DENIED = new Set(['UnauthorizedOperation', 'OperationNotPermitted', 'AccessDenied']);
/** Carries out the revocations of a plan: one outcome for each. */
export type Apply = (world: World, plan: Plan) => Promise<readonly Outcome[]>;

/** Sends nothing, and answers for each revocation that it is a dry run. */
export const pretend: Apply = async (_world, plan) =>
  revocations(plan).map(({ rule }) => ({ rule, outcome: 'dry-run' }));

/**
 * Revokes, then trims: no open port waits for what is to be kept of another. A trimmed rule goes also where its remainder
 * could not be added, because an open port is the greater harm. What AWS refuses becomes an outcome: it never throws for it.
 */
export const enforce: Apply = async (world, { revoke, trim }) => {
  const revoked = await revokeAll(world, revoke);
  const remainders = await addRemainders(world, trim).catch(asError);
  if (remainders instanceof Error) return [...revoked, ...trim.map(({ rule }) => failure(rule, remainders))];
  const trimmed: Outcome[] = [];
  for (const outcome of await revokeAll(world, trim)) {
    trimmed.push(await withRemainder(world, outcome, remainders));
  }
  return [...revoked, ...trimmed];
};

/** One call for each group and direction. */
async function revokeAll(world: World, findings: readonly Finding[]): Promise<readonly Outcome[]> {
  const rules = findings.map(({ rule }) => rule);
  const batches = Map.groupBy(rules, ({ groupId, direction }) => `${groupId} ${direction}`);
  const outcomes: Outcome[] = [];
  for (const batch of batches.values()) outcomes.push(...(await revokeBatch(world, batch)));
  return outcomes;
}

/**
 * The call is all-or-nothing: one rule that is gone already makes it fail whole
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html).
 * So what is still there is sent again, and if reads and revokes keep disagreeing, rule by rule.
 */
async function revokeBatch(world: World, rules: readonly SecurityGroupRule[]): Promise<readonly Outcome[]> {
  const first = await send(world, rules);
  if (first !== 'not-found') return conclude(world, rules, first);
  const seen = await stillThere(world, rules);
  if ('error' in seen) return rules.map((rule) => failure(rule, seen.error));
  const absent = rules.filter((rule) => !seen.rules.includes(rule)).map(gone);
  if (seen.rules.length === 0) return absent;
  const second = await send(world, seen.rules);
  if (second !== 'not-found') return [...absent, ...(await conclude(world, seen.rules, second))];
  return [...absent, ...(await revokeOneByOne(world, seen.rules))];
}

async function revokeOneByOne(
  world: World,
  rules: readonly SecurityGroupRule[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const rule of rules) {
    const answer = await send(world, [rule]);
    outcomes.push(
      ...(await (answer === 'not-found' ? settle(world, [rule], 'absent') : conclude(world, [rule], answer))),
    );
  }
  return outcomes;
}

/** What came of a request; an error that is no refusal leaves open whether it was carried out. */
type Answer = 'accepted' | 'not-found' | { readonly error: Error; readonly isRefused: boolean };

async function send(world: World, rules: readonly SecurityGroupRule[]): Promise<Answer> {
  const ids = rules.map(({ id }) => id);
  try {
    await countAgain(world, ids);
  } catch (thrown) {
    return { error: asError(thrown), isRefused: true };
  }
  const input = { GroupId: rules[0]?.groupId, SecurityGroupRuleIds: ids };
  try {
    if (rules[0]?.direction === 'egress') await world.ec2.send(new RevokeSecurityGroupEgressCommand(input));
    else await world.ec2.send(new RevokeSecurityGroupIngressCommand(input));
    return 'accepted';
  } catch (thrown) {
    const error = asError(thrown);
    return NOT_FOUND.has(error.name) ? 'not-found' : { error, isRefused: isRefusal(error) };
  }
}

async function conclude(
  world: World,
  rules: readonly SecurityGroupRule[],
  answer: Exclude<Answer, 'not-found'>,
): Promise<readonly Outcome[]> {
  if (answer === 'accepted') return settle(world, rules, 'revoked');
  const { error, isRefused } = answer;
  return isRefused
    ? rules.map((rule) => failure(rule, error))
    : settle(world, rules, 'revoked', `${error.name}: ${error.message}`);
}

function gone(rule: SecurityGroupRule): Outcome {
  return { rule, outcome: 'absent' };
}

function failure(rule: SecurityGroupRule, error: Error): Outcome {
  const outcome = DENIED.has(error.name) ? 'denied' : 'failed';
  return { rule, outcome, detail: `${error.name}: ${error.message}` };
}
