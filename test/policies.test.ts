import { describe, expect, it } from 'vitest';
import { readTested } from '../cli/input/read-cases.ts';
import { evaluate } from '../lib/evaluate/evaluate.ts';
import { makePlan } from '../lib/plan/make-plan.ts';
import { compilePolicy } from '../lib/policy/policy.ts';
import { runCase, withExceptions } from '../lib/report/policy-cases.ts';
import { parseRule } from '../lib/rule.ts';
import { CONTEXT } from './lib/context.ts';

const tested = readTested(['policies']);
const policies = tested.map(({ policy }) => compilePolicy(policy));

describe.each(tested)('policy $policy.id', ({ policy: document, cases = { cases: [], exceptions: [] } }) => {
  it('has its cases beside it', () => {
    expect(cases.cases).not.toHaveLength(0);
  });

  const policy = withExceptions(document, cases);

  it.each(cases.cases)('answers $expected for $name', (policyCase) => {
    const { got, reason } = runCase(policy, policyCase);

    expect(got, reason).toBe(policyCase.expected);
  });
});

describe('a web server that people log in to from one address', () => {
  const tcp = (id: string, port: number, source: object) =>
    parseRule({
      SecurityGroupRuleId: id,
      GroupId: 'sg-1',
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      ...source,
    });
  const rules = [
    tcp('http', 80, { CidrIpv4: '0.0.0.0/0' }),
    tcp('http-6', 80, { CidrIpv6: '::/0' }),
    tcp('https', 443, { CidrIpv4: '0.0.0.0/0' }),
    tcp('https-6', 443, { CidrIpv6: '::/0' }),
    tcp('ssh-from-home', 22, { CidrIpv4: '192.168.1.1/32' }),
    tcp('ssh-from-anywhere', 22, { CidrIpv4: '0.0.0.0/0' }),
    tcp('mysql-from-anywhere', 3306, { CidrIpv4: '0.0.0.0/0' }),
    parseRule({
      SecurityGroupRuleId: 'all-out',
      GroupId: 'sg-1',
      IsEgress: true,
      IpProtocol: '-1',
      CidrIpv4: '0.0.0.0/0',
    }),
  ];
  const plan = makePlan(evaluate(rules, new Set(rules.map(({ id }) => id)), policies, CONTEXT), 0);

  it('loses SSH from anywhere and MySQL from anywhere, and nothing else', () => {
    expect(plan.revoke.map(({ rule }) => rule.id)).toEqual(
      ['mysql-from-anywhere', 'ssh-from-anywhere'].toReversed(),
    );
  });

  it('keeps web, SSH from one address and all outbound', () => {
    const revoked = new Set(plan.revoke.map(({ rule }) => rule.id));

    expect(rules.map(({ id }) => id).filter((id) => !revoked.has(id))).toEqual([
      ...['http', 'http-6', 'https', 'https-6', 'ssh-from-home', 'all-out'],
    ]);
  });
});
