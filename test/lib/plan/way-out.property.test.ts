// Trim's way out, against the oracle: policies that give way never cost an allowed rest, and give way for nothing else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate/evaluate.ts';
import { makePlan } from '../../../lib/plan/make-plan.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import type { Otherwise, Policy } from '../../../lib/policy/policy.ts';
import type { SecurityGroupRule } from '../../../lib/rule.ts';
import { RUNS } from '../../runs.ts';
import { admits, CONNECTIONS } from '../tiny/connections.ts';
import { contextOf, toPolicy, toRules } from '../tiny/judge.ts';
import { allows, type Connection, isForbidden } from '../tiny/oracle.ts';
import {
  policiesOfOneDirection,
  type TinyGroup,
  type TinyPolicy,
  type TinyRule,
  wholeGroup,
} from '../tiny/world.ts';

const somePolicies = policiesOfOneDirection(1, 3);

/** How many rules one trimmed rule may become; often the deployment may not trim. */
const anyLimit = fc.oneof(fc.constant(0), fc.nat(12));

interface Scene {
  readonly group: TinyGroup;
  readonly policies: readonly TinyPolicy[];
  readonly rules: readonly SecurityGroupRule[];
}

function sceneOf(group: TinyGroup, policies: readonly TinyPolicy[]): Scene {
  return { group, policies, rules: toRules(group.rules, policies[0]?.direction ?? 'ingress') };
}

/** The plan where all policies trim; the last of these words is that of all further ones. */
function planOf({ group, policies, rules }: Scene, limit: number, ...said: readonly Otherwise[]): Plan {
  const compiled = policies.map(
    (policy, i): Policy => ({
      ...toPolicy(policy),
      action: 'trim',
      otherwise: said[i] ?? said.at(-1) ?? 'revoke',
    }),
  );
  const ids = new Set(rules.map(({ id }) => id));
  return makePlan(evaluate(rules, ids, compiled, contextOf(group)), limit);
}

/** The connections that a rule allows and no policy that it violates forbids. */
function restOf({ group, policies, rules }: Scene, { rule, verdicts }: Plan['revoke'][number]) {
  const before = group.rules[rules.indexOf(rule)] as TinyRule;
  const ids = new Set(verdicts.map(({ policy }) => JSON.stringify(policy.document)));
  const violated = policies.filter((policy) => ids.has(JSON.stringify(toPolicy(policy).document)));
  // What only lists excuse may be more than they may, or not known.
  const isLimited =
    policies.some(({ tolerateListed }) => Object.values(tolerateListed).some((bits) => bits !== undefined)) ||
    Object.values(group.lists).some(
      ({ isReadable, entries }) => !isReadable || entries.some(({ line }) => line === 'all ipv6'),
    );
  const isAllowed = (at: Connection) =>
    allows(before, group.lists, at) &&
    violated.every((policy) => !isForbidden(before, policy, group, at, !isLimited));
  return { before, rest: CONNECTIONS.filter(isAllowed), isLimited };
}

/** Such a rule has the block that stands for nobody, too, in the spelling of NAT64. */
function isAllIpv6({ source }: TinyRule): boolean {
  return source !== 'group' && 'line' in source && source.line === 'all ipv6';
}

describe('policies that give way', () => {
  it('cost no connection of the allowed rest', () => {
    fc.assert(
      fc.property(wholeGroup, somePolicies, anyLimit, (group, policies, limit) => {
        const scene = sceneOf(group, policies);
        const plan = planOf(scene, limit, 'notify');
        const going = [
          ...plan.revoke.map((finding) => ({ ...finding, remainder: { rules: [] } })),
          ...plan.trim,
        ];
        for (const finding of going) {
          const { rest } = restOf(scene, finding);
          const isKept = (at: Connection) =>
            finding.remainder.rules.some((rule) => admits(rule, group.lists, at)) ||
            // There is no ICMP over IPv6.
            (at.protocol === 'icmp' && at.point.line !== 'ipv4' && at.point.line !== 'ipv4 beyond');
          expect(rest.filter((at) => !isKept(at))).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('give way only for a rule that has an allowed rest', () => {
    fc.assert(
      fc.property(wholeGroup, somePolicies, anyLimit, (group, policies, limit) => {
        const scene = sceneOf(group, policies);
        for (const notice of planOf(scene, limit, 'notify').notify) {
          const { before, rest, isLimited } = restOf(scene, notice);
          // Of others the tiny world does not have all connections, or the oracle does not know what is excused.
          const isKnown = CONNECTIONS.some((at) => allows(before, group.lists, at)) && !isAllIpv6(before);
          if (isLimited || before.protocol === '-1' || !isKnown) continue;
          expect(rest.length).toBeGreaterThan(0);
        }
      }),
      RUNS,
    );
  });

  it('do as those that revoke, but for rules of which these would lose a part', () => {
    fc.assert(
      fc.property(wholeGroup, somePolicies, anyLimit, (group, policies, limit) => {
        const scene = sceneOf(group, policies);
        const plan = planOf(scene, limit, 'notify');
        const firm = planOf(scene, limit, 'revoke');
        const left = new Set(plan.notify.map(({ rule }) => rule));
        const [spared, trimmed] = [true, false].map((isLeft) =>
          firm.trim.filter(({ rule }) => left.has(rule) === isLeft),
        );

        expect(plan.revoke.map(({ rule }) => rule)).toEqual(firm.revoke.map(({ rule }) => rule));
        expect(plan.trim.map(({ remainder }) => remainder)).toEqual(
          trimmed?.map(({ remainder }) => remainder),
        );
        expect(spared?.map(({ remainder }) => remainder.losses.length > 0)).toEqual(
          plan.notify.map(() => true),
        );
        expect(plan.notify.every(({ obstacle }) => (obstacle === 'deployment') === (limit === 0))).toBe(true);
      }),
      RUNS,
    );
  });

  it('keep no other policy from closing what it forbids', () => {
    fc.assert(
      fc.property(wholeGroup, policiesOfOneDirection(2, 3), anyLimit, (group, policies, limit) => {
        const scene = sceneOf(group, policies);
        const { notify } = planOf(scene, limit, 'revoke', 'notify');

        for (const { verdicts } of notify)
          expect(verdicts.map(({ policy }) => policy.otherwise)).not.toContain('revoke');
      }),
      RUNS,
    );
  });
});
