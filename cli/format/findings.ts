// Findings of an audit as a table.
import Table from 'cli-table3';
import { KINDS } from '../../lib/exposure/exposure.ts';
import { SEVERITIES } from '../../lib/policy/policy.ts';
import { counted, ruleInWords } from '../../lib/report/phrases.ts';
import { sanitize, wrap } from '../../lib/report/sanitize.ts';
import { parseRule } from '../../lib/rule.ts';
import type { AuditFinding, Summary } from '../input/audit-group.ts';

const WIDTHS = [10, 31, 11, 24, 34, 44];
/** With the lines between the columns. */
const WIDTH = WIDTHS.reduce((sum, width) => sum + width + 1, 1);

/**
 * The most severe findings first, and a line that sums them up: a table, or where the terminal has less columns than that
 * takes, a few lines for each.
 */
export function showFindings(
  findings: readonly AuditFinding[],
  summary: Summary,
  columns = Number.POSITIVE_INFINITY,
): string {
  const total = `${counted(summary.groups, 'group')}, ${counted(summary.rules, 'rule')}: ${counted(summary.violation, 'violation')}, ${summary.exempt} exempt, ${summary.undecided} undecided`;
  if (findings.length === 0) return total;
  const sorted = findings.toSorted((a, b) => rank(a) - rank(b));
  const shown =
    columns < WIDTH ? sorted.map((finding) => showBlock(finding, columns)).join('\n\n') : showTable(sorted);
  return `${shown}\n${columns < WIDTH ? '\n' : ''}${total}`;
}

/** Of findings of one severity, those come first that packets from the internet reach. */
function rank({ severity, exposure }: AuditFinding): number {
  const kind = exposure === undefined ? KINDS.length : KINDS.indexOf(exposure.exposure.kind);
  return SEVERITIES.indexOf(severity) * (KINDS.length + 1) + kind;
}

function showTable(findings: readonly AuditFinding[]): string {
  const table = new Table({
    head: ['severity', 'policy', 'verdict', 'group', 'rule', 'why'],
    style: { head: [], border: [] },
    colWidths: WIDTHS,
    wordWrap: true,
  });
  for (const finding of findings) {
    const { severity, verdict, groupId, groupName, accountId, ruleId = '', rule } = finding;
    const group = linesOf(sanitize(groupName), sanitize(groupId), accountId);
    const what = linesOf(ruleInWords(parseRule(rule)), ruleId);
    table.push([severity, policyInWords(finding), verdict, group, what, whyOf(finding)]);
  }
  return table.toString();
}

function whyOf({ reason, exposure }: AuditFinding): string {
  return exposure === undefined ? reason : `${reason} ${exposure.text}`;
}

/** Without those that are not known: an older export does not say whose a group is. */
function linesOf(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n');
}

/** `no-ssh`, `no-ssh (dry run)`. */
export function policyInWords({ policy, mode }: Pick<AuditFinding, 'policy' | 'mode'>): string {
  return { enforce: policy, 'dry-run': `${policy} (dry run)`, off: `${policy} (off)` }[mode];
}

function showBlock(finding: AuditFinding, columns: number): string {
  const { severity, verdict, groupId, groupName, accountId, ruleId, rule } = finding;
  const owner = accountId === '' ? '' : ` of account ${accountId}`;
  const name = groupName === groupId ? '' : `${sanitize(groupName)} `;
  return [
    `${severity} ${verdict}: ${policyInWords(finding)}`,
    ...indented(`${name}${sanitize(groupId)}${owner}${ruleId === undefined ? '' : `, ${ruleId}`}`, columns),
    ...indented(ruleInWords(parseRule(rule)), columns),
    ...indented(whyOf(finding), columns),
  ].join('\n');
}

/** Two columns in; a terminal so narrow that it breaks words is the reader's to widen. */
function indented(text: string, columns: number): readonly string[] {
  return wrap(text, Math.max(columns - 2, 20)).map((line) => `  ${line}`);
}
