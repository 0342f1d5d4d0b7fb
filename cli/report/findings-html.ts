// Findings of an audit as a page: the worst of them, a row for each rule.
import { closeCommand } from '../../lib/report/close-command.ts';
import { ruleInWords } from '../../lib/report/phrases.ts';
import type { AuditFacts } from './audit-facts.ts';
import { countExceptions } from './exceptions-in-use.ts';
import { makeExcuses } from './excuses.ts';
import { type Pages, rankOf } from './finding.ts';
import { MOST_ROWS, renderPage } from './page.ts';
import { pageFacts } from './page-facts.ts';
import { countMatrix } from './page-matrix.ts';
import type { PageRow, Reach } from './page-row.ts';
import { reachOfShare, serviceOf, withoutControls } from './page-words.ts';
import { exceptionPlaces } from './policy-places.ts';
import { type Row, reasonsIn, rowsOf } from './rows.ts';
import { addRows, mostExposed, noTotals } from './totals.ts';
import { makeWorst } from './worst.ts';

/** The page can only be written when all findings have come; it holds its rows until then. */
export async function* findingsAsHtml(pages: Pages, facts: AuditFacts, now: Date): AsyncGenerator<string> {
  const totals = noTotals();
  const [worst, matrix, exceptions] = [makeWorst<PageRow>(MOST_ROWS), countMatrix(), countExceptions()];
  const toRow = makeRows(facts, now);
  for await (const page of pages) {
    const rows = rowsOf(page);
    addRows(totals, rows);
    for (const row of rows) {
      const made = toRow(row);
      worst.add(rankOf(row[0].finding), made);
      if (made.verdict === 'exempt') exceptions.add(row);
      else matrix.add(made);
    }
  }
  const found = {
    totals,
    matrix: matrix.end(),
    exceptions: exceptions.end(),
    left: worst.count() - worst.list().length,
  };
  yield renderPage(worst.list(), pageFacts(facts, found, now));
}

/** Rules that are alike share their texts. */
function makeRows({ policies, source }: AuditFacts, now: Date): (row: Row) => PageRow {
  const excuseOf = makeExcuses(policies, exceptionPlaces(source), now);
  return (row) => {
    const [{ finding, rule, profile }] = row;
    const { severity, verdict, accountId, region, groupId, groupName, ruleId = '' } = finding;
    const kind = mostExposed(row);
    const text =
      row.find((one) => one.finding.exposure?.exposure.kind === kind)?.finding.exposure?.text ?? '';
    return {
      ...{ severity, verdict },
      account: withoutControls(accountId),
      region: withoutControls(region),
      ruleId: withoutControls(ruleId),
      groupId: withoutControls(groupId),
      groupName: withoutControls(groupName),
      policies: row.map((one) => one.finding.policy),
      rule: ruleInWords(rule),
      service: serviceOf(rule),
      reach: reachOf(row),
      note: withoutControls(rule.aws.Description ?? ''),
      reason: withoutControls(reasonsIn(row)),
      exposure: kind === undefined ? undefined : { kind, text },
      close: closeCommand({ ...rule, groupId: '@group@' }, { region: '@region@', profile }),
      excuse: excuseOf(row),
      isKnown: row.every((one) => one.finding.known === true),
    };
  };
}

function reachOf(row: Row): Reach {
  const [{ finding, rule }] = row;
  if (finding.verdict === 'undecided') return 'Not known';
  return reachOfShare(Math.max(...row.map((one) => one.finding.share ?? 0)), rule);
}
