// Findings of an audit as text: pages come one after the other, and each is written before the next is there.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingsAsTable } from '../../cli/format/findings.ts';
import { findingsAsJson } from '../../cli/format/findings-json.ts';
import type { AuditFinding } from '../../cli/input/audit-group.ts';

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
} as const satisfies AuditFinding;
const high = {
  ...finding,
  severity: 'high',
  policy: 'other',
  ruleId: 'sgr-0other',
  rule: { ...finding.rule, ToPort: 23 },
} as const;
const violating = { ...finding, verdict: 'violation', reason: 'It allows tcp/22 from 8.8.8.8.' } as const;
const summary = { groups: 1, rules: 2, violation: 0, exempt: 0, undecided: 2 };

type Pages = readonly (readonly AuditFinding[])[];

async function* come(pages: Pages) {
  yield* pages;
}

/** The same in another group. */
const inGroup = (groupId: number, one: AuditFinding = high) => ({ ...one, groupId: `sg-${groupId}` });

async function joined(texts: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const text of texts) all += text;
  return all;
}

const table = (pages: Pages, columns?: number, counts = summary) =>
  joined(findingsAsTable(come(pages), counts, true, columns));

describe('findings for people', () => {
  it('are a table where there is room for it, and where nobody knows how much room there is', async () => {
    expect(await table([[finding]], 161)).toContain('│ critical │ no-world-open-admin');
    expect(await table([[finding]])).toBe(await table([[finding]], 161));
  });

  it('are a few lines each on a narrow terminal, none wider than it but for a word that is', async () => {
    const lines = (await table([[high, finding]], 80)).split('\n');

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

  it('are summed up, each in its number', async () => {
    expect(await table([], 80)).toBe('1 group, 2 rules: 0 violations, 0 exempt, 2 undecided\n');
    expect(await table([[finding]], 80)).toContain(
      '\n1 group, 2 rules: 0 violations, 0 exempt, 2 undecided\n',
    );
  });

  it('are one table, however many pages there are', async () => {
    const rows = (text: string) => text.split('\n').filter((line) => /^[┌├│└]/.test(line));
    const [one = '', digest] = (await table([[finding], [inGroup(1)]])).split('The most severe findings:');

    expect(rows(one)).toEqual(rows(await table([[finding, inGroup(1)]])));
    expect(digest).toContain('│ critical │ no-world-open-admin');
  });

  it('end with the most severe ones and a count for each policy where they are more than a page', async () => {
    const pages = [...Array.from({ length: 30 }, (_, i) => [inGroup(i), inGroup(i + 100)]), [finding]];
    const [, digest = ''] = (await table(pages, 80)).split('The most severe findings:\n');

    expect(digest.startsWith('critical undecided: no-world-open-admin\n')).toBe(true);
    expect(digest.match(/^high undecided: other$/gm)).toHaveLength(19);
    expect(digest).toContain(
      '\ncritical no-world-open-admin: 0 violations, 0 exempt, 1 undecided\nhigh other: 0 violations, 0 exempt, 60 undecided\n',
    );
  });
});

describe('findings of several policies on one rule', () => {
  it('are one, with the severity of the most severe', async () => {
    const said = ['web-only', 'no-risk'].map((policy) => ({
      ...violating,
      policy,
      severity: 'high' as const,
    }));
    const all = [...said, violating, { ...finding, policy: 'from-inside' }];
    const counts = { ...summary, violation: 3, undecided: 1 };
    const shown = await table([all], 80, counts);

    expect(shown.match(/^critical violation: .*/gm)).toEqual([
      'critical violation: no-world-open-admin, web-only, no-risk',
    ]);
    expect(shown.match(/It allows tcp/g)).toHaveLength(1);
    expect(shown.match(/^critical undecided: .*/gm)).toEqual(['critical undecided: from-inside']);
    expect(shown).toContain('1 group, 2 rules: 3 violations by 1 rule, 0 exempt, 1 undecided');
    expect((await table([all], undefined, counts)).match(/It allows tcp/g)).toHaveLength(1);
  });

  it('are two in two groups, though the rules are alike', async () => {
    const shown = await table([[violating, inGroup(1, violating)]], 80, { ...summary, violation: 2 });

    expect(shown.match(/^critical violation: /gm)).toHaveLength(2);
    expect(shown).toContain(': 2 violations, 0 exempt');
  });
});

describe('findings for machines', () => {
  it('are one JSON document, as if it had been printed at once', async () => {
    const findings = fc.array(
      fc.array(fc.constantFrom(finding, high, { ...finding, groupName: '\n"}\\' }), { minLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(findings, async (pages) => {
        expect(await joined(findingsAsJson(come(pages), summary))).toBe(
          `${JSON.stringify({ findings: pages.flat(), summary }, null, 2)}\n`,
        );
      }),
      { numRuns: 100 },
    );
  });
});
