// Findings by rule, as rows of a table, or where the terminal has less columns than that takes, as a few lines each.
import { ruleInWords } from '../../lib/report/phrases.ts';
import { sanitize, wrap } from '../../lib/report/sanitize.ts';
import { makeTable } from '../format/table.ts';
import { type Audited, type AuditFinding, rankOf } from './finding.ts';

/** What several policies find of one rule, with one verdict: the most severe first. */
export type Row = readonly [Audited, ...Audited[]];

/** A row for each rule and verdict of a page, the worst first. */
export function rowsOf(page: readonly Audited[]): readonly Row[] {
  const byRule = Map.groupBy(page, ({ rule }) => rule);
  const rows = [...byRule.values()].flatMap((found) => {
    const byVerdict = found.length === 1 ? [found] : Map.groupBy(found, verdictOf).values();
    return [...byVerdict].flatMap((alike) => rowOf(alike));
  });
  return rows.toSorted((a, b) => rankOf(a[0].finding) - rankOf(b[0].finding));
}

function verdictOf({ finding }: Audited): string {
  return finding.verdict;
}

function rowOf(found: readonly Audited[]): readonly Row[] {
  const [first, ...others] = found.toSorted((a, b) => rankOf(a.finding) - rankOf(b.finding));
  return first === undefined ? [] : [[first, ...others]];
}

/** How rows are shown. */
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
  const [{ finding, rule }] = row;
  const { severity, verdict, groupId, groupName, accountId, ruleId = '' } = finding;
  const group = linesOf(sanitize(groupName), sanitize(groupId), accountId);
  const what = linesOf(ruleInWords(rule), ruleId);
  return TABLE.row([severity, linesOf(...policiesIn(row)), verdict, group, what, whyOf(row)]);
}

/** Why a rule is found fault with, and whether it is reached. */
function whyOf(row: Row): string {
  const exposures = row.flatMap(({ finding }) => finding.exposure?.text ?? []);
  return [reasonsIn(row), ...new Set(exposures)].join(' ');
}

/** What the policies say of the rule, each sentence once: one may say more than another. */
export function reasonsIn(row: Row): string {
  const reasons = [...new Set(row.map(({ finding }) => finding.reason))];
  return reasons.filter((one) => !reasons.some((more) => more !== one && more.includes(one))).join(' ');
}

/** Without those that are not known: an older export does not say whose a group is. */
function linesOf(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n');
}

/** The policies of a row in words. */
export function policiesIn(row: Row): readonly string[] {
  return row.map(({ finding }) => policyInWords(finding));
}

/** `no-ssh`, `no-ssh (dry run)`. */
export function policyInWords({ policy, mode }: Pick<AuditFinding, 'policy' | 'mode'>): string {
  return { enforce: policy, 'dry-run': `${policy} (dry run)`, off: `${policy} (off)` }[mode];
}

function showBlock(row: Row, columns: number): string {
  const [{ finding, rule }] = row;
  const { severity, verdict, groupId, groupName, accountId, ruleId } = finding;
  const owner = accountId === '' ? '' : ` of account ${accountId}`;
  const name = groupName === groupId ? '' : `${sanitize(groupName)} `;
  return [
    `${severity} ${verdict}: ${policiesIn(row).join(', ')}`,
    ...indented(`${name}${sanitize(groupId)}${owner}${ruleId === undefined ? '' : `, ${ruleId}`}`, columns),
    ...indented(ruleInWords(rule), columns),
    ...indented(whyOf(row), columns),
    '\n',
  ].join('\n');
}

/** Two columns in; a terminal so narrow that it breaks words is the reader's to widen. */
function indented(text: string, columns: number): readonly string[] {
  return wrap(text, Math.max(columns - 2, 20)).map((line) => `  ${line}`);
}
