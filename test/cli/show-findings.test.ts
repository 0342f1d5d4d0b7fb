import { describe, expect, it } from 'vitest';
import { showFindings } from '../../cli/format/findings.ts';

const finding = {
  policy: 'no-world-open-admin',
  severity: 'critical',
  verdict: 'undecided',
  action: 'revoke',
  mode: 'enforce',
  groupId: 'sg-0123456789abcdef0',
  groupName: `production ${'x'.repeat(90)}`,
  accountId: '111122223333',
  region: 'eu-west-1',
  ruleId: 'sgr-0123456789abcdef0',
  rule: { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, PrefixListId: 'pl-0123456789abcdef0' },
  reason: 'It could not be evaluated: the entries of prefix list pl-0123456789abcdef0 are not known.',
} as const;
const summary = { groups: 1, rules: 2, violation: 0, exempt: 0, undecided: 2 };
const other = {
  ...finding,
  severity: 'high',
  ruleId: 'sgr-0other',
  rule: { ...finding.rule, ToPort: 23 },
} as const;
const violating = { ...finding, verdict: 'violation', reason: 'It allows tcp/22 from 8.8.8.8.' } as const;
const show = (columns?: number) => showFindings([finding, other], summary, columns);

describe('findings', () => {
  it('are a table where there is room for it, and where nobody knows how much room there is', () => {
    expect(show(161)).toContain('│ critical │ no-world-open-admin');
    expect(show()).toBe(show(161));
  });

  it('are a few lines each on a narrow terminal, none wider than it but for a word that is', () => {
    const lines = show(80).split('\n');

    expect(lines.slice(0, 7)).toEqual([
      'critical undecided: no-world-open-admin',
      '  production',
      `  ${'x'.repeat(90)}`,
      '  sg-0123456789abcdef0 of account 111122223333, sgr-0123456789abcdef0',
      '  SSH (tcp/22) from prefix list pl-0123456789abcdef0',
      '  It could not be evaluated: the entries of prefix list pl-0123456789abcdef0 are',
      '  not known.',
    ]);
    expect(lines.filter((line) => line.length > 80 && !line.includes('xxx'))).toEqual([]);
  });

  it('are summed up, each in its number', () => {
    expect(show(80).split('\n').at(-1)).toBe('1 group, 2 rules: 0 violations, 0 exempt, 2 undecided');
  });

  it('of several policies on one rule are one, with the severity of the most severe', () => {
    const said = ['web-only', 'no-risk'].map((policy) => ({
      ...violating,
      policy,
      severity: 'high' as const,
    }));
    const all = [...said, violating, { ...finding, policy: 'from-inside' }];
    const shown = showFindings(all, { ...summary, violation: 3, undecided: 1 }, 80);

    expect(shown.match(/^critical violation: .*/gm)).toEqual([
      'critical violation: no-world-open-admin, web-only, no-risk',
    ]);
    expect(shown.match(/It allows tcp/g)).toHaveLength(1);
    expect(shown.match(/^critical undecided: .*/gm)).toEqual(['critical undecided: from-inside']);
    expect(shown).toContain('1 group, 2 rules: 3 violations by 1 rule, 0 exempt, 1 undecided');
    expect(showFindings(all, summary).match(/It allows tcp/g)).toHaveLength(1);
  });

  it('of rules of two groups are two, though the rules are alike', () => {
    const shown = showFindings([violating, { ...violating, groupId: 'sg-0other' }], summary, 80);

    expect(shown.match(/^critical violation: /gm)).toHaveLength(2);
  });
});
