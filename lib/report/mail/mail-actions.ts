// The part of the mail that tells what was done, and where that is not the last word.
import type { ChangedRules, ChangedWords } from '../../change/changed-rules.ts';
import { wordsOf } from '../../change/words.ts';
import type { Outcome } from '../../plan/plan.ts';
import { checksInWords } from '../breaker-phrases.ts';
import { dryRunInWords, wouldAlsoInWords } from '../dry-run-phrases.ts';
import { elsewhereInWords } from '../exposure-phrases.ts';
import type { Facts } from '../facts.ts';
import { type Status, statusInWords, type Told, told } from '../headline.ts';
import { dayAndMinute, durationInWords, ruleInWords } from '../phrases.ts';
import { remainderInWords } from '../remainder-phrases.ts';
import { residualExposure } from '../residual-exposure.ts';
import { sanitize, shorten } from '../sanitize.ts';
import { addCommands, removeCommands } from '../undo-commands.ts';
import { isUntracked } from './open-connections.ts';

/** The lines about each rule and what became of it, the most urgent first. */
export function mailActions(facts: Facts): string[] {
  const all = told(facts);
  const lines = all.map((one) => `${actionInWords(one)}: ${ruleInWords(one.rule)} [${one.rule.id}]`);
  const rests = all.flatMap(({ rule }) => remainderInWords(rule, facts));
  const details = facts.outcomes.flatMap(({ outcome, detail }) =>
    detail === undefined
      ? []
      : [
          `${outcome === 'unconfirmed' || outcome === 'gone' ? 'Not sure' : 'AWS said'}: ${sanitize(detail, 300)}`,
        ],
  );
  return [
    ...(lines.length === 0 ? ['Of this change nothing is left to close.'] : shorten(lines)),
    ...shorten(rests),
    ...shorten(wouldAlsoInWords(facts)),
    ...shorten([...new Set(details)]),
    ...checksInWords(facts),
    ...afterwards(facts),
  ];
}

function actionInWords(one: Told): string {
  if (one.until === undefined) return statusInWords(one);
  return `Closes at ${dayAndMinute(one.until)} if it still violates then`;
}

function afterwards(facts: Facts): string[] {
  const revoked = facts.outcomes.filter(({ outcome }) => outcome === 'revoked');
  const isAny = revoked.length > 0;
  const open = residualExposure(facts).map((rule) => {
    const why = facts.added?.includes(rule) ? 'an earlier try added it' : 'it is not part of this change';
    return `STILL OPEN: ${ruleInWords(rule)} [${rule.id}] stays: ${why}.`;
  });
  return [
    ...dryRunInWords(facts),
    ...[judgedBecause(facts) ?? []].flat(),
    ...(isAny ? openFor(facts, revoked) : []),
    ...shorten(open),
    ...elsewhereInWords(facts),
    ...(isAny ? [establishedConnections(facts, revoked)] : []),
    ...adviceFor(facts),
    ...addMissing(facts),
    ...removeAdded(facts),
  ];
}

function addMissing(facts: Facts): readonly string[] {
  const commands = addCommands(facts);
  const why = 'What is NOT KEPT was to stay, and is cut off. If somebody needs it:';
  return commands.length === 0 ? [] : [why, ...shorten(commands, 'commands, in the log')];
}

function removeAdded(facts: Facts): readonly string[] {
  const commands = removeCommands(facts);
  const why =
    'An earlier try added this to stay of a rule, and by now it is not what is to stay. If nobody needs it:';
  return commands.length === 0 ? [] : [why, ...commands];
}

function adviceFor(facts: Facts): readonly string[] {
  return [...new Set(told(facts).map(({ status }) => status))].flatMap((status) => ADVICE[status] ?? []);
}

/** What to do where the mail cannot have the last word. */
const ADVICE: Partial<Readonly<Record<Status, string>>> = {
  grace:
    'Until then, remove or narrow what closes, or have it excused, for example by a tag that an exception asks for. What no longer violates then is left alone, and no other mail comes about it.',
  denied:
    'What was denied is still there. Portcullis may not revoke it: do it by hand, and look at its role and your SCPs.',
  failed: 'What could not be revoked is still there, and this was the last try: do it by hand.',
  unconfirmed:
    'What could not be confirmed may be gone, but nobody has seen that it is: look at the group in a few minutes.',
  undecided: 'What could not be evaluated was left alone: look at it yourself.',
};

/** Which rules were evaluated when the event does not say which are new. */
const JUDGED: Partial<Readonly<Record<ChangedRules['by'], string>>> = {
  group:
    'The event does not say which rules are new, so all rules of that direction that were not known yet were evaluated.',
  'prefix-list':
    'The entries of a prefix list changed, so the rules of this group that refer to it were evaluated.',
  vpc: 'The group was associated with another VPC, so all its rules were evaluated against the policies that look at VPCs.',
  tags: 'Tags of the group changed, so all its rules were evaluated against the policies that look at these tags.',
};

const REWORDED: Readonly<Record<ChangedWords['of'], string>> = {
  description:
    'A description changed, so the rules with new descriptions were evaluated against the policies that look at descriptions.',
  tags: 'Tags of rules changed, so these rules were evaluated against the policies that look at these tags.',
};

/** Whoever did nothing about the rules must learn why they were looked at. */
function judgedBecause({ change: { rules } }: Facts): string | undefined {
  const words = wordsOf(rules);
  return words === undefined ? JUDGED[rules.by] : REWORDED[words.of];
}

/** Only for rules that the event made; how long others were open it does not say. */
function openFor(facts: Facts, revoked: readonly Outcome[]): string[] {
  const { change, now } = facts;
  if (judgedBecause(facts) !== undefined) return [];
  const ends = revoked.map(({ time }) => (time === undefined ? now.getTime() : Date.parse(time)));
  const milliseconds = Math.max(...ends) - Date.parse(change.time ?? '');
  if (change.direction === undefined || !(milliseconds >= 0)) return [];
  const they = revoked.length === 1 ? 'It was' : 'They were';
  const what = isAllOf(revoked, facts) ? they : 'What was revoked was';
  const most = Math.min(...ends) === Math.max(...ends) ? '' : 'up to ';
  return [`${what} open for ${most}${durationInWords(milliseconds)}.`];
}

function establishedConnections(facts: Facts, revoked: readonly Outcome[]): string {
  const isTrimmed = revoked.some(({ remainder = [] }) =>
    remainder.some((kept) => kept.outcome !== 'refused'),
  );
  const blocked =
    residualExposure(facts).length > 0 || isOpenElsewhere(facts) || !isAllOf(revoked, facts)
      ? 'The revoked rules let no new connections through.'
      : `New connections are blocked${isTrimmed ? ', but for those that the kept rules allow' : ''}.`;
  const where = isTrimmed ? ' where it is closed' : '';
  return revoked.every(({ rule }) => isUntracked(rule, facts.rules))
    ? `${blocked} Connections that were open${where} are most likely cut too.`
    : `${blocked} Connections that were open${where} may live on until they end: check for them.`;
}

/** Also where nobody knows. */
function isOpenElsewhere({ exposure }: Facts): boolean {
  return exposure !== undefined && exposure.elsewhere.kind !== 'closed';
}

/** True where no rule that people hear of is open. */
function isAllOf(revoked: readonly Outcome[], facts: Facts): boolean {
  return told(facts).length === revoked.length;
}
