// Trimming, against an oracle that asks of every connection of a tiny world whether it is allowed before and after.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate.ts';
import { makePlan, type Plan } from '../../../lib/plan.ts';
import type { Policy } from '../../../lib/policy.ts';
import { parseRule, type SecurityGroupRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';
import { type TinyPolicy, tinyPolicy, tinyRules, toPolicy, toRules } from '../tiny-world.ts';

const RUNS = { numRuns: Number(process.env.FC_RUNS ?? 10_000) };
const PROTOCOLS = ['tcp', 'udp', 'icmp'] as const;
const FAMILIES = ['ipv4', 'ipv6'] as const;

interface Connection {
  readonly protocol: string;
  readonly port: number;
  readonly family: 'ipv4' | 'ipv6';
  readonly address: number;
}

const CONNECTIONS: readonly Connection[] = PROTOCOLS.flatMap((protocol) =>
  Array.from({ length: 10 }, (_, i) => 19 + i).flatMap((port) =>
    FAMILIES.flatMap((family) =>
      Array.from({ length: 16 }, (_, address) => ({ protocol, port, family, address })),
    ),
  ),
);

/** Reads the rule as text, as a person would: `8.8.8.4/30` begins at 4 and holds four addresses. */
function admits(
  { IpProtocol, FromPort = -1, ToPort = -1, ...source }: AwsSecurityGroupRule,
  at: Connection,
): boolean {
  const ports = FromPort === -1 || (FromPort <= at.port && at.port <= ToPort);
  const text = at.family === 'ipv4' ? source.CidrIpv4 : source.CidrIpv6;
  if (text === undefined || (IpProtocol !== '-1' && (IpProtocol !== at.protocol || !ports))) return false;
  const [address = '', length] = text.split('/');
  const base = Number.parseInt(address.split(/[.:]/).at(-1) || '0', at.family === 'ipv4' ? 10 : 16);
  return base <= at.address && at.address < base + 2 ** ((at.family === 'ipv4' ? 32 : 128) - Number(length));
}

function isForbidden({ protocol, from, to, allowed }: TinyPolicy, at: Connection): boolean {
  const isAbout = protocol.some((name) => name === at.protocol) && from <= at.port && at.port <= to;
  const isAllowed = allowed.some(
    ({ family, base, bits }) => family === at.family && base <= at.address && at.address < base + 2 ** bits,
  );
  return isAbout && !isAllowed;
}

const trimming = (policy: TinyPolicy): Policy => ({ ...toPolicy(policy), action: 'trim' });
const idsOf = (rules: readonly SecurityGroupRule[]) => new Set(rules.map(({ id }) => id));

function planOf(rules: readonly SecurityGroupRule[], policies: readonly TinyPolicy[], limit: number): Plan {
  return makePlan(evaluate(rules, idsOf(rules), policies.map(trimming), CONTEXT), limit);
}

/** Each trimmed rule before, and what is left of it. */
function eachTrimming(rules: readonly SecurityGroupRule[], policies: readonly TinyPolicy[], limit: number) {
  return planOf(rules, policies, limit).trim.map(({ rule, remainder }) => ({
    before: rule.aws,
    ...remainder,
  }));
}

const groups = tinyRules.map(toRules);
const policies = fc.tuple(tinyPolicy, tinyPolicy);

describe('a trimmed rule', () => {
  it('is never wider: it allows nothing that the rule did not allow, and nothing that is forbidden', () => {
    fc.assert(
      fc.property(groups, tinyPolicy, fc.nat(12), (rules, policy, limit) => {
        for (const { before, rules: after } of eachTrimming(rules, [policy], limit)) {
          const allowed = CONNECTIONS.filter((at) => after.some((rule) => admits(rule, at)));
          expect(allowed.filter((at) => !admits(before, at) || isForbidden(policy, at))).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('keeps all that was allowed and is not forbidden, unless it says what is lost', () => {
    fc.assert(
      fc.property(groups, tinyPolicy, (rules, policy) => {
        for (const { before, rules: after, losses } of eachTrimming(rules, [policy], 50)) {
          expect(losses.filter((loss) => loss !== 'protocols')).toEqual([]);
          const wanted = CONNECTIONS.filter((at) => admits(before, at) && !isForbidden(policy, at));
          // ICMP does not exist over IPv6, nor ICMPv6 over IPv4.
          const possible = wanted.filter((at) => at.protocol !== 'icmp' || at.family === 'ipv4');
          const known = before.IpProtocol === '-1' ? possible : wanted;
          expect(known.filter((at) => !after.some((rule) => admits(rule, at)))).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('becomes no more rules than it needs: none can be left out, and none that the limit forbids', () => {
    fc.assert(
      fc.property(groups, policies, fc.nat(12), (rules, both, limit) => {
        for (const { rules: after } of eachTrimming(rules, both, limit)) {
          expect(after.length).toBeLessThanOrEqual(limit);
          for (const rule of after) {
            const others = after.filter((other) => other !== rule);
            const isNeeded = CONNECTIONS.some(
              (at) => admits(rule, at) && !others.some((other) => admits(other, at)),
            );
            expect(isNeeded || !PROTOCOLS.some((name) => name === rule.IpProtocol)).toBe(true);
          }
        }
      }),
      RUNS,
    );
  });

  it('leaves a group in which judging again finds nothing to do', () => {
    fc.assert(
      fc.property(groups, policies, fc.nat(12), (rules, both, limit) => {
        const { revoke, trim } = planOf(rules, both, limit);
        const gone = new Set([...revoke, ...trim].map(({ rule }) => rule));
        const added = trim.flatMap(({ remainder }) => remainder.rules);
        const after = [
          ...rules.filter((rule) => !gone.has(rule)),
          ...added.map((aws, index) => parseRule({ ...aws, SecurityGroupRuleId: `sgr-new-${index}` })),
        ];
        const again = planOf(after, both, limit);
        expect([...again.revoke, ...again.trim]).toEqual([]);
      }),
      RUNS,
    );
  });
});
