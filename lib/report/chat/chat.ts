// A remediation for Slack and Teams.
import { groupArn } from '../../target.ts';
import { actorInWords, toolInWords } from '../actor.ts';
import { holdInWords, recurringInWords } from '../breaker-phrases.ts';
import { elsewhereInWords, exposureSentence } from '../exposure-phrases.ts';
import type { Facts } from '../facts.ts';
import { makeHeadline } from '../headline.ts';
import { alsoOpen, closeIt } from '../mail/still-open.ts';
import { ownCommand } from '../own-commands.ts';
import { directedRule } from '../phrases.ts';
import { remainderInWords } from '../remainder-phrases.ts';
import { type ReportedRule, reportedRules, type Status } from '../reported-rule.ts';
import { sanitize } from '../sanitize.ts';
import { dayAndMinute, timeInWords } from '../times.ts';
import { commandToRestore } from '../undo-commands.ts';
import { type ChatNotification, LONGEST, MOST_RULES, makeNotification } from './notification.ts';

/** The notification for a chat channel; all about one group stand in one thread. */
export function makeChat(facts: Facts): ChatNotification {
  const id = sanitize(facts.id);
  return makeNotification({
    id,
    title: sanitize(plain(makeHeadline(facts)), LONGEST.title),
    lines: describe(facts),
    nextSteps: nextSteps(facts),
    keywords: [id],
    threadId: facts.group.id,
    eventType: 'portcullis',
    relatedResources: [groupArn(facts.group, facts.target)],
  });
}

/** What happened, whether it was dangerous, and who did it. */
function describe(facts: Facts): readonly string[] {
  const { actor, time } = facts.change;
  const tool = toolInWords(actor);
  const rules = reportedRules(facts).flatMap((one) => [
    `*${statusInWords(one)}*: ${code(directedRule(one.rule))}`,
    ...remainderInWords(one.rule, facts).map(code),
  ]);
  const who = [
    actorInWords(actor),
    ...(tool === undefined ? [] : [`client ${tool}`]),
    ...(time === undefined ? [] : [timeInWords(time, facts.audience)]),
  ];
  const loud = facts.checks.holds.filter(({ isLoud }) => isLoud).map(holdInWords);
  return [
    ...loud.map(code),
    ...rules.slice(0, MOST_RULES),
    ...(rules.length > MOST_RULES ? [`and ${rules.length - MOST_RULES} more`] : []),
    ...alsoOpen(facts).map((sentence) => `*Also open*: ${code(sentence)}`),
    ...recurringInWords(facts).map((sentence) => `*Comes back*: ${code(sentence)}`),
    ...[...exposureSentence(facts), ...elsewhereInWords(facts)].map(
      (sentence) => `*Exposure*: ${code(sentence)}`,
    ),
    `*By*: ${code(who.join(', '))}`,
  ];
}

const STATUS_WORDS: Readonly<Record<Exclude<Status, 'grace'>, string>> = {
  denied: 'Still open, access denied',
  failed: 'Still open',
  unconfirmed: 'May still be open',
  waiting: 'On hold',
  protected: 'Left open',
  foreign: 'Open in another account',
  revoked: 'Revoked',
  trimmed: 'Trimmed',
  'dry-run': 'Dry run, still open',
  'would-trim': 'Dry run, still open',
  gone: 'Gone',
  absent: 'Already gone',
  changed: 'Compliant now',
  added: 'Added and left',
  notify: 'Open',
  undecided: 'Could not evaluate',
};

function statusInWords({ status, until = '' }: ReportedRule): string {
  return status === 'grace' ? `To be revoked at ${dayAndMinute(until)}` : STATUS_WORDS[status];
}

/** The one command that undoes, releases or closes, where it fits. */
function nextSteps(facts: Facts): readonly string[] {
  const loud = facts.checks.holds.find(({ isLoud }) => isLoud);
  const restore = commandToRestore(facts);
  const commands =
    loud === undefined
      ? [...closeIt(facts).slice(-1), ...(restore ? [restore] : [])]
      : [ownCommand(facts, 'breaker status')];
  return commands
    .map((command) => `\`${command}\``)
    .filter(({ length }) => length <= LONGEST.nextStep)
    .slice(0, 1);
}

function code(text: string): string {
  return `\`${sanitize(text, 300)}\``;
}

/** Titles cannot hold code marks, so what markdown would read is removed. */
function plain(text: string): string {
  return text.replace(/[*_~|[\]\\@#]/g, ' ').replace(/ {2,}/g, ' ');
}
