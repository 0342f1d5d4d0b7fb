// Keeping what may stay of a rule. It is added before the rule goes, so that nothing allowed is ever cut, and only while
// the rule is there, so that nothing is opened that somebody has closed. What has been added stays, whatever comes of
// the revoke: a revoke that is answered "not found" may have been our own.
import type { Tag } from '@aws-sdk/client-ec2';
import type { Kept, Outcome, Trimming } from '../plan/plan.ts';
import { ownTags, parseRule, type SecurityGroupRule } from '../rule.ts';
import { authorize } from './aws/authorize.ts';
import { readRules } from './aws/ec2.ts';
import { asError, isRefusal } from './aws/errors.ts';
import type { World } from './world.ts';

/** What became of what may stay of each rule, by the rule. */
export type Remainders = ReadonlyMap<SecurityGroupRule, readonly Kept[]>;

const DUPLICATE = 'InvalidPermission.Duplicate';
const DENIED = 'UnauthorizedOperation';
/** Worth another try once the rule itself has gone and left room, or EC2 has had a rest. */
const PASSING = /^(RulesPerSecurityGroupLimitExceeded|RequestLimitExceeded)/;
/** Milliseconds before each further try. */
const PAUSES = [0, 2000, 5000];

/** Adds what may stay of each rule that is still there. */
export async function addRemainders(world: World, trimmings: readonly Trimming[]): Promise<Remainders> {
  const added = new Map<SecurityGroupRule, readonly Kept[]>();
  const groups = Map.groupBy(trimmings, ({ rule }) => rule.groupId);
  for (const [groupId, ofGroup] of groups) {
    const live = new Set((await readRules(world.ec2, groupId)).map(({ id }) => id));
    for (const { rule, remainder } of ofGroup.filter((it) => live.has(it.rule.id))) {
      added.set(rule, await addAll(world, remainder.rules));
    }
  }
  return added;
}

/** The outcome of a trimmed rule with what became of its remainder, once the rule itself has been dealt with. */
export async function withRemainder(
  world: World,
  outcome: Outcome,
  remainders: Remainders,
): Promise<Outcome> {
  const first = remainders.get(outcome.rule);
  if (first === undefined) return outcome;
  let kept = first;
  const isToRetry = outcome.outcome === 'revoked' || outcome.outcome === 'unconfirmed';
  for (const pause of isToRetry ? PAUSES : []) {
    if (!kept.some(isPassing)) break;
    if (pause > 0) await world.wait(pause);
    const left = kept.filter(isPassing);
    const again = await addAll(
      world,
      left.map(({ rule }) => rule),
    );
    const known = again.map((one, index) => asOwn(one, left[index]?.isUnconfirmed === true));
    kept = [...kept.filter((it) => !isPassing(it)), ...known];
  }
  return { ...outcome, remainder: kept };
}

function isPassing({ detail, isUnconfirmed }: Kept): boolean {
  return isUnconfirmed || (detail !== undefined && PASSING.test(detail));
}

/** One call for all; where it is refused, a call for each: one that is a duplicate must not take the others along. */
async function addAll(world: World, rules: readonly Kept['rule'][]): Promise<readonly Kept[]> {
  const refusal = await add(world, rules);
  if (refusal === undefined) return rules.map((rule) => ({ rule, outcome: 'added' }));
  if (rules.length === 1) return rules.map((rule) => refused(rule, refusal));
  const kept: Kept[] = [];
  for (const rule of rules) {
    const error = await add(world, [rule]);
    kept.push(
      error === undefined ? { rule, outcome: 'added' } : asOwn(refused(rule, error), !isRefusal(refusal)),
    );
  }
  return kept;
}

function refused(rule: Kept['rule'], error: Error): Kept {
  if (error.name === DUPLICATE) return asOwn({ rule, outcome: 'present' }, !isRefusal(error));
  const detail = `${error.name}: ${error.message}`;
  return { rule, outcome: 'refused', detail, ...(isRefusal(error) ? {} : { isUnconfirmed: true }) };
}

/** What is there after a request that was not answered was made by that one. */
function asOwn(kept: Kept, isUnanswered: boolean): Kept {
  return kept.outcome === 'present' && isUnanswered ? { rule: kept.rule, outcome: 'added' } : kept;
}

/** Adds rules of one group and direction, with their tags where these may be set; answers what EC2 refuses. */
async function add(world: World, rules: readonly Kept['rule'][]): Promise<Error | undefined> {
  const parsed = rules.map(parseRule);
  const tags = parsed.slice(0, 1).flatMap(ownTags);
  const error = await tryAdding(world, parsed, tags);
  // Tags may be guarded by a policy of the organisation: a rule without its tags is better than no rule.
  return error?.name === DENIED && tags.length > 0 ? tryAdding(world, parsed, []) : error;
}

async function tryAdding(
  { ec2 }: World,
  rules: readonly SecurityGroupRule[],
  tags: Tag[],
): Promise<Error | undefined> {
  try {
    await authorize(ec2, rules, tags);
    return undefined;
  } catch (error) {
    return asError(error);
  }
}
