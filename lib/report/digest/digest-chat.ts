// The digest for Slack and Teams.
import { groupArn } from '../../target.ts';
import { type ChatNotification, MOST_RULES, makeNotification } from '../chat/notification.ts';
import { auditCommandLine } from '../own-commands.ts';
import { counted } from '../phrases.ts';
import { sanitize } from '../sanitize.ts';
import { type DigestFacts, isAllWell } from './digest-facts.ts';
import {
  countsInWords,
  expiringInWords,
  placeOf,
  reachNote,
  STATUS_IN_WORDS,
  statuses,
} from './digest-phrases.ts';
import { goOnCommand, sweepHoldInWords } from './held.ts';
import { sweepExposureInWords } from './sweep-exposure.ts';

/** The notification for a chat channel; all sweeps of a region share one thread. */
export function digestChat(facts: DigestFacts, headline: string): ChatNotification {
  const { totals, target } = facts;
  const { accountId, region } = target;
  const shown = totals.mostSevere.slice(0, MOST_RULES);
  return makeNotification({
    id: facts.id,
    title: headline,
    lines: [describe(facts)],
    nextSteps: [
      ...(facts.hold === undefined || facts.hold.because === 'room'
        ? []
        : [`Run \`${goOnCommand(facts, facts.hold)}\`, and the next sweep revokes them.`]),
      `Run \`${auditCommandLine(target)}\` to see everything as it is now.`,
    ],
    keywords: [facts.id],
    threadId: `sweep-${accountId}-${region}`,
    eventType: 'portcullis-sweep',
    relatedResources: [
      ...new Set(shown.map(({ groupId: id, ownerId }) => groupArn({ id, ownerId }, target))),
    ],
  });
}

function describe(facts: DigestFacts): string {
  const { totals, hold, target, exposure } = facts;
  const { groups, rules } = totals;
  if (isAllWell(totals)) {
    return `No rule violates a policy: ${counted(rules, 'rule')} in ${counted(groups, 'group')}.`;
  }
  const shown = totals.mostSevere.slice(0, MOST_RULES);
  const more = totals.violations + totals.undecided - shown.length;
  return [
    ...(hold === undefined ? [] : [`*On hold*: nothing was revoked. ${sweepHoldInWords(hold)}`]),
    [countsInWords(facts), ...expiringInWords(facts.expiring)].join(' '),
    `*Done*: ${statuses(totals.byStatus).join('; ')}`,
    ...(exposure === undefined ? [] : [`*Exposure*: ${sweepExposureInWords(exposure)}`]),
    ...shown.map(
      (line) =>
        `*${line.severity}${line.isNew ? ', new' : ''}*: ${code(line.rule)} on ${code(placeOf(line, target))}, ${[STATUS_IN_WORDS[line.status], ...reachNote(line)].join('; ')}`,
    ),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n');
}

function code(text: string): string {
  return `\`${sanitize(text, 300)}\``;
}
