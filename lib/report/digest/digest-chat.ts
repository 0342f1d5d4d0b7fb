// The digest for Slack and Teams.
import type { ChatNotification } from '../chat/chat.ts';
import { counted } from '../phrases.ts';
import { harmless } from '../sanitize.ts';
import { type DigestFacts, isAllWell } from './digest-facts.ts';
import { placeOf, STATUS_IN_WORDS, statuses } from './digest-mail.ts';
import { limitInWords, releaseCommand } from './held.ts';

const LIMITS = { description: 8000, keyword: 75, rules: 10 } as const;

/** The notification for a chat channel; all sweeps of a region stand in one thread. */
export function digestChat(facts: DigestFacts, headline: string): ChatNotification {
  const { totals, partition, accountId, region } = facts;
  const groups = [...new Set(totals.gravest.slice(0, LIMITS.rules).map(({ groupId }) => groupId))];
  return {
    version: '1.0',
    source: 'custom',
    id: facts.id,
    content: {
      textType: 'client-markdown',
      title: headline,
      description: describe(facts).slice(0, LIMITS.description),
      nextSteps: [
        ...(facts.hold === undefined
          ? []
          : [`Run \`${releaseCommand(facts)}\` to let the next sweep close them.`]),
        `Run \`npx --no portcullis audit --region ${region}\` to see everything as it is now.`,
      ],
      keywords: Object.keys(totals.byPolicy).map((policy) => policy.slice(0, LIMITS.keyword)),
    },
    metadata: {
      threadId: `sweep-${accountId}-${region}`,
      summary: headline,
      eventType: 'portcullis-sweep',
      relatedResources: groups.map(
        (id) => `arn:${partition}:ec2:${region}:${accountId}:security-group/${id}`,
      ),
    },
  };
}

function describe({ totals, hold }: DigestFacts): string {
  const { groups, rules } = totals;
  if (isAllWell(totals)) {
    return `No rule violates a policy: ${counted(rules, 'rule')} in ${counted(groups, 'group')}.`;
  }
  const shown = totals.gravest.slice(0, LIMITS.rules);
  const more = totals.violations + totals.undecided - shown.length;
  return [
    ...(hold === undefined ? [] : [`*On hold*: nothing was closed. ${limitInWords(hold)}`]),
    `*In all*: ${statuses(totals.byStatus).join('; ')}`,
    ...shown.map(
      (line) =>
        `*${line.severity}${line.isNew ? ', new' : ''}*: ${code(line.rule)} on ${code(placeOf(line))}, ${STATUS_IN_WORDS[line.status]}`,
    ),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n');
}

function code(text: string): string {
  return `\`${harmless(text, 300)}\``;
}
