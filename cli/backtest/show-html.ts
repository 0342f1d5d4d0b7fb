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
  const { summary, trail } = told;
  const facts: PageFacts = {
    title: 'Security group backtest',
    subtitle: [
      `${counted(summary.events, 'event')} of ${counted(trail.records, 'record')}`,
      ...periodOf(told),
      `made ${dayAndMinute(now.toISOString())}`,
    ].join(' · '),
    violating: { count: summary.rules.revoke, words: revokedInWords(summary) },
    tiles: tilesOf(rows),
    notes: [
      ...openLine(summary),
      ...breakerLine(summary),
      ...compliantLine(told),
      ...(rows.length > MOST_ROWS
        ? [
            `${(rows.length - MOST_ROWS).toLocaleString('en')} less severe rows are counted above, and left out below: JSON has them.`,
          ]
        : []),
    ],
    verdicts: VERDICTS,
    matrixHeading: 'What was opened, and to whom',
    matrix: matrix.end(),
    policies: policies.map(pagePolicy),
    tables: tablesOf(summary, policies, uncertain(told)),
    footer: `Made by Portcullis ${VERSION}. Each verdict says what Portcullis would have done, had it enforced these policies. Nothing was changed.`,
  };
  return renderPage(rows.slice(0, MOST_ROWS), facts);
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
  const byVerdict = Map.groupBy(rows, ({ verdict }) => verdict);
  const byCertainty = Map.groupBy(rows, ({ history }) => history?.certainty);
  const verdict = (value: string, words = value): Tile => ({
    ...{ count: byVerdict.get(value)?.length ?? 0, words, filter: 'verdict', value },
  });
  const certainty = (value: string): Tile => ({
    ...{ count: byCertainty.get(value)?.length ?? 0, words: value, filter: 'certainty', value },
  });
  return [
    ...[verdict(VERDICT_OF.trim), verdict(VERDICT_OF.report)],
    ...[verdict(VERDICT_OF.undecided, 'not evaluated'), verdict(VERDICT_OF.nothing)],
    ...['exact', 'at least', 'unknown'].map(certainty),
  ];
}
