// Findings as CSV: a line a rule, and nothing that a spreadsheet takes for a formula.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
      revoke_command: expect.stringContaining('aws ec2 revoke-security-group-ingress'),
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

const OFFICE = '/usr/bin/soffice';
if (!existsSync(OFFICE))
  console.warn('NOT RUN: CSV in LibreOffice, because it is not here (apt-get install libreoffice-calc)');

describe.skipIf(!existsSync(OFFICE))('LibreOffice', () => {
  const hostile = '=HYPERLINK("https://evil.example","x")';

  /** How many formulas it makes of a CSV file. */
  function formulasIn(text: string): number {
    const directory = mkdtempSync(join(tmpdir(), 'office-'));
    writeFileSync(join(directory, 'audit.csv'), text);
    const profile = `-env:UserInstallation=file://${directory}/profile`;
    execFileSync(
      OFFICE,
      [profile, '--headless', '--convert-to', 'fods', '--outdir', directory, 'audit.csv'],
      {
        cwd: directory,
        stdio: 'ignore',
      },
    );
    const sheet = readFileSync(join(directory, 'audit.fods'), 'utf8');
    expect(sheet).toContain('evil.example');
    return sheet.match(/table:formula=/g)?.length ?? 0;
  }

  it('makes no formula of what strangers wrote, which it would otherwise', async () => {
    const evil = { ...FINDING, groupName: hostile, rule: { ...FINDING.rule, Description: `+${hostile}` } };
    const text = await joined(findingsAsCsv(come([[audited(evil)]])));

    expect(formulasIn(text)).toBe(0);
    expect(formulasIn(text.replaceAll("'=", '='))).toBe(1);
  });
});
