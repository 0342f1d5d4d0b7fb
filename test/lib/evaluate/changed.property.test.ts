// The laws of judging a group of which only some rules may be acted on: those that the change made.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNS } from '../../runs.ts';
import { revoked, verdictsOn, violating, without } from '../tiny/judge.ts';
import { oracleViolates } from '../tiny/oracle.ts';
import { partlyChanged, type TinyGroup, type TinyRule, tinyPolicy } from '../tiny/world.ts';

/** The group as it was before the change. */
function unchanged(group: TinyGroup): TinyGroup {
  return { ...group, rules: group.rules.filter(({ isChanged }) => !isChanged) };
}

function changed(rules: readonly TinyRule[]): readonly TinyRule[] {
  return rules.filter(({ isChanged }) => isChanged);
}

describe('judging when only some rules may be acted on', () => {
  it('revokes none of the others', () => {
    fc.assert(
      fc.property(partlyChanged, tinyPolicy, (group, policy) => {
        const gone = revoked(group, policy);

        expect(gone).toEqual(changed(gone));
      }),
      RUNS,
    );
  });

  it('leaves no violation among those, judged again after they are gone', () => {
    fc.assert(
      fc.property(partlyChanged, tinyPolicy, (group, policy) => {
        const after = without(group, revoked(group, policy));

        expect(changed(violating(after, policy))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('condemns none needlessly: any one revoked rule put back is too many, whatever the unreadable lists hold', () => {
    fc.assert(
      fc.property(partlyChanged, tinyPolicy, (group, policy) => {
        const gone = revoked(group, policy);

        for (const rule of gone) {
          const others = gone.filter((other) => other !== rule);
          expect(oracleViolates(without(group, others), policy)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('makes the group tolerable again where it was tolerable before them and all is decided', () => {
    fc.assert(
      fc.property(partlyChanged, tinyPolicy, (group, policy) => {
        fc.pre(!oracleViolates(unchanged(group), policy));
        const isDecided = verdictsOn(group, policy).every(({ verdict }) => verdict !== 'undecided');

        const gone = revoked(group, policy);
        expect(violating(group, policy)).toEqual(gone);
        if (isDecided) expect(oracleViolates(without(group, gone), policy)).toBe(false);
      }),
      RUNS,
    );
  });

  it('does not depend on the order in which rules are read', () => {
    fc.assert(
      fc.property(partlyChanged, tinyPolicy, (group, policy) => {
        const distinct = [...new Map(group.rules.map((rule) => [JSON.stringify(rule), rule])).values()];

        const gone = revoked({ ...group, rules: distinct }, policy);
        const goneReversed = revoked({ ...group, rules: distinct.toReversed() }, policy);
        expect(new Set(goneReversed)).toEqual(new Set(gone));
      }),
      RUNS,
    );
  });

  it('condemns no rule that only repeats what a tolerable rule out of reach already admits', () => {
    fc.assert(
      fc.property(partlyChanged, tinyPolicy, fc.nat(7), (group, policy, pick) => {
        const original = group.rules.filter(({ isChanged }) => !isChanged)[pick];
        fc.pre(
          original !== undefined && !violating({ ...group, rules: [original] }, policy).includes(original),
        );
        const repeat = { ...original, isChanged: true };

        expect(revoked({ ...group, rules: [...unchanged(group).rules, repeat] }, policy)).toEqual([]);
      }),
      RUNS,
    );
  });
});
