// One publish for every kind of reader.
import { type MessageAttributeValue, PublishCommand } from '@aws-sdk/client-sns';
import type { Attributes, Message } from '../../report/message.ts';
import { persist } from '../retry-writes.ts';
import type { World } from '../world.ts';

/** A message, about one group or about many. */
export interface Publishable extends Omit<Message, 'record'> {
  readonly record: {
    readonly id: string;
    readonly findings?: readonly unknown[];
    readonly added?: readonly unknown[];
    readonly omitted?: number;
  };
}

/** SNS takes 262,144 bytes of body and attributes (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
const MOST_BYTES = 240_000;

/** Milliseconds between the tries: once rules are revoked, a retry of the event finds nothing left to tell. */
const PAUSES = [1000, 5000, 20_000];

/** Publishes the mail, the chat notification and, for all machines, the record; throws what SNS refuses to the last. */
export async function publish(
  world: Pick<World, 'sns' | 'config' | 'wait' | 'logger'>,
  message: Publishable,
): Promise<void> {
  const { sns, config } = world;
  const command = new PublishCommand({
    TopicArn: config.topicArn,
    Subject: message.subject,
    MessageStructure: 'json',
    Message: bodyOf(message),
    MessageAttributes: toAttributes(message.attributes),
  });
  await persist(world, PAUSES, () => sns.send(command));
}

/** The versions as one JSON text; findings, and then what was added, are left out of the record until it fits. */
export function bodyOf(message: Publishable): string {
  const { record, email, chat } = message;
  const body = JSON.stringify({ default: JSON.stringify(record), email, https: JSON.stringify(chat) });
  const { findings = [], added = [] } = record;
  if (Buffer.byteLength(body) <= MOST_BYTES || findings.length + added.length === 0) return body;
  const shorter = findings.length > 0 ? { findings: halfOf(findings) } : { added: halfOf(added) };
  const left = { findings, added, ...shorter };
  const dropped = findings.length + added.length - left.findings.length - left.added.length;
  const omitted = (record.omitted ?? 0) + dropped;
  return bodyOf({ ...message, record: { ...record, ...shorter, omitted } });
}

function halfOf<One>(list: readonly One[]): readonly One[] {
  return list.slice(0, Math.floor(list.length / 2));
}

function toAttributes(attributes: Attributes): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      Array.isArray(value)
        ? { DataType: 'String.Array', StringValue: JSON.stringify(value) }
        : { DataType: 'String', StringValue: String(value) },
    ]),
  );
}
