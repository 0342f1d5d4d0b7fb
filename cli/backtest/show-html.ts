// A backtest as a page to share: the page of an audit, with what is special about the past.
import type { BacktestSummary } from '../../lib/backtest/summary.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { counted } from '../../lib/report/phrases.ts';
import { dayAndMinute } from '../../lib/report/times.ts';
import { MOST_ROWS, type PageFacts, renderPage, type Tile } from '../report/page.ts';
import { pagePolicy } from '../report/page-data.ts';
import { countMatrix } from '../report/page-matrix.ts';
import type { PageRow } from '../report/page-row.ts';
import { VERSION } from '../version.ts';
import { backtestRows, VERDICT_OF, VERDICTS } from './html-rows.ts';
import { tablesOf } from './html-tables.ts';
import { breakerLine, openLine, peopleInWords, type Told, uncertain } from './show-text.ts';

export function showBacktestAsHtml(told: Told, policies: readonly Policy[], now: Date): string {
  const rows = backtestRows(told);
  const matrix = countMatrix();
  for (const row of rows) if (row.verdict !== VERDICT_OF.nothing) matrix.add(row);
  const { summary } = told;
  const facts: PageFacts = {
    title: 'Security group backtest',
    subtitle: subtitleOf(told, now),
    violating: { count: summary.rules.revoke, words: revokedInWords(summary) },
    tiles: tilesOf(rows),
    notes: [...openLine(summary), ...breakerLine(summary), ...compliantLine(told), ...leftOut(rows)],
    verdicts: VERDICTS,
    matrixHeading: 'What was opened, and to whom',
    matrix: matrix.end(),
    policies: policies.map(pagePolicy),
    tables: tablesOf(summary, policies, uncertain(told)),
    footer: `Made by Portcullis ${VERSION}. Each verdict says what Portcullis would have done, had it enforced these policies. Nothing was changed.`,
  };
  return renderPage(rows.slice(0, MOST_ROWS), facts);
}

/** What was replayed, of when, and when the page was made. */
export function subtitleOf(told: Told, now: Date): string {
  const { summary, trail } = told;
  return [
    `${counted(summary.events, 'event')} of ${counted(trail.records, 'record')}`,
    ...periodOf(told),
    `made ${dayAndMinute(now.toISOString())}`,
  ].join(' · ');
}

/** What there is no room for. */
export function leftOut({ length }: readonly PageRow[]): readonly string[] {
  return length <= MOST_ROWS
    ? []
    : [
        `${(length - MOST_ROWS).toLocaleString('en')} less severe rows are counted above, and left out below: JSON has them.`,
      ];
}

function revokedInWords(summary: BacktestSummary): string {
  const { revoke } = summary.rules;
  if (revoke === 0) return 'No rule would have been revoked';
  return `rule${revoke === 1 ? '' : 's'}${peopleInWords(summary)} would have been revoked`;
}

/** What is not listed. */
function compliantLine({ result }: Told): readonly string[] {
  const fine = result.replayed.filter((one) => one.effects.size === 0 && one.certainty.label !== 'unknown');
  return fine.length === 0
    ? []
    : [
        `${counted(fine.length, 'event')} violated no policy, and ${fine.length === 1 ? 'is' : 'are'} not listed.`,
      ];
}

/** From the first event to the last. */
function periodOf({ result }: Told): readonly string[] {
  const [first, last] = [result.replayed[0], result.replayed.at(-1)].map((one) =>
    one === undefined ? '' : new Date(one.moment.event.at).toISOString().slice(0, 10),
  );
  return first === undefined || first === '' ? [] : [first === last ? first : `${first} to ${last}`];
}

/** Each number is that of the rows that it filters. */
function tilesOf(rows: readonly PageRow[]): readonly Tile[] {
  return [
    ...verdictTiles(rows, [
      [VERDICT_OF.trim, VERDICT_OF.trim],
      [VERDICT_OF.report, VERDICT_OF.report],
      [VERDICT_OF.undecided, 'not evaluated'],
      [VERDICT_OF.nothing, VERDICT_OF.nothing],
    ]),
    ...certaintyTiles(rows),
  ];
}

/** Each verdict, and what it is called. */
export function verdictTiles(
  rows: readonly PageRow[],
  verdicts: readonly (readonly [value: string, words: string])[],
): readonly Tile[] {
  const byVerdict = Map.groupBy(rows, ({ verdict }) => verdict);
  return verdicts.map(([value, words]) => ({
    ...{ count: byVerdict.get(value)?.length ?? 0, words, filter: 'verdict' as const, value },
  }));
}

/** How sure the rows are. */
export function certaintyTiles(rows: readonly PageRow[]): readonly Tile[] {
  const byCertainty = Map.groupBy(rows, ({ history }) => history?.certainty);
  return ['exact', 'at least', 'unknown'].map((value) => ({
    ...{ count: byCertainty.get(value)?.length ?? 0, words: value, filter: 'certainty' as const, value },
  }));
}
