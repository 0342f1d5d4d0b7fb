// Findings of an audit as CSV, a line for each rule and verdict, written as they come.
import { stringify } from 'csv-stringify/sync';
import { closeCommand } from '../../lib/report/close-command.ts';
import { ruleInWords } from '../../lib/report/phrases.ts';
import type { Pages } from './finding.ts';
import { trafficOfRule } from './finding-identity.ts';
import { policiesIn, type Row, reasonsIn, rowsOf } from './rows.ts';
import { mostExposed } from './totals.ts';

/** Text that a spreadsheet would take for a formula has an apostrophe before it. */
export async function* findingsAsCsv(pages: Pages): AsyncGenerator<string> {
  yield toCsv([COLUMNS.map(([name]) => name)]);
  for await (const page of pages) {
    yield toCsv(rowsOf(page).map((row) => COLUMNS.map(([, cell]) => oneLine(cell(row) ?? ''))));
  }
}

function toCsv(lines: readonly (readonly string[])[]): string {
  return stringify(lines as string[][], { escape_formulas: true });
}

/** Whoever reads lines instead of CSV gets a rule a line. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const COLUMNS: readonly (readonly [name: string, cell: (row: Row) => string | undefined])[] = [
  ['severity', ([{ finding }]) => finding.severity],
  ['verdict', ([{ finding }]) => finding.verdict],
  ['policies', (row) => policiesIn(row).join(' ')],
  ['account', ([{ finding }]) => finding.accountId],
  ['region', ([{ finding }]) => finding.region],
  ['vpc', ([{ group }]) => group.vpcId],
  ['group_id', ([{ finding }]) => finding.groupId],
  ['group_name', ([{ finding }]) => finding.groupName],
  ['rule_id', ([{ finding }]) => finding.ruleId],
  ['direction', ([{ rule }]) => rule.direction],
  ['protocol', ([{ rule }]) => trafficOfRule(rule).protocol.replace('-1', 'all')],
  ['ports', ([{ rule }]) => trafficOfRule(rule).ports],
  ['peer', ([{ rule }]) => trafficOfRule(rule).peer],
  ['rule', ([{ rule }]) => ruleInWords(rule)],
  ['description', ([{ rule }]) => rule.aws.Description],
  ['reason', reasonsIn],
  ['exposure', (row) => mostExposed(row)],
  ['exposure_reason', ([{ finding }]) => finding.exposure?.text],
  ['baseline', ([{ finding }]) => (finding.known === true ? 'known' : '')],
  ['revoke_command', closeCell],
];

function closeCell([{ finding, rule, profile }]: Row): string {
  return finding.verdict === 'violation' ? closeCommand(rule, { region: finding.region, profile }) : '';
}
