// The ledger as a table.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { HistoryEntry } from '../../lib/io/ledger/history.ts';
import { actorInWords } from '../../lib/report/actor.ts';
import { headline } from '../../lib/report/phrases.ts';
import { sanitize } from '../../lib/report/sanitize.ts';
import { dayAndMinute } from '../../lib/report/times.ts';
import { parseRule } from '../../lib/rule.ts';
import { makeTable, roomsFor } from './table.ts';

/** More rules of one remediation than this are only counted: the JSON has them. */
const MOST_RULES = 5;

const HEADS = ['time', 'id', 'state', 'group', 'what', 'outcome', 'policy', 'who'];

/** One row for each remediation or restore; a line in it for each rule. */
export function showHistory(entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return 'nothing in the ledger that fits';
  const rows = entries.map(rowOf);
  const { begin, row, end } = makeTable(HEADS, roomsFor([HEADS, ...rows]));
  return `${begin}${rows.map(row).join('')}${end}`.trimEnd();
}

function rowOf(entry: HistoryEntry): string[] {
  const { id, state, time } = entry;
  // A restore is called after its record, on a line of its own so that it can be copied.
  const name = entry.kind === 'restore' ? `restore of\n${sanitize(entry.of)}` : sanitize(id);
  const group = entry.kind === 'restore' ? entry.group : entry.record.group;
  const names = group.name === group.id ? [group.id] : [group.name, group.id];
  const lines = linesOf(entry);
  const column = (index: 0 | 1 | 2) => lines.map((line) => line[index]).join('\n');
  return [
    time.replace(/\.\d+Z$/, 'Z'),
    name,
    state,
    names.map((one) => sanitize(one, 40)).join('\n'),
    column(0),
    column(1),
    column(2),
    whoOf(entry),
  ];
}

type Line = readonly [what: string, outcome: string, policy: string];

function linesOf(entry: HistoryEntry): readonly Line[] {
  const all = entry.kind === 'restore' ? restored(entry) : remedied(entry);
  if (all.length <= MOST_RULES) return all;
  return [...all.slice(0, MOST_RULES), [`and ${all.length - MOST_RULES} more`, '', '']];
}

function restored({ rules }: Extract<HistoryEntry, { kind: 'restore' }>): readonly Line[] {
  return rules.map(({ rule, outcome = 'not known' }) => [inWords(rule), outcome, '']);
}

function remedied({ record }: Extract<HistoryEntry, { kind: 'remediation' }>): readonly Line[] {
  const { findings, added = [] } = record;
  const found = findings.map(({ rule, outcome, action, until, policies: [worst, ...others] }): Line => {
    const more = others.length === 0 ? '' : ` +${others.length}`;
    const what = until === undefined ? action : `${action} until ${dayAndMinute(until)}`;
    return [inWords(rule), outcome ?? what, `${worst?.id ?? ''}${more}`];
  });
  return [...found, ...added.map((rule): Line => [inWords(rule), 'added', ''])];
}

function whoOf(entry: HistoryEntry): string {
  if (entry.kind === 'remediation') return actorInWords(entry.record.actor);
  return entry.exception === undefined ? '' : sanitize(entry.exception.owner);
}

function inWords(rule: AwsSecurityGroupRule): string {
  return headline(parseRule(rule));
}
