// A backtest for people: what it comes to, and every event that would have mattered.
import type { Backtest, Replayed } from '../../lib/backtest/backtest.ts';
import type { BacktestSummary } from '../../lib/backtest/summary.ts';
import { toolOf } from '../../lib/backtest/tools.ts';
import { counted, ruleInWords } from '../../lib/report/phrases.ts';
import { listInWords, sanitize } from '../../lib/report/sanitize.ts';
import { dayAndMinute, durationInWords } from '../../lib/report/times.ts';
import { effectInWords } from '../format/effect.ts';
import { type ChangedEvent, differences } from './differences.ts';
import type { Trail } from './read-trail.ts';

export interface Told {
  /** Without the events of our own function. */
  readonly result: Backtest;
  readonly summary: BacktestSummary;
  readonly trail: Trail;
}

/** What the policies would have done. */
export function showBacktest(told: Told): string {
  const { result, summary } = told;
  return [
    ...heading(told),
    `${sentence(summary)}`,
    ...openLine(summary),
    ...breakerLine(summary),
    ...section(
      'By policy',
      summary.policies.map((one) => `${one.policy}: ${policyTotals(one)}`),
    ),
    ...section(
      'By person and tool',
      summary.people.map(
        (one) => `${sanitize(one.person)}, ${sanitize(one.tool)}: ${counted(one.rules, 'rule')}`,
      ),
    ),
    ...section(
      'Recurring',
      summary.recurring.map(
        (one) => `${sanitize(one.groupId)}: ${ruleInWords(one.rule)}, ${one.times} times`,
      ),
    ),
    ...section('Events', result.replayed.flatMap(eventLines)),
    ...caveats(told),
  ].join('\n');
}

/** Only what is different by the other policies. */
export function showDifference(told: Told): string {
  const changes = differences(told.result);
  const more = changes.filter(({ isMore }) => isMore).length;
  return [
    ...heading(told),
    `${counted(more, 'rule')} more, ${changes.length - more} less than by the policies of --against.`,
    ...section('Differences', changes.map(changeLine)),
    ...caveats(told),
  ].join('\n');
}

function heading({ summary, trail }: Told): readonly string[] {
  const { events, exact, atLeast, unknown, own } = summary;
  const ours = own === 0 ? '' : `; ${counted(own, 'event')} of Portcullis itself left out`;
  return [
    `${counted(trail.files, 'file')}, ${counted(trail.records, 'record')}: ${counted(events, 'event')} that may have opened something (${exact} exact, ${atLeast} at least, ${unknown} unknown)${ours}`,
    '',
  ];
}

/** `14 rules of 6 people would have been revoked, 2 trimmed and 5 reported. Exceptions cover 3, and 1 could not be evaluated.` */
function sentence(summary: BacktestSummary): string {
  const { rules } = summary;
  const who = peopleInWords(summary);
  const trimmed = rules.trim === 0 ? '' : `, ${rules.trim} trimmed`;
  const undecided = rules.undecided === 0 ? '' : `, and ${rules.undecided} could not be evaluated`;
  return `${counted(rules.revoke, 'rule')}${who} would have been revoked${trimmed} and ${rules.report} reported. Exceptions cover ${rules.excused}${undecided}.`;
}

/** ` of 6 people`. */
export function peopleInWords({ people }: BacktestSummary): string {
  const of = new Set(people.map(({ person }) => person)).size;
  return of === 0 ? '' : ` of ${of === 1 ? '1 person' : `${of} people`}`;
}

export function openLine({ open }: BacktestSummary): readonly string[] {
  const { median, longest, still, unseen } = open;
  const notKnown = unseen === 0 ? '' : `; for ${unseen}, this is not known`;
  if (median === undefined || longest === undefined)
    return still + unseen === 0
      ? []
      : [`Of these, ${still} ${still === 1 ? 'is' : 'are'} still open${notKnown}.`];
  return [
    `In fact they stayed open for ${durationInWords(median)} (median), at most ${durationInWords(longest)}; ${still} still open${notKnown}.`,
  ];
}

export function breakerLine({ breaker }: BacktestSummary): readonly string[] {
  const [first, ...others] = breaker;
  if (first === undefined) return [];
  const often = others.length === 0 ? '' : `, and ${counted(others.length, 'more time')} later`;
  return [
    `The breaker would have tripped first at ${minuteOf(first.at)}, with ${first.groups} groups within 15 minutes${often}.`,
  ];
}

function policyTotals({
  revoke,
  trim,
  report,
  undecided,
  excused,
}: BacktestSummary['policies'][number]): string {
  const parts = Object.entries({ revoked: revoke, trimmed: trim, reported: report, undecided, excused });
  return parts
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function eventLines(replayed: Replayed): readonly string[] {
  return [...replayed.effects].map(
    ([rule, effect]) =>
      `${placeOf(replayed)}: ${ruleInWords(rule)}: ${effectInWords(effect)}${certaintyOf(replayed)}`,
  );
}

function changeLine({ replayed, rule, before, after, isMore }: ChangedEvent): string {
  return `${isMore ? '+' : '-'} ${placeOf(replayed)}: ${ruleInWords(rule)}: ${effectInWords(after)} (was ${effectInWords(before)})${certaintyOf(replayed)}`;
}

/** `2026-10-03 10:15 UTC sg-0abc web, jane by console`. */
function placeOf({ moment: { event }, groupId, group }: Replayed): string {
  const name = group === undefined || group.name === groupId ? '' : ` ${sanitize(group.name)}`;
  return `${minuteOf(event.at)} ${sanitize(groupId)}${name}, ${sanitize(event.actor.name)} by ${sanitize(toolOf(event.actor))}`;
}

function certaintyOf({ certainty }: Replayed): string {
  return certainty.label === 'exact' ? '' : ` [${certainty.label}: ${sanitize(certainty.because, 200)}]`;
}

function minuteOf(at: number): string {
  return dayAndMinute(new Date(at).toISOString());
}

function caveats(told: Told): readonly string[] {
  return section('Not certain', uncertain(told));
}

/** Nothing is dropped without a word. */
export function uncertain({ result, trail }: Told): readonly string[] {
  const unplaced = result.homeless.length;
  const { unreadable } = trail;
  const reasons = [...new Set(result.homeless.map(({ act }) => (act.kind === 'unread' ? act.because : '')))];
  return [
    ...(unplaced === 0 ? [] : [`${counted(unplaced, 'event')} of no known group: ${listInWords(reasons)}`]),
    ...(unreadable.count === 0
      ? []
      : [`${counted(unreadable.count, 'record')} that cannot be read, such as ${unreadable.example}`]),
    ...[...Map.groupBy(contradictionsOf(result), ({ because }) => because)].map(([because, of]) => {
      const ids = of.map(({ groupId }) => sanitize(groupId));
      const more = ids.length > NAMED ? [`${ids.length - NAMED} more`] : [];
      return `${listInWords([...ids.slice(0, NAMED), ...more])}: ${sanitize(because, 200)}`;
    }),
  ];
}

/** One of each group, and how many more there are: JSON has all. */
function contradictionsOf({ contradictions }: Backtest): Backtest['contradictions'] {
  return [...Map.groupBy(contradictions, ({ groupId }) => groupId)].map(([groupId, of]) => {
    const more = of.length === 1 ? '' : ` (and ${of.length - 1} more)`;
    return { groupId, because: `${of[0]?.because}${more}` };
  });
}

/** More groups are not named. */
const NAMED = 5;
