// Findings by rule, as rows of a table, or where the terminal has less columns than that takes, as a few lines each.
import { ruleInWords } from '../../lib/report/phrases.ts';
import { sanitize, wrap } from '../../lib/report/sanitize.ts';
import { parseRule } from '../../lib/rule.ts';
import type { AuditFinding } from '../input/audit-group.ts';
import { makeTable } from './table.ts';

/** What several policies find of one rule, the most severe first. */
export type Row = readonly [AuditFinding, ...AuditFinding[]];

/** A row for each rule and verdict; the most severe findings must come first. */
export function rowsOf(findings: readonly AuditFinding[]): readonly Row[] {
  const name = ({ accountId, region, groupId, rule, verdict }: AuditFinding) =>
    JSON.stringify([accountId, region, groupId, rule, verdict]);
  return [...Map.groupBy(findings, name).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [[first, ...others] as const],
  );
}

/** How rows are shown of which nobody knows how many will come. */
export interface Layout {
  readonly begin: string;
  readonly show: (row: Row) => string;
  readonly end: string;
}

const ROOMS = [8, 29, 9, 22, 32, 42];
/** With the lines between the columns. */
const WIDTH = ROOMS.reduce((sum, room) => sum + room + 3, 1);
const TABLE = makeTable(['severity', 'policy', 'verdict', 'group', 'rule', 'why'], ROOMS);

/** A table, where there is room for it in so many columns. */
export function layoutFor(columns: number): Layout {
  return columns < WIDTH
    ? { begin: '', show: (row) => showBlock(row, columns), end: '' }
    : { begin: TABLE.begin, show: showRow, end: TABLE.end };
}

function showRow(row: Row): string {
  const [{ severity, verdict, groupId, groupName, accountId, ruleId = '', rule }] = row;
  const group = linesOf(sanitize(groupName), sanitize(groupId), accountId);
  const what = linesOf(ruleInWords(parseRule(rule)), ruleId);
  return TABLE.row([severity, linesOf(...row.map(policyInWords)), verdict, group, what, whyOf(row)]);
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
    '\n',
  ].join('\n');
}

/** Two columns in; a terminal so narrow that it breaks words is the reader's to widen. */
function indented(text: string, columns: number): readonly string[] {
  return wrap(text, Math.max(columns - 2, 20)).map((line) => `  ${line}`);
}
