// The evaluator in use against the slow one in `reference/`: the same verdicts, with the same reasons, in the same order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Context, evaluate, type Verdict } from '../../../lib/evaluate/evaluate.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import type { SecurityGroupRule } from '../../../lib/rule.ts';
import { RUNS } from '../../runs.ts';
import { crowdedGroup } from '../crowded/groups.ts';
import { contextOf, toPolicy, toRules } from '../tiny/judge.ts';
import { partlyChanged, policiesOfOneDirection } from '../tiny/world.ts';
import { evaluate as evaluateSlowly } from './reference/evaluate.ts';

/**
 * What is said of a rule that stays is left out: what it admits at the most, and which exceptions nearly hold. Rules that are one and the
 * same but for their ids, which EC2 refuses, stand beside another in any order.
 */
function said(verdict: Verdict) {
  if (verdict.verdict === 'violation') {
    return { ...verdict, beside: verdict.beside.map(({ id }) => id).toSorted() };
  }
  if (verdict.verdict !== 'compliant') return verdict;
  const { policy, rule, actionable } = verdict;
  return { verdict: 'compliant', policy, rule, actionable };
}

function expectTheSame(
  rules: readonly SecurityGroupRule[],
  changed: ReadonlySet<string>,
  policies: readonly Policy[],
  context: Context,
): void {
  const fast = evaluate(rules, changed, policies, context);
  const slow = evaluateSlowly(rules, changed, policies, context);

  expect(fast.map(said)).toEqual(slow.map(said));
}

describe('the evaluator says what the slow one says', () => {
  it('of tiny groups with lists, exceptions and rules that were there before', () => {
    fc.assert(
      fc.property(partlyChanged, policiesOfOneDirection(1, 2), (group, policies) => {
        const { rules } = group;
        const parsed = toRules(rules, policies[0]?.direction ?? 'ingress');
        const changed = new Set(parsed.filter((_, i) => rules[i]?.isChanged).map(({ id }) => id));

        expectTheSame(parsed, changed, policies.map(toPolicy), contextOf(group));
      }),
      { numRuns: Math.max(RUNS.numRuns, 20_000) },
    );
  });

  it('of crowded groups of wide and narrow blocks, nested and side by side', () => {
    fc.assert(
      fc.property(crowdedGroup, ({ rules, changed, policies, context }) => {
        expectTheSame(rules, changed, policies, context);
      }),
      // The slow one takes its time with these.
      { numRuns: RUNS.numRuns / 10 },
    );
  });
});
