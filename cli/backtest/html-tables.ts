// The tables below the rows of the page of a backtest.
import type { BacktestSummary, OpenTimes } from '../../lib/backtest/summary.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { ruleInWords } from '../../lib/report/phrases.ts';
import { dayAndMinute, durationInWords } from '../../lib/report/times.ts';
import type { PageTable } from '../report/page.ts';
import { withoutControls } from '../report/page-words.ts';

type Column = PageTable['columns'][number];
const text = (words: string): Column => ({ words, kind: 'text' });
const plain = (words: string): Column => ({ words });
const number = (words: string): Column => ({ words, kind: 'number' });
const OPEN = ['Median open', 'Longest open', 'Still open', 'Not known'].map(number);

export function tablesOf(
  summary: BacktestSummary,
  policies: readonly Policy[],
  uncertain: readonly string[],
): readonly PageTable[] {
  return [
    policyTable(summary, policies),
    peopleTable(summary),
    breakerTable(summary),
    recurringTable(summary),
    uncertainTable(uncertain),
  ];
}

export function uncertainTable(uncertain: readonly string[]): PageTable {
  return {
    ...{ id: 'uncertain', heading: 'Not certain', columns: [text('What')] },
    rows: uncertain.map((one) => [one]),
  };
}

function policyTable(summary: BacktestSummary, policies: readonly Policy[]): PageTable {
  return {
    id: 'policies',
    heading: 'By policy',
    columns: [
      ...[plain('Policy'), plain('Severity')],
      ...['Revoked', 'Trimmed', 'Reported', 'Undecided', 'Exempt'].map(number),
      ...OPEN,
    ],
    rows: summary.policies.map(({ policy, revoke, trim, report, undecided, excused, open }) => {
      const severity = policies.find(({ id }) => id === policy)?.severity ?? 'low';
      return [policy, { severity }, revoke, trim, report, undecided, excused, ...openCells(open)];
    }),
  };
}

function peopleTable({ people }: BacktestSummary): PageTable {
  return {
    id: 'people',
    heading: 'By person and tool',
    columns: [plain('Person'), plain('Tool'), number('Revoked or trimmed'), ...OPEN],
    rows: people.map(({ person, tool, rules, open }) => [
      withoutControls(person),
      withoutControls(tool),
      rules,
      ...openCells(open),
    ]),
  };
}

function breakerTable({ breaker }: BacktestSummary): PageTable {
  return {
    id: 'breaker',
    heading: 'The breaker would have tripped',
    columns: [plain('Time'), number('Groups within 15 minutes')],
    rows: breaker.map(({ at, groups }) => [dayAndMinute(new Date(at).toISOString()), groups]),
  };
}

function recurringTable({ recurring }: BacktestSummary): PageTable {
  return {
    id: 'recurring',
    heading: 'Recurring rules',
    columns: [plain('Group'), text('Rule'), number('Times')],
    rows: recurring.map(({ groupId, rule, times }) => [withoutControls(groupId), ruleInWords(rule), times]),
  };
}

function openCells({ median, longest, still, unseen }: OpenTimes): readonly (string | number)[] {
  const inWords = (one: number | undefined) => (one === undefined ? '' : durationInWords(one));
  return [inWords(median), inWords(longest), still, unseen];
}
