// Rules that are tolerable alone and too many together: which go, which stay, and what is only told.
import { describe, expect, it } from 'vitest';
import { evaluate, type Verdict } from '../../../lib/evaluate/evaluate.ts';
import { printWitness } from '../../../lib/evaluate/witness.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

interface Ports {
  readonly from: number;
  readonly to: number;
}
const SSH: Ports = { from: 22, to: 22 };

type Rules = readonly (readonly [cidr: string, ports: Ports])[];

/** The verdicts on rules, under a policy that tolerates one /24 of IPv4 and one address of IPv6 on each port. */
function verdictsOn(rules: Rules, exceptions?: readonly object[]): readonly Verdict[] {
  const document = policySchema.parse({
    ...{ id: 'p', title: 'p', severity: 'high', description: 'p', action: 'revoke' },
    match: { protocol: ['tcp'], ports: ['20-25'], source: 'public', tolerate: { ipv4: 24 } },
    ...(exceptions === undefined ? {} : { exceptions }),
  });
  const parsed = rules.map(([cidr, { from: FromPort, to: ToPort }], i) => {
    const source = { [cidr.includes(':') ? 'CidrIpv6' : 'CidrIpv4']: cidr };
    return parseRule({ SecurityGroupRuleId: `sgr-${i}`, IpProtocol: 'tcp', FromPort, ToPort, ...source });
  });
  const ids = new Set(parsed.map(({ id }) => id));
  return evaluate(parsed, ids, [compilePolicy(document)], CONTEXT);
}

const judge = (rules: Rules, exceptions?: readonly object[]) =>
  verdictsOn(rules, exceptions).map(({ verdict }) => verdict);

describe('rules that are too many together', () => {
  it('go by how many addresses they admit, before how much traffic', () => {
    const narrow = ['8.8.8.0/25', { from: 20, to: 25 }] as const;
    const wide = ['9.9.9.0/24', SSH] as const;

    expect([judge([narrow, wide]), judge([wide, narrow])]).toEqual([
      ['compliant', 'violation'],
      ['violation', 'compliant'],
    ]);
  });

  it('go in one order where they are equally wide, however they are read', () => {
    const [one, other] = [['8.8.8.0/24', SSH] as const, ['9.9.9.0/24', SSH] as const];

    expect([judge([one, other]), judge([other, one])]).toEqual([
      ['compliant', 'violation'],
      ['violation', 'compliant'],
    ]);
  });

  it('are counted in each family', () => {
    const both = ['8.8.8.0/24', '9.9.9.0/24', '2600::1/128', '2600::2/128'].map(
      (cidr) => [cidr, SSH] as const,
    );

    expect(judge(both)).toEqual(['compliant', 'violation', 'violation', 'violation']);
  });

  it('are counted at each port, not over all', () => {
    const apart = [20, 21, 23, 25].map((port) => [`8.8.${port}.0/24`, { from: port, to: port }] as const);

    expect(judge(apart)).toEqual(['compliant', 'compliant', 'compliant', 'compliant']);
  });

  it('are counted with what an exception leaves of a rule', () => {
    const excused = { sources: ['8.8.8.0/24'], reason: 'r', owner: 'o', expires: '2026-12-31' };

    expect(
      judge(
        [
          ['8.8.8.0/23', { from: 22, to: 23 }],
          ['9.9.9.0/24', SSH],
        ],
        [excused],
      ),
    ).toEqual(['violation', 'compliant']);
    expect(judge([['8.8.8.0/23', SSH]], [excused])).toEqual(['exempt']);
  });

  it('are shown with a port where they are too many, and the rules beside them there, the widest first', () => {
    const verdicts = verdictsOn([
      ['8.8.0.0/26', { from: 21, to: 23 }],
      ['8.8.1.0/25', { from: 23, to: 24 }],
      ['8.8.2.0/25', { from: 20, to: 21 }],
      ['9.9.9.0/24', { from: 23, to: 25 }],
    ]);

    const found = verdicts.flatMap((one) => (one.verdict === 'violation' ? [one] : []));
    expect(
      found.map(({ rule, beside, witness }) => [
        rule.id,
        beside.map(({ id }) => id),
        printWitness(witness, rule),
      ]),
    ).toEqual([['sgr-3', ['sgr-1', 'sgr-0'], 'tcp/23 from 9.9.9.0']]);
  });

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
      sources: ['pl-00000bad'],
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
    ).toEqual(['undecided', 'undecided']);
  });
});
