// The digest as plain text: what was found and done, the most severe findings, and what to do.

import { mayBeGone } from '../../plan/plan.ts';
import { askedTogetherRow } from '../evidence/asked-together.ts';
import { layOut } from '../mail/rows.ts';
import { auditCommandLine, ownCommand } from '../own-commands.ts';
import { counted } from '../phrases.ts';
import { isPlainReason } from '../reason.ts';
import { listInWords, sanitize, shorten } from '../sanitize.ts';
import { dayAndMinute, timeInWords } from '../times.ts';
import { restoreById } from '../undo-commands.ts';
import type { DigestFacts } from './digest-facts.ts';
import {
  countsInWords,
  expiringRow,
  placeOf,
  reachNote,
  STATUS_IN_WORDS,
  statuses,
} from './digest-phrases.ts';
import { heldRows } from './held.ts';
import { isOpenAfter, type Line } from './standing.ts';
import { reachedFindingInWords, sweepExposureInWords } from './sweep-exposure.ts';

/** The body of the mail. */
export function digestMail(facts: DigestFacts): string {
  const parts = [
    countsInWords(facts),
    layOut([
      ...heldRows(facts),
      { label: 'Why now', lines: wantedInWords(facts) },
      { label: 'Done', lines: done(facts) },
      { label: 'Failed', lines: troubled(facts) },
      { label: 'Exposure', lines: exposureLines(facts) },
      askedTogetherRow(facts, facts.evidence),
    ]).join('\n'),
    mostSevere(facts).join('\n'),
    layOut([
      { label: 'Missed', lines: missedInWords(facts) },
      { label: 'Revoke them', lines: closeThem(facts) },
      { label: 'Need one?', lines: undo(facts) },
      expiringRow(facts),
      { label: 'Sweep', lines: [times(facts)] },
    ]).join('\n'),
    `Record ${facts.id}`,
  ];
  return parts
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function times({ startedAt, endedAt, previousAt, audience }: DigestFacts): string {
  const before =
    previousAt === undefined ? '' : `; the one before began at ${timeInWords(previousAt, audience)}`;
  return `began at ${timeInWords(startedAt, audience)}, ended at ${timeInWords(endedAt, audience)}${before}`;
}

function troubled({ totals }: DigestFacts): string[] {
  if (totals.troubled === 0) return [];
  return [
    `${counted(totals.troubled, 'group')} could not be evaluated. The log says why, and the next sweep tries again.`,
  ];
}

function wantedInWords({ wanted, mode, audience }: DigestFacts): string[] {
  if (wanted === undefined) return [];
  const call = `CloudTrail left out what a call of ${timeInWords(wanted.since, audience)} was about, because it is too large. This sweep evaluated all groups; the log has the event.`;
  if (mode === 'enforce') return [call];
  const { comparedWith } = wanted;
  return comparedWith === undefined
    ? [
        call,
        'It revokes nothing: there is no complete sweep before the call under the same policies, or this is a dry run.',
      ]
    : [
        call,
        `It revokes what the sweep of ${timeInWords(comparedWith, audience)} had not seen, unless a record already has it.`,
      ];
}

function missedInWords({ missed = [] }: DigestFacts): string[] {
  if (missed.length === 0) return [];
  const named = missed.slice(0, 10).map((id) => sanitize(id));
  const more = missed.length > named.length ? [`${missed.length - named.length} more`] : [];
  const were = missed.length === 1 ? 'was' : 'were';
  return [
    `No event reported ${listInWords([...named, ...more])}, which ${were} not there or did not violate at the previous sweep.`,
    'A few of these are normal: CloudTrail delivers on a best-effort basis. If there are many, read docs/operations.md#missed-by-event',
  ];
}

function done({ mode, totals, wanted, hold }: DigestFacts): string[] {
  // A sweep on hold says so in a row of its own.
  if (totals.violations === 0 || hold !== undefined) return [];
  if (mode === 'report' && wanted?.comparedWith === undefined)
    return [
      'Nothing: this sweep only reports. To have sweeps revoke what they find, set `mode: enforce` and `sweep: { mode: enforce }`.',
    ];
  return [statuses(totals.byStatus).join('; ')];
}

function exposureLines({ exposure, target }: DigestFacts): string[] {
  if (exposure === undefined) return [];
  const reached = exposure.kind === 'unread' ? [] : exposure.reached;
  return [
    sweepExposureInWords(exposure),
    ...reached.map((one) => `${placeOf(one, target)} [${one.ruleId}]: ${reachedFindingInWords(one)}`),
  ];
}

function mostSevere(facts: DigestFacts): string[] {
  const { mostSevere: lines, violations, undecided } = facts.totals;
  const more = violations + undecided - lines.length;
  return [
    ...lines.flatMap((line) => findingInWords(line, facts)),
    ...(more > 0 ? [`  ... and ${counted(more, 'more finding')} in the log`] : []),
  ];
}

const INDENT = ' '.repeat(12);

function findingInWords(line: Line, { missed = [], mode, target, hold }: DigestFacts): string[] {
  // A sweep on hold says above that it revoked nothing.
  const isSaid =
    line.status === 'held' ? hold !== undefined : line.status === 'reported' && mode === 'report';
  const notes = [
    ...(line.isNew ? ['new'] : []),
    ...(missed.includes(line.ruleId) ? ['missed by event'] : []),
    ...reachNote(line),
    ...(isSaid ? [] : [`${STATUS_IN_WORDS[line.status]}${detailOf(line)}`]),
  ];
  const policies = [...line.policies, ...(line.wouldAlso ?? []).map((id) => `${id} (dry run)`)];
  return [
    `  ${line.severity.padEnd(8)}  ${placeOf(line, target)}  ${line.rule}  [${line.ruleId}]`,
    `${INDENT}${[policies.join(', '), ...notes].join('; ')}`,
    ...(isPlainReason(line.reason) ? [] : [`${INDENT}${line.reason}`]),
  ];
}

function detailOf({ status, detail, until }: Line): string {
  if (until !== undefined) return ` (${dayAndMinute(until)})`;
  const says = status === 'unconfirmed' ? '' : 'AWS said: ';
  return detail === undefined ? '' : ` (${says}${sanitize(detail, 200)})`;
}

/** The command that prints the commands which close what is open. */
function closeThem({ totals, target, hold }: DigestFacts): string[] {
  if (hold !== undefined) return [];
  const open = totals.mostSevere.find(({ status }) => isOpenAfter(status));
  if (open === undefined) return [];
  return [
    `This prints a command for each ${open.severity} rule that is open; it changes nothing itself:`,
    auditCommandLine(target, ` --severity ${open.severity} --commands`),
  ];
}

/** Commands for one mail; `history` lists the rest. */
const MOST_COMMANDS = 5;

/** The command that restores each group's record. */
function undo(facts: DigestFacts): string[] {
  const { id, totals, audience } = facts;
  const gone = totals.mostSevere.filter(({ status }) => mayBeGone({ outcome: status }));
  if (gone.length === 0) return [];
  const records = [...Map.groupBy(gone, ({ groupId }) => groupId)].map(([groupId, lines]) => {
    const ids = lines.some(({ status }) => status === 'revoked') ? [] : lines.map(({ ruleId }) => ruleId);
    return restoreById(`${id}/${groupId}`, facts, ids);
  });
  return [
    `Ask ${audience.contact ?? 'the people who run Portcullis'} for an exception first: without one, Portcullis revokes the rule again. Then, in a clone of Portcullis:`,
    ...shorten(records, MOST_COMMANDS, 'groups'),
    `${ownCommand(facts, 'history')}  lists all groups that lost rules`,
  ];
}
