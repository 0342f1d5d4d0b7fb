// Trimming, against an oracle that asks of every connection of the tiny world whether it is allowed before and after.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate/evaluate.ts';
import { makePlan, type Plan } from '../../../lib/plan/plan.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { parseRule, type SecurityGroupRule } from '../../../lib/rule.ts';
import { RUNS } from '../../runs.ts';
import { contextOf, toPolicy, toRules } from '../tiny/judge.ts';
import { allows, type Connection, isForbidden } from '../tiny/oracle.ts';
import {
  ADDRESSES,
  FAMILIES,
  icmpOf,
  type Lists,
  type TinyGroup,
  type TinyPolicy,
  type TinyRule,
  tinyPolicy,
  wholeGroup,
} from '../tiny/world.ts';

const CONNECTIONS: readonly Connection[] = ['tcp', 'udp', 'icmp'].flatMap((protocol) =>
  Array.from({ length: 10 }, (_, i) => 19 + i).flatMap((port) =>
    FAMILIES.flatMap((family) => ADDRESSES.map((address) => ({ protocol, port, family, address }))),
  ),
);

/** Reads a rule in EC2's shape as a person would: `8.8.8.4/30` begins at 4 and holds four addresses. */
function admits(rule: AwsSecurityGroupRule, lists: Lists, at: Connection): boolean {
  const { IpProtocol, FromPort = -1, ToPort = -1 } = rule;
  const isAt = IpProtocol === 'icmp' ? isTypeAndCode : isPort;
  if (IpProtocol !== '-1' && (IpProtocol !== at.protocol || !isAt(FromPort, ToPort, at.port))) return false;
  if (rule.PrefixListId !== undefined) {
    const source = { list: rule.PrefixListId };
    return allows({ protocol: '-1', from: 0, to: 0, source, isChanged: true }, lists, at);
  }
  const text = at.family === 'ipv4' ? rule.CidrIpv4 : rule.CidrIpv6;
  if (text === undefined) return false;
  const [address = '', length] = text.split('/');
  const base = Number.parseInt(address.split(/[.:]/).at(-1) || '0', at.family === 'ipv4' ? 10 : 16);
  return base <= at.address && at.address < base + 2 ** ((at.family === 'ipv4' ? 32 : 128) - Number(length));
}

function isPort(from: number, to: number, port: number): boolean {
  return from === -1 || (from <= port && port <= to);
}

function isTypeAndCode(wantedType: number, wantedCode: number, port: number): boolean {
  const { type, code } = icmpOf(port);
  return wantedType === -1 || (wantedType === type && (wantedCode === -1 || wantedCode === code));
}

function planOf(
  rules: readonly SecurityGroupRule[],
  lists: Lists,
  policies: readonly Policy[],
  limit: number,
): Plan {
  const ids = new Set(rules.map(({ id }) => id));
  return makePlan(evaluate(rules, ids, policies, contextOf(lists)), limit);
}

const trimming = (policy: TinyPolicy): Policy => ({ ...toPolicy(policy), action: 'trim' });

const somePolicies = fc.array(tinyPolicy, { minLength: 1, maxLength: 3 });

/** Each trimmed rule before, the policies that it violates, and what is left of it. */
function eachTrimming({ rules, lists }: TinyGroup, policies: readonly TinyPolicy[], limit: number) {
  const parsed = toRules(rules);
  const compiled = policies.map(trimming);
  return planOf(parsed, lists, compiled, limit).trim.map(({ rule, verdicts, remainder }) => ({
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
          const isClosed = (at: Connection) =>
            violated.some((policy) => isForbidden(before, policy, group.lists, at));
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
            (losses.includes('protocols') && at.protocol === 'icmp' && at.family === 'ipv6');
          const wanted = CONNECTIONS.filter(
            (at) =>
              allows(before, group.lists, at) && !isForbidden(before, policy, group.lists, at) && !isLost(at),
          );
          expect(wanted.filter((at) => !after.some((rule) => admits(rule, group.lists, at)))).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('becomes no more rules than the limit, of which none can be left out', () => {
    fc.assert(
      fc.property(wholeGroup, tinyPolicy, tinyPolicy, fc.nat(12), (group, one, other, limit) => {
        for (const { before, rules: after } of eachTrimming(group, [one, other], limit)) {
          expect(after.length).toBeLessThanOrEqual(limit);
          if (before.protocol === '-1' || before.source === 'group' || 'list' in before.source) continue;
          const isNeeded = (rule: AwsSecurityGroupRule) => {
            const others = after.filter((it) => it !== rule);
            return CONNECTIONS.some(
              (at) => admits(rule, group.lists, at) && !others.some((it) => admits(it, group.lists, at)),
            );
          };
          expect(after.filter((rule) => !isNeeded(rule))).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('leaves a group in which judging again finds nothing to do', () => {
    fc.assert(
      fc.property(wholeGroup, tinyPolicy, tinyPolicy, fc.nat(12), ({ rules, lists }, one, other, limit) => {
        const policies = [trimming(one), trimming(other)];
        const before = toRules(rules);
        const { revoke, trim } = planOf(before, lists, policies, limit);
        const gone = new Set([...revoke, ...trim].map(({ rule }) => rule));
        const added = trim.flatMap(({ remainder }) => remainder.rules);
        const after = [
          ...before.filter((rule) => !gone.has(rule)),
          ...added.map((aws, index) => parseRule({ ...aws, SecurityGroupRuleId: `sgr-new-${index}` })),
        ];
        const again = planOf(after, lists, policies, limit);
        expect([...again.revoke, ...again.trim]).toEqual([]);
      }),
      RUNS,
    );
  });
});
