// The custom notification that Amazon Q Developer shows in Slack and Teams
// (https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html). It reads markdown and mentions, so
// everything that comes from the event or the group stands in code marks, without characters that end them.
import { violationsIn } from '../../plan/plan.ts';
import { groupArn } from '../../target.ts';
import { actorInWords, toolInWords } from '../actor.ts';
import { checksInWords } from '../breaker-phrases.ts';
import { wouldAlsoInWords } from '../dry-run-phrases.ts';
import { elsewhereInWords, exposureSentence } from '../exposure-phrases.ts';
import type { Facts } from '../facts.ts';
import { makeHeadline, statusInWords, told } from '../headline.ts';
import { ruleInWords } from '../phrases.ts';
import { type AuditRecord, type FindingRecord, policiesOf } from '../record.ts';
import { remainderInWords } from '../remainder-phrases.ts';
import { listInWords, sanitize } from '../sanitize.ts';

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
export function makeChat(facts: Facts, { id, findings }: AuditRecord): ChatNotification {
  const policies = [...new Set(findings.flatMap(policiesOf).map((policy) => policy.id))];
  const summary = sanitize(plain(makeHeadline(facts)), LIMITS.title);
  return {
    version: '1.0',
    source: 'custom',
    id: sanitize(id),
    content: {
      textType: 'client-markdown',
      title: summary,
      description: describe(facts, findings).slice(0, LIMITS.description),
      nextSteps: nextSteps(facts).map((step) => step.slice(0, LIMITS.nextStep)),
      keywords: policies.map((policy) => policy.slice(0, LIMITS.keyword)),
    },
    metadata: {
      threadId: facts.group.id,
      summary,
      eventType: 'portcullis',
      relatedResources: [groupArn(facts.group, facts.target)],
    },
  };
}

function describe(facts: Facts, findings: AuditRecord['findings']): string {
  const tool = toolInWords(facts.change.actor);
  const rules = told(facts).flatMap((one) => [
    `*${statusInWords(one)}*: ${code(ruleInWords(one.rule))}`,
    ...remainderInWords(one.rule, facts).map((line) => code(line.trim())),
  ]);
  const reasons = findings.flatMap(reasonsOf);
  return [
    ...rules.slice(0, LIMITS.rules),
    ...(rules.length > LIMITS.rules ? [`and ${rules.length - LIMITS.rules} more`] : []),
    ...[...wouldAlsoInWords(facts), ...checksInWords(facts)].slice(0, LIMITS.rules).map((line) => code(line)),
    ...[...exposureSentence(facts), ...elsewhereInWords(facts)].map(
      (sentence) => `*Reach*: ${code(sentence)}`,
    ),
    `*Who*: ${code(actorInWords(facts.change.actor))}${tool === undefined ? '' : `, with ${tool}`}`,
    ...[...new Set(reasons)].slice(0, LIMITS.rules).map((reason) => `*Why*: ${reason}`),
  ].join('\n');
}

/** Each reason of a finding once, after the policies that say so. */
function reasonsOf(finding: FindingRecord): readonly string[] {
  const byReason = Map.groupBy(policiesOf(finding), ({ reason }) => reason);
  return [...byReason].map(([reason, policies]) => {
    const said = policies.map(({ id, severity }) => `${code(id)} (${severity})`);
    return `${listInWords(said)}: ${code(reason)}`;
  });
}

/** The advice of each rule's most severe policy. */
function nextSteps({ plan }: Facts): readonly string[] {
  const texts = violationsIn(plan).map(({ verdicts: [first] }) => plain(first.policy.description.trim()));
  return [...new Set(texts)];
}

function code(text: string): string {
  return `\`${sanitize(text, 300)}\``;
}

/** Titles cannot hold code marks, so what markdown would read goes. */
function plain(text: string): string {
  return text.replace(/[*_~|[\]\\@#]/g, ' ').replace(/ {2,}/g, ' ');
}
