// The laws of judging, each against an oracle that counts connections one by one.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/evaluate.ts';
import type { SecurityGroupRule } from '../../lib/rule.ts';
import { CONTEXT } from './context.ts';
import {
  oracleViolates,
  type TinyPolicy,
  type TinyRule,
  tinyPolicy,
  tinyRule,
  tinyRules,
  toPolicy,
  toRules,
} from './tiny-world.ts';

const RUNS = { numRuns: Number(process.env.FC_RUNS ?? 10_000) };

/** The indexes of the rules that violate when the given ones may be acted on. */
function violating(
  rules: readonly TinyRule[],
  policy: TinyPolicy,
  actionable: (index: number) => boolean = () => true,
): number[] {
  const parsed = toRules(rules);
  const ids = new Set(parsed.filter((_, index) => actionable(index)).map(({ id }) => id));
  const verdicts = evaluate(parsed, ids, [toPolicy(policy)], CONTEXT);
  const condemned = new Set<SecurityGroupRule>(
    verdicts.filter((v) => v.verdict === 'violation').map(({ rule }) => rule),
  );
  return parsed.flatMap((rule, index) => (condemned.has(rule) ? [index] : []));
}

function without(rules: readonly TinyRule[], gone: readonly number[]): TinyRule[] {
  return rules.filter((_, index) => !gone.includes(index));
}

/** The same connections, said otherwise: a block in halves, a port range in two. */
function respell(rule: TinyRule): TinyRule[] {
  const middle = Math.floor((rule.from + rule.to) / 2);
  const ported =
    rule.from === rule.to || rule.protocol === '-1' || rule.protocol === 'icmp'
      ? [rule]
      : [
          { ...rule, to: middle },
          { ...rule, from: middle + 1 },
        ];
  if (rule.bits === 0) return ported;
  const bits = rule.bits - 1;
  return ported.flatMap((part) => [
    { ...part, bits },
    { ...part, bits, base: part.base + 2 ** bits },
  ]);
}

function widen(rule: TinyRule): TinyRule {
  const bits = Math.min(rule.bits + 1, 4);
  const base = rule.base - (rule.base % 2 ** bits);
  return { ...rule, bits, base, from: Math.max(20, rule.from - 1), to: Math.min(27, rule.to + 1) };
}

describe('judging a whole group', () => {
  it('is right: some rule violates exactly when the oracle counts too many addresses at some port', () => {
    fc.assert(
      fc.property(tinyRules, tinyPolicy, (rules, policy) => {
        expect(violating(rules, policy).length > 0).toBe(oracleViolates(rules, policy));
      }),
      RUNS,
    );
  });

  it('is sound: without the violating rules the oracle counts few enough', () => {
    fc.assert(
      fc.property(tinyRules, tinyPolicy, (rules, policy) => {
        expect(oracleViolates(without(rules, violating(rules, policy)), policy)).toBe(false);
      }),
      RUNS,
    );
  });

  it('is irredundant: any one violating rule put back is too many again', () => {
    fc.assert(
      fc.property(tinyRules, tinyPolicy, (rules, policy) => {
        const gone = violating(rules, policy);

        for (const index of gone) {
          const back = without(
            rules,
            gone.filter((other) => other !== index),
          );
          expect(oracleViolates(back, policy)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('is spelling-blind: splitting and reordering rules never changes whether the group violates', () => {
    fc.assert(
      fc.property(tinyRules, tinyPolicy, (rules, policy) => {
        const otherwise = rules.flatMap(respell).toReversed();

        expect(violating(otherwise, policy).length > 0).toBe(violating(rules, policy).length > 0);
      }),
      RUNS,
    );
  });

  it('is monotone: widening a violating rule never makes it compliant', () => {
    fc.assert(
      fc.property(tinyRules, tinyRule, tinyPolicy, (others, rule, policy) => {
        const last = others.length;
        fc.pre(violating([...others, rule], policy).includes(last));

        expect(violating([...others, widen(rule)], policy)).toContain(last);
      }),
      RUNS,
    );
  });

  it('does not depend on the order in which rules are read', () => {
    fc.assert(
      fc.property(tinyRules, tinyPolicy, (rules, policy) => {
        const distinct = [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
        const reversed = distinct.toReversed();

        const gone = violating(distinct, policy).map((index) => distinct[index]);
        const goneReversed = violating(reversed, policy).map((index) => reversed[index]);
        expect(new Set(goneReversed)).toEqual(new Set(gone));
      }),
      RUNS,
    );
  });
});

describe('judging when only some rules may be acted on', () => {
  const some = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });

  it('leaves no violation among those, judged again after they are gone', () => {
    fc.assert(
      fc.property(tinyRules, tinyPolicy, some, (rules, policy, actionable) => {
        const gone = violating(rules, policy, (i) => actionable[i] === true).filter((i) => actionable[i]);
        const kept = rules
          .map((rule, i) => ({ rule, mayAct: actionable[i] === true }))
          .filter((_, i) => !gone.includes(i));

        const left = violating(
          kept.map(({ rule }) => rule),
          policy,
          (i) => kept[i]?.mayAct === true,
        );
        expect(left.filter((i) => kept[i]?.mayAct)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('keeps the reach tolerable where it was tolerable before them', () => {
    fc.assert(
      fc.property(tinyRules, tinyRules, tinyPolicy, (before, added, policy) => {
        fc.pre(!oracleViolates(before, policy));
        const group = [...before, ...added];
        const gone = violating(group, policy, (i) => i >= before.length);

        expect(gone.filter((i) => i < before.length)).toEqual([]);
        expect(oracleViolates(without(group, gone), policy)).toBe(false);
      }),
      RUNS,
    );
  });

  it('condemns no rule that only repeats what rules out of reach already admit', () => {
    fc.assert(
      fc.property(tinyRules, tinyRule, tinyPolicy, (others, rule, policy) => {
        const group = [...others, rule, rule];
        const repeat = group.length - 1;
        fc.pre(!violating([rule], policy).includes(0));

        expect(violating(group, policy, (i) => i === repeat)).not.toContain(repeat);
      }),
      RUNS,
    );
  });
});
