// Findings of an audit for people: what sums them up first, then the worst rules.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditFinding, Summary } from '../../../cli/report/finding.ts';
import { findingsAsTable, type TableOptions } from '../../../cli/report/findings-table.ts';
import { SEVERITIES } from '../../../lib/policy/severity.ts';
import { RUNS } from '../../runs.ts';
import { audited, come, FINDING, joined } from './audited.ts';

const long = {
  ...FINDING,
  verdict: 'undecided',
  groupName: `production ${'x'.repeat(90)}`,
  rule: { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, PrefixListId: 'pl-0123456789abcdef0' },
  reason: 'It could not be evaluated: the entries of prefix list pl-0123456789abcdef0 are not known.',
} as const satisfies AuditFinding;
const summary = { groups: 1, rules: 2, violation: 0, exempt: 0, undecided: 2 };

/** The same in another group. */
const inGroup = (groupId: number, one: AuditFinding = FINDING): AuditFinding => ({
  ...one,
  groupId: `sg-${groupId}`,
  groupName: `group-${groupId}`,
});
const many = (count: number, one: AuditFinding = FINDING) =>
  Array.from({ length: count }, (_, index) => inGroup(index, one));

const table = (
  pages: readonly (readonly AuditFinding[])[],
  options: Partial<TableOptions> = {},
  counts: Summary = summary,
) =>
  joined(
    findingsAsTable(come(pages.map((page) => page.map((one) => audited(one)))), counts, {
      isLive: true,
      ...options,
    }),
  );
const groupsIn = (text: string) => [...text.matchAll(/│ (sg-\d+) /g)].map(([, id]) => id);

describe('findings for people', () => {
  it('are a table where there is room for it, and where nobody knows how much room there is', async () => {
    expect(await table([[long]], { columns: 161 })).toContain('│ critical │ no-world-open-admin');
    expect(await table([[long]])).toBe(await table([[long]], { columns: 161 }));
  });

  it('are a few lines each on a narrow terminal, none wider than it but for a word that is', async () => {
    const lines = (await table([[long]], { columns: 80 })).split('\n');

    expect(lines.slice(2, 9)).toEqual([
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

  it('begin with what sums them up', async () => {
    expect(await table([])).toBe('1 group, 2 rules: 0 violations, 0 exempt, 0 undecided\n');
    expect((await table([[long]])).split('\n')[0]).toBe(
      '1 group, 2 rules: 0 violations, 0 exempt, 1 undecided',
    );
  });

  it('are the worst few of all pages, with how many more there are', async () => {
    const low = many(30, { ...FINDING, severity: 'low' });
    const text = await table([low.slice(0, 20), [...low.slice(20), inGroup(77)]]);

    expect(groupsIn(text)).toHaveLength(5);
    expect(groupsIn(text)[0]).toBe('sg-77');
    expect(text).toContain('... and 26 more rules:');
  });

  it('are as many as are asked for', async () => {
    expect(groupsIn(await table([many(30)], { limit: 7 }))).toHaveLength(7);
    const all = await table([many(30)], { limit: Number.POSITIVE_INFINITY });
    expect(groupsIn(all)).toHaveLength(30);
    expect(all).not.toContain('more rule');
  });

  it('come first where they are reached, and last where they are excused', async () => {
    const reached = {
      text: 'Packets from the internet reach i-01.',
      exposure: { kind: 'unknown', because: 'it is a test' },
      counts: {},
    } as const;
    const found = [
      inGroup(1, { ...FINDING, verdict: 'exempt' }),
      inGroup(2),
      inGroup(3, { ...FINDING, exposure: reached }),
      inGroup(4, { ...FINDING, severity: 'low' }),
    ];

    expect(groupsIn(await table([found]))).toEqual(['sg-3', 'sg-2', 'sg-4', 'sg-1']);
  });

  it('leave out what is in the baseline, and count it', async () => {
    const counts = { ...summary, baseline: { known: 2, gone: 1 } };
    const text = await table([[inGroup(1), { ...inGroup(2), known: true }]], {}, counts);

    expect(groupsIn(text)).toEqual(['sg-1']);
    expect(text).toContain('new: 1 violation, 0 exempt, 0 undecided\n');
    expect(text).toContain('2 other findings in the baseline; 1 of the baseline was not found');
  });
});

describe('the summary', () => {
  it('counts rules by severity, findings by policy, and names the worst groups', async () => {
    const second = { ...FINDING, policy: 'other', severity: 'high' } as const;
    const text = await table([[...many(6), second, { ...second, groupId: 'sg-0' }]]);

    expect(text).toContain('Rules that violate: 6 critical, 1 high');
    expect(text).toMatch(/^no-world-open-admin +critical +6 +0 +0$/m);
    expect(text).toMatch(/^other +high +2 +0 +0$/m);
    expect(text).toMatch(/^group-0 sg-0 \(111122223333, eu-west-1\) +1 +-$/m);
    expect(text).not.toMatch(/^(Account|Region) /m);
  });

  it('counts by account and region where there are several', async () => {
    const elsewhere = { ...FINDING, accountId: '444455556666', region: 'us-east-1' };
    const text = await table([[...many(6), inGroup(9, elsewhere)]]);

    expect(text).toMatch(/^Account +critical\n111122223333 +6\n444455556666 +1$/m);
    expect(text).toMatch(/^Region +critical\neu-west-1 +6\nus-east-1 +1$/m);
  });

  it('has the ten worst groups, however they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom(...SEVERITIES), { maxLength: 4 })),
        async (groups) => {
          const pages = groups.map((severities, group) =>
            severities.map((severity, rule) => ({ ...inGroup(group), severity, ruleId: `sgr-${rule}` })),
          );
          const text = await table(pages);
          const [, listed = ''] = /^Worst groups .*\n((?:.+\n)*)/m.exec(text) ?? [];
          const counts = listed.match(/(?<=\) +)[\d-].*/g) ?? [];
          const expected = groups
            .filter(({ length }) => length > 0)
            .map((of) => SEVERITIES.map((severity) => of.filter((one) => one === severity).length))
            .toSorted((a, b) => (String(a) < String(b) ? 1 : -1))
            .slice(0, 10)
            .map((of, _, all) => of.filter((__, severity) => all.some((one) => one[severity] !== 0)))
            .map((of) => of.map((count) => count || '-').join(' '));
          if (pages.flat().length > 5)
            expect(counts.map((line) => line.replace(/\s+/g, ' '))).toEqual(expected);
          else expect(listed).toBe('');
        },
      ),
      { numRuns: Math.min(RUNS.numRuns ?? 100, 1000) },
    );
  });
});

