// What other policies would have done instead, as a page to share.
import type { Policy } from '../../lib/policy/policy.ts';
import { SEVERITIES } from '../../lib/policy/severity.ts';
import { effectInWords } from '../format/effect.ts';
import { MOST_ROWS, renderPage } from '../report/page.ts';
import { pagePolicy } from '../report/page-data.ts';
import { countMatrix } from '../report/page-matrix.ts';
import type { PageRow } from '../report/page-row.ts';
import { withoutControls } from '../report/page-words.ts';
import { VERSION } from '../version.ts';
import { type ChangedEvent, differences } from './differences.ts';
import { effectRow } from './html-rows.ts';
import { uncertainTable } from './html-tables.ts';
import { certaintyTiles, leftOut, subtitleOf, verdictTiles } from './show-html.ts';
import { type Told, uncertain } from './show-text.ts';

const [MORE, LESS] = ['more', 'less'];

/** Only the rules with a different result. Of policies that both sets have, those in question are described. */
export function showDifferenceAsHtml(
  told: Told,
  policies: readonly Policy[],
  against: readonly Policy[],
  now: Date,
): string {
  const rows = rowsOf(told);
  const matrix = countMatrix();
  for (const row of rows) if (row.verdict === MORE) matrix.add(row);
  const known = new Set(policies.map(({ id }) => id));
  const more = rows.filter(({ verdict }) => verdict === MORE).length;
  return renderPage(rows.slice(0, MOST_ROWS), {
    title: 'Security group backtest: two sets of policies',
    subtitle: subtitleOf(told, now),
    violating: {
      count: more,
      words: `rule${more === 1 ? '' : 's'} about which these policies would have done more`,
    },
    tiles: [
      ...verdictTiles(rows, [[LESS, 'about which they would have done less']]),
      ...certaintyTiles(rows),
    ],
    notes: [
      'Rules about which both sets of policies would have done the same are not listed.',
      ...leftOut(rows),
    ],
    verdicts: [MORE, LESS],
    matrixHeading: 'Where they would have done more: what was opened, and to whom',
    matrix: matrix.end(),
    policies: [...policies, ...against.filter(({ id }) => !known.has(id))].map(pagePolicy),
    tables: [uncertainTable(uncertain(told))],
    footer: `Made by Portcullis ${VERSION}. Each row says what Portcullis would have done by these policies, and what by those of --against. Nothing was changed.`,
  });
}

/** More first, of that the most severe, and of those the latest. */
function rowsOf({ result }: Told): readonly PageRow[] {
  return differences(result)
    .toReversed()
    .map((change) => rowOf(change, result.lives))
    .toSorted((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ severity, verdict }: PageRow): number {
  return [MORE, LESS].indexOf(verdict) * SEVERITIES.length + SEVERITIES.indexOf(severity);
}

/** Where nothing is done, the other policies say what it was about. */
function rowOf(
  { replayed, rule, before, after, isMore }: ChangedEvent,
  lives: Told['result']['lives'],
): PageRow {
  const row = effectRow(replayed, rule, after.verdicts.length > 0 ? after : before, lives);
  const change = `${effectInWords(after)} (was ${effectInWords(before)}).`;
  return {
    ...row,
    verdict: isMore ? MORE : LESS,
    reason: [withoutControls(change), row.reason].filter((text) => text !== '').join(' '),
  };
}
