// The message that follows the first one, where flow logs show that somebody came in.
import { type Evidence, GRADES, type Grade } from '../../evidence/evidence.ts';
import { type ChatNotification, LONGEST, makeNotification } from '../chat/notification.ts';
import { layOut } from '../mail/rows.ts';
import type { Attributes } from '../message.ts';
import { ownCommand } from '../own-commands.ts';
import { asSubject, sanitize } from '../sanitize.ts';
import { cutTo, LONGEST_SUBJECT } from '../subject.ts';
import {
  adviceFor,
  doubtsInWords,
  evidenceInWords,
  visitorsInWords,
  windowInWords,
} from './evidence-phrases.ts';
import type { FollowUpFacts } from './follow-up-facts.ts';

/** The record of a follow-up for machines. */
interface EvidenceRecord {
  readonly version: 1;
  readonly kind: 'evidence';
  /** That of the record that it follows. */
  readonly id: string;
  readonly time: string;
  readonly accountId: string;
  readonly region: string;
  readonly group: { readonly id: string; readonly name: string };
  readonly evidence: Evidence;
}

interface FollowUp {
  readonly subject: string;
  readonly email: string;
  readonly chat: ChatNotification;
  readonly record: EvidenceRecord;
  readonly attributes: Attributes & { readonly evidence: Grade };
}

/** What an earlier message said of a question. */
export type Reported = Pick<Evidence, 'grade' | 'counts'>;

/** Whether there is something to report that was not reported before: somebody came in, more came in, or more came of it. */
export function isNews(evidence: Reported, before: Reported | undefined): boolean {
  if (evidence.grade === 'none') return false;
  if (before === undefined) return true;
  return rankOf(evidence) > rankOf(before) || visitors(evidence) > visitors(before);
}

function rankOf({ grade }: Reported): number {
  return GRADES.indexOf(grade);
}

function visitors({ counts: { accepted, answered, flowing } }: Reported): number {
  return accepted + answered + flowing;
}

/** In the thread of the first message, for those who got that. */
export function makeFollowUp(facts: FollowUpFacts): FollowUp {
  const { first, evidence, now } = facts;
  const { id, target, group, attributes } = first;
  const { accountId, region } = target;
  return {
    subject: replyTo(first.subject),
    email: mailOf(facts),
    chat: chatOf(facts),
    record: {
      ...{ version: 1, kind: 'evidence', id, time: now.toISOString(), accountId, region, group },
      evidence,
    },
    attributes: { ...attributes, outcome: ['evidence'], evidence: evidence.grade },
  };
}

/** Account and region are never cut off. */
function replyTo(subject: string): string {
  const reply = `Re: ${subject}`;
  const [place = ''] = / \([^()]*\)$/.exec(reply) ?? [];
  const words = reply.slice(0, reply.length - place.length);
  return asSubject(`${cutTo(words, LONGEST_SUBJECT - place.length)}${place}`);
}

function mailOf(facts: FollowUpFacts): string {
  const { first, stage, audience, question, evidence } = facts;
  const { group, target } = first;
  const name = group.name === group.id ? group.id : `${sanitize(group.name)} (${group.id})`;
  const lines = [
    evidenceInWords(evidence),
    `Security group ${name}, account ${first.attributes.account}, ${target.region}.`,
    '',
    ...visitorsInWords(evidence, question).map((line) => `  ${line}`),
    '',
    ...layOut([
      { label: 'Means', lines: [WHAT_IT_MEANS, ...doubtsInWords(evidence)] },
      { label: 'Do now', lines: adviceFor(evidence.grade) },
      { label: 'Looked at', lines: [`VPC Flow Logs ${windowInWords(question, audience)}`] },
      { label: 'Ask again', lines: [ownCommand({ stage, target }, `evidence ${first.id}`)] },
    ]),
    '',
    `Record ${sanitize(first.id)}`,
  ];
  return `${lines.join('\n')}\n`;
}

const WHAT_IT_MEANS =
  'These packets passed the security groups and the network ACL. Flow logs do not record logins.';

function chatOf(facts: FollowUpFacts): ChatNotification {
  const { first, question, evidence } = facts;
  const title = sanitize(first.subject.replace(/[*_~|[\]\\@#]/g, ' '), LONGEST.title - 4);
  const lines = [
    evidenceInWords(evidence),
    ...visitorsInWords(evidence, question).map((line) => `\`${line}\``),
    ...doubtsInWords(evidence).map((line) => `\`${line}\``),
  ];
  return makeNotification({
    id: sanitize(`${first.id}/evidence`),
    title: `Re: ${title}`,
    summary: evidenceInWords(evidence),
    lines,
    nextSteps: adviceFor(evidence.grade),
    keywords: ['evidence'],
    threadId: first.threadId,
    eventType: 'portcullis-evidence',
    relatedResources: first.relatedResources,
  });
}