describe('findings of several policies on one rule', () => {
  const said = ['web-only', 'no-risk'].map((policy) => ({ ...FINDING, policy, severity: 'high' as const }));
  const all = [...said, FINDING, { ...FINDING, policy: 'from-inside', verdict: 'undecided' as const }];

  it('are one row for each verdict, with the severity of the most severe', async () => {
    const shown = await table([all], { columns: 80 });

    expect(shown.match(/^critical violation: .*/gm)).toEqual([
      'critical violation: no-world-open-admin, web-only, no-risk',
    ]);
    expect(shown).toContain('critical undecided: from-inside');
    expect(shown).toContain('1 group, 2 rules: 3 violations by 1 rule, 0 exempt, 1 undecided');
    expect((await table([said])).match(/It allows tcp\/22 from the whole internet/g)).toHaveLength(1);
  });

  it('give each reason once, and none that another one holds', async () => {
    const more = `${FINDING.reason} The exception "Bastion" is for other groups.`;
    const text = await table([[FINDING, { ...FINDING, policy: 'other', reason: more }]], { columns: 300 });
    const words = text.replace(/[│\n]/g, ' ').replace(/\s+/g, ' ');

    expect(words.split(FINDING.reason.split(' ')[0] ?? '')).toHaveLength(2);
  });

  it('are two in two groups, though the rules are alike', async () => {
    const shown = await table([[FINDING, inGroup(1)]], { columns: 80 });

    expect(shown.match(/^critical violation: /gm)).toHaveLength(2);
    expect(shown).toContain(': 2 violations, 0 exempt');
  });
});

describe('rows under headings', () => {
  const tagged = [
    audited(inGroup(1), { team: 'payments' }),
    audited(inGroup(2, { ...FINDING, severity: 'high' }), { team: 'search' }),
    audited(inGroup(3), { team: 'payments' }),
    audited(inGroup(4, { ...FINDING, severity: 'high' })),
  ];
  const headings = async (groupBy: string, options: Partial<TableOptions> = {}) => {
    const text = await joined(
      findingsAsTable(come([tagged]), summary, { isLive: true, groupBy, ...options }),
    );
    return text.match(/^(?!1 group|\.\.\.)\S.*: .*(?=\n┌)/gm);
  };

  it.each([
    ['tag:team', ['team payments: 2 critical', 'team search: 1 high', 'no tag team: 1 high']],
    ['account', ['111122223333: 2 critical, 2 high']],
    ['region', ['eu-west-1: 2 critical, 2 high']],
    ['policy', ['no-world-open-admin: 2 critical, 2 high']],
    ['service', ['SSH: 2 critical, 2 high']],
  ])('are grouped by %s, the worst heading first', async (key, expected) => {
    expect(await headings(key)).toEqual(expected);
  });

  it('are listed up to the limit under each', async () => {
    const text = await joined(
      findingsAsTable(come([tagged]), summary, { isLive: true, groupBy: 'tag:team', limit: 1 }),
    );

    expect(groupsIn(text)).toEqual(['sg-1', 'sg-2', 'sg-4']);
    expect(text).toContain('... and 1 more rule:');
  });
});

describe('commands', () => {
  it('are a script: every other line is a comment, and what only may violate has none', async () => {
    const evil = { ...FINDING, groupName: 'a\nrm -rf /; $(reboot) `reboot`' };
    const script = await table([[evil, ...many(8), long]], { commands: true, limit: 3 });
    const lines = script.split('\n').filter((line) => line !== '');
    const commands = lines.filter((line) => !line.startsWith('#'));

    expect(commands).toHaveLength(3);
    expect(commands[0]).toBe(
      `aws ec2 revoke-security-group-ingress --region eu-west-1 --group-id sg-0123456789abcdef0 --ip-permissions '[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]'`,
    );
    expect(script).not.toContain('undecided:');
    expect(script).toContain('# ... and 6 more rules:');
  });

  it('are all of them, unless fewer are asked for', async () => {
    const script = await table([many(30)], { commands: true });

    expect(script.match(/^aws ec2 /gm)).toHaveLength(30);
  });
});
