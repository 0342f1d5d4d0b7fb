// All that a follow-up is made of: the message that it follows, and what flow logs recorded.
import type { Audience } from '../../audience.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import type { Question } from '../../evidence/question.ts';
import type { Target } from '../../target.ts';
import type { Attributes, Message } from '../message.ts';
import type { AuditRecord } from '../record.ts';

/** What a follow-up takes over from the first message. Plain JSON. */
export interface FirstMessage {
  /** Of the record. */
  readonly id: string;
  readonly target: Target;
  readonly subject: string;
  readonly group: { readonly id: string; readonly name: string };
  readonly threadId: string;
  readonly relatedResources: readonly string[];
  readonly attributes: Attributes;
}

/** A question that waits until flow logs have had time to record the answer. Plain JSON. */
export interface ScheduledEvidence {
  readonly first: FirstMessage;
  readonly question: Question;
}

export interface FollowUpFacts extends ScheduledEvidence {
  readonly stage: string;
  readonly audience: Audience;
  readonly evidence: Evidence;
  readonly now: Date;
}

/** What reports a remediation: its own message, or one about many. */
export type Telling = Pick<Message, 'subject' | 'chat' | 'attributes'>;

/** What a follow-up to a message will need of it, and of the record that it follows. */
export function firstMessageOf(
  { subject, chat, record, attributes }: Telling & { readonly record: Pick<AuditRecord, 'id' | 'group'> },
  target: Target,
): FirstMessage {
  return {
    id: record.id,
    target,
    subject,
    group: { id: record.group.id, name: record.group.name },
    threadId: chat.metadata.threadId,
    relatedResources: chat.metadata.relatedResources,
    attributes,
  };
}
