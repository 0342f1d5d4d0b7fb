import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readTested } from '../cli/input/read-cases.ts';
import { evaluate } from '../lib/evaluate/evaluate.ts';
import { makePlan } from '../lib/plan/make-plan.ts';
import { lint } from '../lib/policy/lint.ts';
import { compilePolicy } from '../lib/policy/policy.ts';
import { WIDTH } from '../lib/report/mail/mail.ts';
import { runCase, withExceptions } from '../lib/report/policy-cases.ts';
import { wrap } from '../lib/report/sanitize.ts';
import { parseRule } from '../lib/rule.ts';
import { CONTEXT } from './lib/context.ts';

// The clone's own, wherever the tests are started, and whatever settings there are.
const directory = fileURLToPath(new URL('../policies', import.meta.url));
const tested = readTested([directory]);
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

describe('the shipped policies', () => {
  it.each(policies)('$id gives its advice in two lines of a mail', ({ description }) => {
    expect(wrap(description, WIDTH).length).toBeLessThanOrEqual(2);
  });

  it('mean what they say, as far as anybody can tell', () => {
    expect(
      lint(
        tested.map(({ policy }) => policy),
        new Date('2026-06-01'),
      ),
    ).toEqual([]);
  });

  it.each(readdirSync(directory).filter((name) => name.endsWith('.yaml')))(
    'name their schema: %s',
    (name) => {
      const schema = name.endsWith('.test.yaml') ? 'policy-test' : 'policy';

      expect(readFileSync(`${directory}/${name}`, 'utf8').split('\n')[0]).toBe(
        `# yaml-language-server: $schema=./${schema}.schema.json`,
      );
    },
  );

  it('are listed in docs/policies.md, and no others', () => {
    const page = readFileSync(`${directory}/../docs/policies.md`, 'utf8');
    const listed = [...page.matchAll(/^\| \[([^\]]+)\]\(..\/policies\/\1\.yaml\) \|/gm)].map(([, id]) => id);

    expect(listed.toSorted()).toEqual(tested.map(({ policy }) => policy.id).toSorted());
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

describe('the shipped policies together', () => {
  const inForce = policies.filter(({ mode }) => mode === 'enforce');

  /** What becomes of a rule from anywhere. */
  function becomes(IpProtocol: string, FromPort: number, ToPort: number, trimLimit: number): string {
    const rule = parseRule({
      ...{ SecurityGroupRuleId: 'sgr-1', GroupId: 'sg-1', CidrIpv4: '0.0.0.0/0' },
      ...(IpProtocol === '-1' ? { IpProtocol } : { IpProtocol, FromPort, ToPort }),
    });
    const { revoke, trim, notify } = makePlan(
      evaluate([rule], new Set(['sgr-1']), inForce, CONTEXT),
      trimLimit,
    );
    if (revoke.length > 0) return 'revoked';
    const [left] = trim;
    if (left !== undefined) return left.remainder.rules.length === 0 ? 'revoked' : 'trimmed';
    return notify.length > 0 ? 'reported' : 'left';
  }

  it.each([
    ['HLTV', 'udp', 27_020, 27_020, 'reported', 'reported'],
    ['a game server', 'udp', 27_015, 27_030, 'reported', 'reported'],
    ['AFS', 'udp', 7000, 7001, 'reported', 'reported'],
    ['calls', 'udp', 16_384, 32_768, 'reported', 'reported'],
    ['HTTP/3', 'udp', 443, 443, 'left', 'left'],
    ['calls in a range that contains memcached', 'udp', 10_000, 20_000, 'reported', 'trimmed'],
    ['calls in a range that contains memcached and RDP', 'udp', 1024, 65_535, 'reported', 'trimmed'],
    ['memcached', 'udp', 11_211, 11_211, 'revoked', 'revoked'],
    ['SQL Server Browser', 'udp', 1434, 1434, 'revoked', 'revoked'],
    ['RDP over UDP', 'udp', 3389, 3389, 'revoked', 'revoked'],
    ['a range that contains a database', 'tcp', 5000, 6000, 'revoked', 'revoked'],
    ['memcached over TCP', 'tcp', 11_211, 11_211, 'revoked', 'revoked'],
    ['Docker', 'tcp', 2376, 2376, 'revoked', 'revoked'],
    ['the Kubernetes API server', 'tcp', 6443, 6443, 'reported', 'reported'],
    ['all traffic', '-1', 0, 0, 'revoked', 'revoked'],
  ])(
    '%s from anywhere: %s %i-%i is %s, and %s where the deployment may trim',
    (_, protocol, from, to, without, with_) => {
      expect([becomes(protocol, from, to, 0), becomes(protocol, from, to, 10)]).toEqual([without, with_]);
    },
  );
});
