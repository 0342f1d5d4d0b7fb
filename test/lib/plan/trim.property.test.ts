// Trimming, against an oracle that asks of every connection of the tiny world whether it is allowed before and after.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate/evaluate.ts';
import { makePlan } from '../../../lib/plan/make-plan.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { parseRule, type SecurityGroupRule } from '../../../lib/rule.ts';
import { RUNS } from '../../runs.ts';
import { admits, CONNECTIONS } from '../tiny/connections.ts';
import { contextOf, NOBODY, toPolicy, toRules } from '../tiny/judge.ts';
import { allows, type Connection, isForbidden } from '../tiny/oracle.ts';
import { worldsOf } from '../tiny/unread.ts';
import {
  policiesOfOneDirection,
  type Surroundings,
  type TinyGroup,
  type TinyPolicy,
  type TinyRule,
  tinyPolicy,
  wholeGroup,
} from '../tiny/world.ts';

function planOf(
  rules: readonly SecurityGroupRule[],
  group: Surroundings,
  policies: readonly Policy[],
  limit: number,
): Plan {
  const ids = new Set(rules.map(({ id }) => id));
  return makePlan(evaluate(rules, ids, policies, contextOf(group)), limit);
}

const trimming = (policy: TinyPolicy): Policy => ({ ...toPolicy(policy), action: 'trim' });

const somePolicies = policiesOfOneDirection(1, 3);

/** Each trimmed rule before, the policies that it violates, and what is left of it. */
function eachTrimming(group: TinyGroup, policies: readonly TinyPolicy[], limit: number) {
  const { rules } = group;
  const parsed = toRules(rules, policies[0]?.direction ?? 'ingress');
  const compiled = policies.map(trimming);
  return planOf(parsed, group, compiled, limit).trim.map(({ rule, verdicts, remainder }) => ({
    before: rules[parsed.indexOf(rule)] as TinyRule,
    violated: verdicts.flatMap(({ policy }) => policies[compiled.indexOf(policy)] ?? []),
    ...remainder,
  }));
}

describe('a trimmed rule', () => {
  it('is never wider: it allows nothing that the rule did not allow, and nothing that is forbidden', () => {
    fc.assert(
      fc.property(wholeGroup, somePolicies, fc.nat(12), (group, policies, limit) => {
        for (const { before, violated, rules: after } of eachTrimming(group, policies, limit)) {
          const allowed = CONNECTIONS.filter((at) => after.some((rule) => admits(rule, group.lists, at)));
          expect(allowed.filter((at) => !allows(before, group.lists, at))).toEqual([]);
          // While a list is unread, what it may excuse may stay.
          const isClosed = (at: Connection) =>
            violated.some((policy) =>
              worldsOf(group, []).every((world) => isForbidden(before, policy, world, at)),
            );
          expect(allowed.filter(isClosed)).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('keeps all that was allowed and is not forbidden, unless it says what is lost', () => {
    fc.assert(
      fc.property(wholeGroup, tinyPolicy, (group, policy) => {
        for (const { before, rules: after, losses } of eachTrimming(group, [policy], 50)) {
          const isClosed = ({ protocol, port }: Connection) =>
            policy.protocols.some((it) => it === protocol) && policy.from <= port && port <= policy.to;
          const isLost = (at: Connection) =>
            (losses.includes('addresses') && isClosed(at)) ||
            // ICMPv6 is another protocol, and there is no ICMP over IPv6.
            (at.protocol === 'icmp' && (losses.includes('types') || losses.includes('all'))) ||
            (losses.includes('protocols') && at.protocol === 'icmp' && at.point.line !== 'ipv4');
          // What only lists excuse may be more than they may, or not known.
          const isLimited =
            Object.values(policy.tolerateListed).some((bits) => bits !== undefined) ||
            Object.values(group.lists).some(
              ({ isReadable, entries }) => !isReadable || entries.some(({ line }) => line === 'all ipv6'),
            );
          const wanted = CONNECTIONS.filter(
            (at) =>
              allows(before, group.lists, at) &&
              !isForbidden(before, policy, group, at, !isLimited) &&
              !isLost(at),
          );
          expect(wanted.filter((at) => !after.some((rule) => admits(rule, group.lists, at)))).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('becomes no more rules than the limit, of which none can be left out', () => {
    fc.assert(
      fc.property(wholeGroup, policiesOfOneDirection(2, 2), fc.nat(12), (group, both, limit) => {
        for (const { before, rules: after } of eachTrimming(group, both, limit)) {
          expect(after.length).toBeLessThanOrEqual(limit);
          if (before.protocol === '-1' || before.source === 'group' || 'list' in before.source) continue;
          const isNeeded = (rule: AwsSecurityGroupRule) => {
            const others = after.filter((it) => it !== rule);
            return CONNECTIONS.some(
              (at) => admits(rule, group.lists, at) && !others.some((it) => admits(it, group.lists, at)),
            );
          };
          const asked = after.filter(({ CidrIpv6 }) => CidrIpv6 !== NOBODY.nat64);
          expect(asked.filter((rule) => !isNeeded(rule))).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('leaves a group in which judging again finds nothing to do', () => {
    fc.assert(
      fc.property(wholeGroup, policiesOfOneDirection(2, 2), fc.nat(12), (group, both, limit) => {
        const policies = both.map(trimming);
        const before = toRules(group.rules, both[0]?.direction ?? 'ingress');
        const { revoke, trim } = planOf(before, group, policies, limit);
        const gone = new Set([...revoke, ...trim].map(({ rule }) => rule));
        const added = trim.flatMap(({ remainder }) => remainder.rules);
        const after = [
          ...before.filter((rule) => !gone.has(rule)),
          ...added.map((aws, index) => parseRule({ ...aws, SecurityGroupRuleId: `sgr-new-${index}` })),
        ];
        const again = planOf(after, group, policies, limit);
        expect([...again.revoke, ...again.trim]).toEqual([]);
      }),
      RUNS,
    );
  });
});
