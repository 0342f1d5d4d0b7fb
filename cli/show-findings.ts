// Findings of an audit as a table.
import Table from 'cli-table3';
import { SEVERITIES } from '../lib/policy.ts';
import { harmless } from '../lib/report/text.ts';
import { ruleInWords } from '../lib/report/words.ts';
import { parseRule } from '../lib/rule.ts';
import type { AuditFinding, Summary } from './audit-group.ts';

/** The table, the most severe findings first, and a line that sums them up. */
export function showFindings(findings: readonly AuditFinding[], summary: Summary): string {
  const total = `${summary.groups} groups, ${summary.rules} rules: ${summary.violation} violations, ${summary.exempt} exempt, ${summary.undecided} undecided`;
  if (findings.length === 0) return total;
  const table = new Table({
    head: ['severity', 'policy', 'verdict', 'group', 'rule', 'why'],
    style: { head: [], border: [] },
    colWidths: [10, 31, 11, 24, 34, 44],
    wordWrap: true,
  });
  const sorted = findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  for (const { severity, policy, verdict, groupId, groupName, ruleId = '', rule, reason } of sorted) {
    const what = [ruleInWords(parseRule(rule)), ruleId].filter((text) => text !== '').join('\n');
    table.push([severity, policy, verdict, `${harmless(groupName)}\n${harmless(groupId)}`, what, reason]);
  }
  return `${table.toString()}\n${total}`;
}
