// Being sure that rules have gone: EC2 is eventually consistent, and an answer may be lost.
import type { Outcome } from '../plan/plan.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { readRules } from './aws/ec2.ts';
import { asError } from './aws/errors.ts';
import type { World } from './world.ts';

/** Milliseconds between looks at whether a revoked rule is gone: EC2 is eventually consistent. */
const SETTLING = [0, 1000, 2000, 4000];

/** Looks until the rules are gone; those that are not seen to be gone are not confirmed, whatever AWS answered. */
export async function settle(
  world: World,
  rules: readonly SecurityGroupRule[],
  outcome: 'revoked' | 'absent',
  doubt = 'it is still there',
): Promise<readonly Outcome[]> {
  let left = rules;
  let problem = doubt;
  for (const pause of SETTLING) {
    if (pause > 0) await world.wait(pause);
    const seen = await stillThere(world, left);
    if ('error' in seen) problem = `${seen.error.name}: ${seen.error.message}`;
    else left = seen.rules;
    if (left.length === 0) break;
  }
  return rules.map((rule) => (left.includes(rule) ? notSeenGone(rule, problem) : { rule, outcome }));
}

/** The rules that are still there, or why nobody can say. */
export type Seen = { readonly rules: readonly SecurityGroupRule[] } | { readonly error: Error };

export async function stillThere({ ec2 }: World, rules: readonly SecurityGroupRule[]): Promise<Seen> {
  try {
    const live = new Set((await readRules(ec2, rules[0]?.groupId ?? '')).map(({ id }) => id));
    return { rules: rules.filter(({ id }) => live.has(id)) };
  } catch (thrown) {
    return { error: asError(thrown) };
  }
}

function notSeenGone(rule: SecurityGroupRule, why: string): Outcome {
  return {
    rule,
    outcome: 'unconfirmed',
    detail: `the rule was not seen to be gone: ${why}`,
  };
}
