// Rules that are tolerable alone and too many together: which go, which stay, and what is only told.
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate/evaluate.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

interface Ports {
  readonly from: number;
  readonly to: number;
}
const SSH: Ports = { from: 22, to: 22 };

/** The verdicts on rules of one /24 each, under a policy that tolerates one /24 on each port. */
function judge(rules: readonly (readonly [cidr: string, ports: Ports])[], exceptions?: readonly object[]) {
  const document = policySchema.parse({
    ...{ id: 'p', title: 'p', severity: 'high', description: 'p', action: 'revoke' },
    match: { protocol: ['tcp'], ports: ['20-25'], source: 'public', tolerate: { ipv4: 24 } },
    ...(exceptions === undefined ? {} : { exceptions }),
  });
  const parsed = rules.map(([CidrIpv4, { from, to }], i) =>
    parseRule({ SecurityGroupRuleId: `sgr-${i}`, IpProtocol: 'tcp', FromPort: from, ToPort: to, CidrIpv4 }),
  );
  const ids = new Set(parsed.map(({ id }) => id));
  return evaluate(parsed, ids, [compilePolicy(document)], CONTEXT).map(({ verdict }) => verdict);
}

describe('rules that are too many together', () => {
  it('go by how much traffic they admit where they admit equally many addresses', () => {
    const wide = { from: 21, to: 22 };

    expect(
      judge([
        ['8.8.8.0/24', SSH],
        ['9.9.9.0/24', wide],
      ]),
    ).toEqual(['compliant', 'violation']);
    expect(
      judge([
        ['8.8.8.0/24', wide],
        ['9.9.9.0/24', SSH],
      ]),
    ).toEqual(['violation', 'compliant']);
  });

  it('go in the same order when one is widened beyond the ports that the policy is about', () => {
    const first = { from: 20, to: 20 };
    const alike = judge([
      ['8.8.8.0/24', first],
      ['9.9.9.0/24', first],
    ]);
    const widened = judge([
      ['8.8.8.0/24', first],
      ['9.9.9.0/24', { from: 19, to: 20 }],
    ]);

    expect([alike, widened]).toEqual([
      ['compliant', 'violation'],
      ['compliant', 'violation'],
    ]);
  });

  it('are not revoked while a prefix list that may excuse them cannot be read', () => {
    const exception = {
      sources: ['pl-0unread'],
      reason: 'Office',
      owner: 'platform-team',
      expires: '2026-12-31',
    };

    expect(
      judge(
        [
          ['8.8.8.0/24', SSH],
          ['9.9.9.0/24', SSH],
        ],
        [exception],
      ),
    ).toEqual(['compliant', 'undecided']);
  });
});
