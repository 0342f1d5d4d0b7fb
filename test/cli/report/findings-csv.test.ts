// Findings as CSV: a line a rule, and nothing that a spreadsheet takes for a formula.
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditFinding } from '../../../cli/report/finding.ts';
import { findingsAsCsv } from '../../../cli/report/findings-csv.ts';
import { audited, come, FINDING, joined } from './audited.ts';

type Line = Readonly<Record<string, string>>;

async function csv(...pages: readonly (readonly AuditFinding[])[]): Promise<readonly Line[]> {
  const text = await joined(findingsAsCsv(come(pages.map((page) => page.map((one) => audited(one))))));
  return parse(text, { columns: true }) as Line[];
}

describe('findings as CSV', () => {
  it('have a line for each rule, with all its policies, and one head', async () => {
    const also = { ...FINDING, policy: 'web-only', severity: 'high', mode: 'dry-run' } as const;
    const other = { ...FINDING, groupId: 'sg-0other', ruleId: 'sgr-0other' };
    const lines = await csv([also, FINDING], [other]);

    expect(lines.map(({ group_id }) => group_id)).toEqual([FINDING.groupId, 'sg-0other']);
    expect(lines[0]).toMatchObject({
      severity: 'critical',
      verdict: 'violation',
      policies: 'no-world-open-admin web-only (dry run)',
      account: '111122223333',
      region: 'eu-west-1',
      rule_id: 'sgr-0123456789abcdef0',
      direction: 'ingress',
      protocol: 'tcp',
      ports: '22',
      peer: '0.0.0.0/0',
      close_command: expect.stringContaining('aws ec2 revoke-security-group-ingress'),
    });
  });

  it('have a head where nothing was found', async () => {
    expect(await joined(findingsAsCsv(come([])))).toMatch(/^severity,verdict,policies,account,region,.*\n$/);
  });

  it('hold no formula, no line break in a cell, and every word of strangers', async () => {
    const text = fc.oneof(
      fc.constantFrom(
        '=1+1',
        '+1',
        '-1',
        '@SUM(A1)',
        '\t=1',
        '\r=1',
        ' =1',
        '＝1',
        '"=1',
        '\n=cmd|x!A1',
        'a,b',
      ),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(text, text, async (groupName, Description) => {
        const [line = {}] = await csv([{ ...FINDING, groupName, rule: { ...FINDING.rule, Description } }]);

        for (const cell of Object.values(line)) expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]|[\r\n]/);
        const plain = (one = '') => one.replace(/^'/, '').trim();
        expect(plain(line.group_name)).toBe(plain(groupName.replace(/\s+/g, ' ').trim()));
        expect(plain(line.description)).toBe(plain(Description.replace(/\s+/g, ' ').trim()));
      }),
      { numRuns: 300 },
    );
  });
});
