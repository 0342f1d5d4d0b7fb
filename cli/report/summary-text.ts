// The summary of an audit as text: how many of what, where, and where to begin.
import { KINDS } from '../../lib/exposure/exposure.ts';
import { SEVERITIES } from '../../lib/policy/severity.ts';
import { counted } from '../../lib/report/phrases.ts';
import { sanitize } from '../../lib/report/sanitize.ts';
import { padText, roomsFor } from '../format/table.ts';
import { EXPOSURE_IN_WORDS } from './exposure-words.ts';
import type { AuditFinding, Summary } from './finding.ts';
import { policyInWords } from './rows.ts';
import { addedCounts, type Counts, compareCounts, type PolicyTotals, sumOf, type Totals } from './totals.ts';

/** `2 groups, 9 rules: 3 violations by 1 rule, 0 exempt, 1 undecided`; of as many rules as violations nothing is said. */
export function inTotal(totals: Totals, { groups, rules, baseline }: Summary): string {
  const { violation, exempt, undecided } = verdictsOf(totals);
  const count = sumOf(totals.violating);
  const by = count < violation ? ` by ${counted(count, 'rule')}` : '';
  const fresh = baseline === undefined ? '' : 'new: ';
  const verdicts = `${fresh}${counted(violation, 'violation')}${by}, ${exempt} exempt, ${undecided} undecided`;
  const line = `${counted(groups, 'group')}, ${counted(rules, 'rule')}: ${verdicts}`;
  if (baseline === undefined) return line;
  const { known, gone } = baseline;
  return `${line}\n${counted(known, 'other finding')} in the baseline; ${gone} of the baseline ${gone === 1 ? 'was' : 'were'} not found`;
}

function verdictsOf({ policies: byPolicy }: Totals): Pick<Summary, 'violation' | 'exempt' | 'undecided'> {
  const sum = { violation: 0, exempt: 0, undecided: 0 };
  for (const { verdicts } of byPolicy.values())
    for (const verdict of ['violation', 'exempt', 'undecided'] as const) sum[verdict] += verdicts[verdict];
  return sum;
}

/** Tables without borders, each with an empty line before it. */
export function summaryTables(totals: Totals): string {
  return [
    `${severities(totals)}${exposures(totals)}`,
    table(['policy', 'severity', 'violation', 'exempt', 'undecided'], policies(totals)),
    ...places(totals),
    countsTable(
      'worst groups',
      totals.worstGroups.map(({ example, counts }) => [groupInWords(example), counts]),
    ),
  ]
    .filter((text) => text !== '')
    .map((text) => `\n${text}`)
    .join('');
}

function severities({ violating }: Totals): string {
  const some = SEVERITIES.filter((severity) => violating[severity] > 0);
  if (some.length === 0) return '';
  return `Rules that violate: ${some.map((severity) => `${inDigits(violating[severity])} ${severity}`).join(', ')}\n`;
}

function exposures({ exposures: counts }: Totals): string {
  const some = KINDS.filter((kind) => counts[kind] > 0);
  if (some.length === 0) return '';
  return `Of these: ${some.map((kind) => `${inDigits(counts[kind])} ${EXPOSURE_IN_WORDS[kind]}`).join(', ')}\n`;
}

function policies({ policies: byPolicy }: Totals): readonly (readonly string[])[] {
  const order = ({ example, verdicts }: PolicyTotals) =>
    SEVERITIES.indexOf(example.severity) * 1e9 - verdicts.violation;
  return [...byPolicy.values()]
    .toSorted((a, b) => order(a) - order(b))
    .map(({ example, verdicts: { violation, exempt, undecided } }) => [
      policyInWords(example),
      example.severity,
      ...[violation, exempt, undecided].map(inDigits),
    ]);
}

/** More accounts or regions than these are not listed. */
const LISTED = 10;

/** Accounts and regions, each where there are several. */
function places({ places: byAccount }: Totals): readonly string[] {
  const accounts = [...byAccount].map(([account, regions]) => {
    return [account || 'unknown', addedCounts([...regions.values()])] as const;
  });
  const byRegion = Map.groupBy(
    [...byAccount.values()].flatMap((regions) => [...regions]),
    ([region]) => region,
  );
  const regions = [...byRegion].map(
    ([region, all]) => [region, addedCounts(all.map(([, one]) => one))] as const,
  );
  return [placesTable('account', accounts), placesTable('region', regions)];
}

type Named = readonly (readonly [name: string, counts: Counts])[];

function placesTable(what: string, named: Named): string {
  if (named.length < 2) return '';
  const sorted = named.toSorted(([, a], [, b]) => compareCounts(a, b));
  const shown = sorted.slice(0, LISTED).map(([name, counts]) => [sanitize(name), counts] as const);
  const more = sorted.length > LISTED ? `... and ${counted(sorted.length - LISTED, `more ${what}`)}\n` : '';
  return `${countsTable(what, shown)}${more}`;
}

/** A column for each severity that there is. */
function countsTable(what: string, named: Named): string {
  const some = SEVERITIES.filter((severity) => named.some(([, counts]) => counts[severity] > 0));
  const lines = named.map(([name, counts]) => {
    return [name, ...some.map((severity) => (counts[severity] === 0 ? '-' : inDigits(counts[severity])))];
  });
  return table([what, ...some], lines);
}

function inDigits(count: number): string {
  return count.toLocaleString('en-GB');
}

/** `web-prod sg-0abc (111122223333, eu-west-1)`. */
export function groupInWords({ groupId, groupName, accountId, region }: AuditFinding): string {
  const name = groupName === groupId || groupName === '' ? '' : `${sanitize(groupName, 60)} `;
  const where = [accountId, region].filter((one) => one !== '').join(', ');
  return `${name}${sanitize(groupId)} (${sanitize(where)})`;
}

/** The first column is text, all others are numbers or short words. */
function table(heads: readonly string[], lines: readonly (readonly string[])[]): string {
  if (lines.length === 0) return '';
  const rooms = roomsFor([heads, ...lines]);
  const show = (cells: readonly string[]) =>
    cells
      .map((cell, column) => padText(cell, rooms[column] ?? 0, column > 0 && !isWord(heads[column])))
      .join('  ');
  return `${[heads.map((head, column) => (column === 0 ? capitalized(head) : head)), ...lines].map((cells) => show(cells).trimEnd()).join('\n')}\n`;
}

function isWord(head: string | undefined): boolean {
  return head === 'severity';
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
