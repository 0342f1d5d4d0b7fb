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
  const rows = rowsOf(findings.toSorted((a, b) => rank(a) - rank(b)));
  const total = inTotal(rows, summary);
  if (findings.length === 0) return total;
  const shown = columns < WIDTH ? rows.map((row) => showBlock(row, columns)).join('\n\n') : showTable(rows);
  return `${shown}\n${columns < WIDTH ? '\n' : ''}${total}`;
}

/** `2 groups, 9 rules: 3 violations by 1 rule, 0 exempt, 1 undecided`; of as many rules as violations nothing is said. */
function inTotal(rows: readonly Row[], { groups, rules, violation, exempt, undecided }: Summary): string {
  const violating = rows.filter(([{ verdict }]) => verdict === 'violation').length;
  const by = violating < violation ? ` by ${counted(violating, 'rule')}` : '';
  return `${counted(groups, 'group')}, ${counted(rules, 'rule')}: ${counted(violation, 'violation')}${by}, ${exempt} exempt, ${undecided} undecided`;
}

/** Of findings of one severity, those come first that packets from the internet reach. */
function rank({ severity, exposure }: AuditFinding): number {
  const kind = exposure === undefined ? KINDS.length : KINDS.indexOf(exposure.exposure.kind);
  return SEVERITIES.indexOf(severity) * (KINDS.length + 1) + kind;
}

/** What several policies find of one rule, the most severe first. */
type Row = readonly [AuditFinding, ...AuditFinding[]];

/** A row for each rule and verdict. */
function rowsOf(findings: readonly AuditFinding[]): readonly Row[] {
  const name = ({ accountId, region, groupId, rule, verdict }: AuditFinding) =>
    JSON.stringify([accountId, region, groupId, rule, verdict]);
  return [...Map.groupBy(findings, name).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [[first, ...others] as const],
  );
}

function showTable(rows: readonly Row[]): string {
  const table = new Table({
    head: ['severity', 'policy', 'verdict', 'group', 'rule', 'why'],
    style: { head: [], border: [] },
    colWidths: WIDTHS,
    wordWrap: true,
  });
  for (const row of rows) {
    const [{ severity, verdict, groupId, groupName, accountId, ruleId = '', rule }] = row;
    const group = linesOf(sanitize(groupName), sanitize(groupId), accountId);
    const what = linesOf(ruleInWords(parseRule(rule)), ruleId);
    table.push([severity, linesOf(...row.map(policyInWords)), verdict, group, what, whyOf(row)]);
  }
  return table.toString();
}

function whyOf(row: Row): string {
  const exposures = row.flatMap(({ exposure }) => exposure?.text ?? []);
  return [...new Set([...row.map(({ reason }) => reason), ...exposures])].join(' ');
}

/** Without those that are not known: an older export does not say whose a group is. */
function linesOf(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n');
}

/** `no-ssh`, `no-ssh (dry run)`. */
export function policyInWords({ policy, mode }: Pick<AuditFinding, 'policy' | 'mode'>): string {
  return { enforce: policy, 'dry-run': `${policy} (dry run)`, off: `${policy} (off)` }[mode];
}

function showBlock(row: Row, columns: number): string {
  const [{ severity, verdict, groupId, groupName, accountId, ruleId, rule }] = row;
  const owner = accountId === '' ? '' : ` of account ${accountId}`;
  const name = groupName === groupId ? '' : `${sanitize(groupName)} `;
  return [
    `${severity} ${verdict}: ${row.map(policyInWords).join(', ')}`,
    ...indented(`${name}${sanitize(groupId)}${owner}${ruleId === undefined ? '' : `, ${ruleId}`}`, columns),
    ...indented(ruleInWords(parseRule(rule)), columns),
    ...indented(whyOf(row), columns),
  ].join('\n');
}

/** Two columns in; a terminal so narrow that it breaks words is the reader's to widen. */
function indented(text: string, columns: number): readonly string[] {
  return wrap(text, Math.max(columns - 2, 20)).map((line) => `  ${line}`);
}
