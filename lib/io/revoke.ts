// Taking rules away, and being sure of it.
import { RevokeSecurityGroupEgressCommand, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { type Finding, type Outcome, type Plan, revocations } from '../plan/plan.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { asError, isRefusal } from './aws/errors.ts';
import { watched } from './aws/unanswered.ts';
import { countAgain } from './breaker-check.ts';
import { settle, stillThere } from './confirm-revoke.ts';
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
export const enforce: Apply = async (given, { revoke, trim }) => {
  const world = { ...given, ec2: watched(given.ec2) };
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
  if (!isNotFound(first)) return conclude(world, rules, first);
  const seen = await stillThere(world, rules);
  // A request before this one may have been carried out and not answered, unless only some have gone: then they all have.
  const left = 'error' in seen ? rules.length : seen.rules.length;
  if (!isRefusal(first) && (left === 0 || left === rules.length)) return conclude(world, rules, first);
  if ('error' in seen) return rules.map((rule) => failure(rule, seen.error));
  const absent = rules
    .filter((rule) => !seen.rules.includes(rule))
    .map((rule): Outcome => ({ rule, outcome: 'absent' }));
  if (seen.rules.length === 0) return absent;
  const second = await send(world, seen.rules);
  const isKnown = !isNotFound(second) || !isRefusal(second);
  const others = isKnown ? conclude(world, seen.rules, second) : revokeOneByOne(world, seen.rules);
  return [...absent, ...(await others)];
}

async function revokeOneByOne(
  world: World,
  rules: readonly SecurityGroupRule[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const rule of rules) {
    const answer = await send(world, [rule]);
    const isAbsent = isNotFound(answer) && isRefusal(answer);
    outcomes.push(...(await (isAbsent ? settle(world, [rule], 'absent') : conclude(world, [rule], answer))));
  }
  return outcomes;
}

/** Undefined for a call that EC2 took. */
type Answer = Error | undefined;

class UncountedError extends Error {
  override readonly name = 'UncountedError';
}

function isNotFound(answer: Answer): answer is Error {
  return answer !== undefined && NOT_FOUND.has(answer.name);
}

async function send(world: World, rules: readonly SecurityGroupRule[]): Promise<Answer> {
  const ids = rules.map(({ id }) => id);
  const input = { GroupId: rules[0]?.groupId, SecurityGroupRuleIds: ids };
  try {
    await countAgain(world, ids);
  } catch (error) {
    return new UncountedError(`not counted for the breaker, so not sent: ${asError(error).message}`);
  }
  try {
    if (rules[0]?.direction === 'egress') await world.ec2.send(new RevokeSecurityGroupEgressCommand(input));
    else await world.ec2.send(new RevokeSecurityGroupIngressCommand(input));
    return undefined;
  } catch (error) {
    return asError(error);
  }
}

async function conclude(
  world: World,
  rules: readonly SecurityGroupRule[],
  answer: Answer,
): Promise<readonly Outcome[]> {
  if (answer === undefined) return settle(world, rules, 'revoked');
  return answer instanceof UncountedError || isRefusal(answer)
    ? rules.map((rule) => failure(rule, answer))
    : settle(world, rules, 'revoked', `${answer.name}: ${answer.message}`);
}

function failure(rule: SecurityGroupRule, error: Error): Outcome {
  const outcome = DENIED.has(error.name) ? 'denied' : 'failed';
  return { rule, outcome, detail: `${error.name}: ${error.message}` };
}
