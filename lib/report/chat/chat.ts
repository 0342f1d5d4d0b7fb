// The custom notification that Amazon Q Developer shows in Slack and Teams
// (https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html). It reads markdown and mentions, so
// everything that comes from the event or the group stands in code marks, without characters that end them.
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

export interface ChatNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly relatedResources: readonly string[];
  };
}

const LIMITS = { title: 250, description: 8000, nextStep: 350, keyword: 75, rules: 10 } as const;

/** The notification for a chat channel; all about one group stand in one thread. */
export function makeChat(facts: Facts): ChatNotification {
  const summary = sanitize(plain(makeHeadline(facts)), LIMITS.title);
  const id = sanitize(facts.id);
  return {
    version: '1.0',
    source: 'custom',
    id,
    content: {
      textType: 'client-markdown',
      title: summary,
      description: describe(facts).join('\n').slice(0, LIMITS.description),
      nextSteps: nextSteps(facts),
      keywords: [id.slice(0, LIMITS.keyword)],
    },
    metadata: {
      threadId: facts.group.id,
      summary,
      eventType: 'portcullis',
      relatedResources: [groupArn(facts.group, facts.target)],
    },
  };
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
    ...rules.slice(0, LIMITS.rules),
    ...(rules.length > LIMITS.rules ? [`and ${rules.length - LIMITS.rules} more`] : []),
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
    .filter(({ length }) => length <= LIMITS.nextStep)
    .slice(0, 1);
}

function code(text: string): string {
  return `\`${sanitize(text, 300)}\``;
}

/** Titles cannot hold code marks, so what markdown would read is removed. */
function plain(text: string): string {
  return text.replace(/[*_~|[\]\\@#]/g, ' ').replace(/ {2,}/g, ' ');
}
