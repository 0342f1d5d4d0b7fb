// Findings of an audit for people: what sums them up first, then the worst of them, a row for each rule.
import { counted } from '../../lib/report/phrases.ts';
import { asComments, closeLines } from './close-script.ts';
import type { Pages, Summary } from './finding.ts';
import { headingBy, headingInWords, makeSections, type Section } from './group-by.ts';
import { type Layout, layoutFor, type Row, rowsOf } from './rows.ts';
import { inTotal, summaryTables } from './summary-text.ts';
import { addRows, noTotals } from './totals.ts';
import { countUnread, showUnread, type UnreadCounts } from './unread.ts';

export interface TableOptions {
  readonly isLive: boolean;
  /** Of the terminal; undefined where the output is none. */
  readonly columns?: number | undefined;
  /** How many rows are listed, under each heading if there are some. */
  readonly limit?: number | undefined;
  /** Whether commands are listed in place of a table. */
  readonly commands?: boolean | undefined;
  readonly groupBy?: string | undefined;
}

/** With the summary above it, that is a screen. */
const ROWS = 5;
const ROWS_OF_HEADING = 3;
/** More headings than these are named only where all rows are. */
const HEADINGS = 20;

/** The summary is read when all pages have come, and nothing is written before: no more rows are held than are listed. */
export async function* findingsAsTable(
  pages: Pages,
  summary: Readonly<Summary>,
  options: TableOptions,
): AsyncGenerator<string> {
  const { groupBy, commands = false } = options;
  const headingOf = groupBy === undefined ? undefined : headingBy(groupBy);
  const limit = options.limit ?? defaultLimit(options);
  const sections = makeSections(headingOf ?? (() => ''), limit);
  const unread: UnreadCounts = new Map();
  const totals = noTotals();
  for await (const page of pages) {
    const found = page.filter(({ finding }) => finding.known !== true);
    const rows = rowsOf(found);
    addRows(totals, rows);
    countUnread(unread, found);
    for (const row of commands ? rows.filter(isViolation) : rows) sections.add(row);
  }
  const tables = totals.rows <= ROWS ? '' : summaryTables(totals);
  const lacking = showUnread(unread, options.isLive).map((line) => `${line}\n`);
  const say = commands ? asComments : (text: string) => text;
  yield say(`${inTotal(totals, summary)}\n${tables}`);
  yield* listed(sections.list(), layoutOf(options), limit, say);
  yield say(lacking.join(''));
}

/** Whoever asks for commands wants them all. */
function defaultLimit({ groupBy, commands }: TableOptions): number {
  if (commands === true) return Number.POSITIVE_INFINITY;
  return groupBy === undefined ? ROWS : ROWS_OF_HEADING;
}

function layoutOf({ commands = false, columns = Number.POSITIVE_INFINITY }: TableOptions): Layout {
  return commands ? SCRIPT : layoutFor(columns);
}

function isViolation([{ finding }]: Row): boolean {
  return finding.verdict === 'violation';
}

const SCRIPT: Layout = { begin: '', show: (row) => `${closeLines(row).join('\n')}\n\n`, end: '' };

/** The rows of each section, and how many are left out. */
function* listed(
  sections: readonly Section[],
  layout: Layout,
  limit: number,
  say: (text: string) => string,
): Generator<string> {
  const shown = limit === Number.POSITIVE_INFINITY ? sections : sections.slice(0, HEADINGS);
  for (const section of shown) {
    if (section.heading !== '') yield `\n${say(headingInWords(section))}\n`;
    else yield '\n';
    yield layout.begin;
    for (const row of section.rows.list()) yield layout.show(row);
    yield layout.end;
  }
  const all = sections.reduce((sum, { rows }) => sum + rows.count(), 0);
  const kept = shown.reduce((sum, { rows }) => sum + rows.list().length, 0);
  if (all > kept) yield say(`${moreInWords(all - kept)}\n`);
}

function moreInWords(count: number): string {
  return [
    `... and ${counted(count, 'more rule')}:`,
    '  --limit all                        lists all of them',
    '  --severity --policy --group --tag  choose among them',
    '  --group-by account                 under headings; or region, policy, tag:KEY',
    '  --format html > audit.html         a page to search and to send around',
  ].join('\n');
}
