// The laws of judging a group of which every rule may be acted on, each against an oracle that counts connections one
// by one. The groups hold rules for blocks, prefix lists and groups; the policies hold prefix lists, by id and by name, and exceptions
// for traffic, sources, makers and descriptions.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../lib/evaluate/evaluate.ts';
import { RUNS } from '../../runs.ts';
import { revoked, rulesOf, stateOf, verdictsOn, violating, without } from '../tiny/judge.ts';
import { oracleBlames, oracleViolates } from '../tiny/oracle.ts';
import { respell, respelling } from '../tiny/respell.ts';
import { contents, hasListOfTwoRoles, worldsOf } from '../tiny/unread.ts';
import { widen, widening } from '../tiny/widen.ts';
import { isAllRead, type TinyRule, tinyPolicy, unreadGroup, wholeGroup } from '../tiny/world.ts';

function isTogether(verdict: Verdict): boolean {
  return verdict.verdict === 'violation' && verdict.beside.length > 0;
}

describe('the tiny world', () => {
  it('holds every kind of verdict, and violations alone and together, each in at least one group of fifty', () => {
    const asked = fc.sample(fc.tuple(wholeGroup, tinyPolicy), { numRuns: 2000, seed: 1 });
    const kinds = asked.flatMap(([group, policy]) => [
      ...new Set(verdictsOn(group, policy).map((v) => (isTogether(v) ? 'together' : v.verdict))),
    ]);

    const rare = ['compliant', 'exempt', 'violation', 'undecided', 'together'].filter(
      (kind) => kinds.filter((found) => found === kind).length < asked.length / 50,
    );
    expect(rare).toEqual([]);
  });
});

describe('judging a whole group', () => {
  it('is right: says "violation" only where the oracle does, "fine" only where it does not, and "undecided" only where something cannot be read', () => {
    fc.assert(
      fc.property(wholeGroup, tinyPolicy, (group, policy) => {
        const state = stateOf(group, policy);

        if (state === 'undecided') expect(isAllRead(group)).toBe(false);
        else expect(state === 'violation').toBe(oracleViolates(group, policy));
      }),
      RUNS,
    );
  });

  it('is right whatever the lists hold that cannot be read', () => {
    fc.assert(
      fc.property(unreadGroup, tinyPolicy, contents, (group, policy, random) => {
        const state = stateOf(group, policy);

        fc.pre(state !== 'undecided');
        for (const world of worldsOf(group, random)) {
          expect(oracleViolates(world, policy)).toBe(state === 'violation');
        }
      }),
      RUNS,
    );
  });

  it('is right rule by rule: what stays and is not undecided is part of nothing that is too many, whatever cannot be read', () => {
    fc.assert(
      fc.property(unreadGroup, tinyPolicy, contents, (group, scoped, random) => {
        // Where nobody knows whether a policy applies, what would violate stays, and the rest is judged as if it went.
        const policy = { ...scoped, scope: { ...scoped.scope, vpcs: undefined } };
        const verdicts = verdictsOn(group, policy);
        const undecided = new Set(rulesOf(group, verdicts, 'undecided'));
        const after = without(group, rulesOf(group, verdicts, 'violation'));

        for (const world of worldsOf(after, random)) {
          const decided = world.rules.filter((rule) => !undecided.has(rule));
          expect(decided.filter((rule) => oracleBlames(rule, world, policy))).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('is exact: leaves a group undecided only if what an unread list holds decides it, where no such list both admits and excuses', () => {
    fc.assert(
      fc.property(unreadGroup, tinyPolicy, (group, policy) => {
        fc.pre(policy.allowed !== 'nobody' && !hasListOfTwoRoles(group, policy));
        fc.pre(stateOf(group, policy) === 'undecided');

        const said = worldsOf(group, []).map((world) => oracleViolates(world, policy));
        expect(new Set(said)).toEqual(new Set([true, false]));
      }),
      RUNS,
    );
  });

  it('never revokes a rule that it could not decide about', () => {
    fc.assert(
      fc.property(wholeGroup, tinyPolicy, (group, policy) => {
        const undecided = verdictsOn(group, policy).filter(({ verdict }) => verdict === 'undecided');

        const ids = undecided.map(({ rule }) => Number(rule.id.replace('sgr-', '')));
        expect(revoked(group, policy).filter((rule) => ids.includes(group.rules.indexOf(rule)))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('is sound: judged again without the revoked rules nothing violates, and if all is decided the oracle agrees', () => {
    fc.assert(
      fc.property(wholeGroup, tinyPolicy, (group, policy) => {
        const after = without(group, revoked(group, policy));

        const state = stateOf(after, policy);
        expect(state).not.toBe('violation');
        const worlds = state === 'fine' ? worldsOf(after, []) : [];
        expect(worlds.filter((world) => oracleViolates(world, policy))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('is irredundant: any one revoked rule put back is too many again, whatever the unreadable lists hold', () => {
    fc.assert(
      fc.property(wholeGroup, tinyPolicy, (group, policy) => {
        const gone = revoked(group, policy);

        for (const rule of gone) {
          const back = without(
            group,
            gone.filter((other) => other !== rule),
          );
          expect(worldsOf(back, []).filter((world) => !oracleViolates(world, policy))).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('is spelling-blind: splitting, joining, listing and reordering rules never changes what is said about the group', () => {
    fc.assert(
      fc.property(wholeGroup, tinyPolicy, respelling, (group, policy, how) => {
        expect(stateOf(respell(group, how), policy)).toBe(stateOf(group, policy));
      }),
      RUNS,
    );
  });

  it('is monotone: a group that violates still does when any of its rules is widened, and so does a rule that does', () => {
    fc.assert(
      fc.property(wholeGroup, tinyPolicy, widening, (group, policy, how) => {
        const before = violating(group, policy);

        for (const rule of before.length > 0 ? group.rules : []) {
          const { wider, group: after } = widen(group, rule, how);
          const found = violating(after, policy);
          expect(found).not.toEqual([]);
          if (before.includes(rule)) expect(found).toContain(wider);
        }
      }),
      RUNS,
    );
  });

  it('does not depend on the order in which rules are read', () => {
    fc.assert(
      fc.property(wholeGroup, tinyPolicy, (group, policy) => {
        const distinct: TinyRule[] = [
          ...new Map(group.rules.map((rule) => [JSON.stringify(rule), rule])).values(),
        ];

        const gone = revoked({ ...group, rules: distinct }, policy);
        const goneReversed = revoked({ ...group, rules: distinct.toReversed() }, policy);
        expect(new Set(goneReversed)).toEqual(new Set(gone));
      }),
      RUNS,
    );
  });
});
