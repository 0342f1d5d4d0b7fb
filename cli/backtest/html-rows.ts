// The rows of the page of a backtest: each rule of each event that policies have something to say about.
import type { Replayed } from '../../lib/backtest/backtest.ts';
import type { Effect } from '../../lib/backtest/effect.ts';
import { lifeOf } from '../../lib/backtest/summary.ts';
import { toolOf } from '../../lib/backtest/tools.ts';
import { SEVERITIES } from '../../lib/policy/severity.ts';
import { ruleInWords } from '../../lib/report/phrases.ts';
import { reasonOf, violationShare } from '../../lib/report/reason.ts';
import { dayAndMinute, durationInWords } from '../../lib/report/times.ts';
import type { SecurityGroupRule } from '../../lib/rule.ts';
import type { PageRow, RowHistory } from '../report/page-row.ts';
import { reachOfShare, serviceOf, withoutControls } from '../report/page-words.ts';
import type { Told } from './show-text.ts';

/** What each effect is called on the page, in the order of the list. */
export const VERDICT_OF: Readonly<Record<Effect['kind'], string>> = {
  revoke: 'revoked',
  trim: 'trimmed',
  report: 'reported',
  undecided: 'undecided',
  nothing: 'exempt',
};
export const VERDICTS = Object.values(VERDICT_OF);

/** The worst first, of those the latest. */
export function backtestRows({ result }: Told): readonly PageRow[] {
  const rows = result.replayed.toReversed().flatMap((one) => rowsOf(one, result.lives));
  return rows.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** What is excused comes last. */
function rankOf({ severity, verdict }: PageRow): number {
  const excused = verdict === 'exempt' ? SEVERITIES.length : 0;
  return (excused + SEVERITIES.indexOf(severity)) * VERDICTS.length + VERDICTS.indexOf(verdict);
}

type Lives = Told['result']['lives'];

/** Of an event that nobody knows what it did, one row says so. */
function rowsOf(replayed: Replayed, lives: Lives): readonly PageRow[] {
  const { effects, certainty } = replayed;
  if (effects.size === 0 && certainty.label === 'unknown') return [unknownRow(replayed)];
  return [...effects].map(([rule, effect]) => effectRow(replayed, rule, effect, lives));
}

/** What became of one rule. */
export function effectRow(
  replayed: Replayed,
  rule: SecurityGroupRule,
  effect: Effect,
  lives: Lives,
): PageRow {
  const { verdicts, kind } = effect;
  const shares = verdicts.flatMap((one) => (one.verdict === 'violation' ? [violationShare(one)] : []));
  return {
    ...rowOf(replayed),
    severity: verdicts[0]?.policy.severity ?? 'low',
    verdict: VERDICT_OF[kind],
    policies: [...new Set(verdicts.map(({ policy }) => policy.id))],
    ruleId: rule.id.startsWith('sgr-') ? withoutControls(rule.id) : '',
    rule: ruleInWords(rule),
    service: serviceOf(rule),
    reach: kind === 'undecided' ? 'Not known' : reachOfShare(Math.max(0, ...shares), rule),
    note: withoutControls(rule.aws.Description ?? ''),
    reason: withoutControls([...new Set(verdicts.map(reasonOf))].join(' ')),
    history: historyOf(replayed, openInWords(replayed, rule, lives)),
  };
}

function unknownRow(replayed: Replayed): PageRow {
  const { event } = replayed.moment;
  return {
    ...rowOf(replayed),
    ...{ severity: 'low', verdict: VERDICT_OF.undecided, policies: [] },
    ...{ ruleId: '', rule: `${event.name}, of which the record does not say enough`, service: 'Not known' },
    ...{ reach: 'Not known', note: '', reason: '', history: historyOf(replayed, '') },
  };
}

/** What is the same for all rows of an event; nothing is closed or excused in the past. */
function rowOf({ moment: { event }, groupId, group }: Replayed) {
  return {
    account: withoutControls(event.accountId),
    region: withoutControls(event.region),
    groupId: withoutControls(groupId),
    groupName: withoutControls(group?.name ?? ''),
    ...{ exposure: undefined, close: '', excuse: '', isKnown: false },
  };
}

function historyOf({ moment: { event }, certainty }: Replayed, open: string): RowHistory {
  return {
    time: dayAndMinute(new Date(event.at).toISOString()),
    person: withoutControls(event.actor.name),
    tool: withoutControls(toolOf(event.actor)),
    open,
    certainty: certainty.label,
    because: certainty.label === 'exact' ? '' : withoutControls(certainty.because),
  };
}

function openInWords(replayed: Replayed, rule: SecurityGroupRule, lives: Lives): string {
  const life = lifeOf(replayed, rule, lives);
  if (life === undefined) return '';
  if (life.until === 'open') return 'It is still open.';
  if (life.until === 'unseen') return 'Whether it is still open is not known.';
  return `It was open for ${durationInWords(life.until - life.from)}.`;
}
