// One dead letter as text: what it is about, and why it was parked.
import type { Message } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { parseChange } from '../../lib/change/change.ts';
import { parkedEvent } from '../../lib/io/retry-queue.ts';
import { actorInWords } from '../../lib/report/actor.ts';
import { sanitize } from '../../lib/report/sanitize.ts';

/** What Lambda wraps around an event that failed (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html). */
const envelope = z.object({
  timestamp: z.string().optional(),
  requestContext: z.looseObject({ condition: z.string().optional() }).optional(),
  responsePayload: z
    .looseObject({ errorType: z.string().optional(), errorMessage: z.string().optional() })
    .nullish(),
  requestPayload: z.unknown(),
});

/** A few lines. */
export function showLetter(message: Message): string {
  const lines = [...whyOf(message), `message ${sanitize(message.MessageId ?? '')}`];
  return [aboutOf(message.Body ?? ''), ...lines.map((line) => `  ${line}`)].join('\n');
}

function aboutOf(body: string): string {
  try {
    const change = parseChange(parkedEvent({ body }));
    const when = change.time === undefined ? '' : ` at ${sanitize(change.time)}`;
    const event = change.eventId === undefined ? '' : `\n  event ${sanitize(change.eventId)}`;
    return `${sanitize(change.eventName)}${groupOf(change)}${when}, by ${actorInWords(change.actor)}${event}`;
  } catch (error) {
    return `What cannot be read as an event: ${sanitize(error instanceof Error ? error.message : String(error))}`;
  }
}

function groupOf(change: ReturnType<typeof parseChange>): string {
  if (change.kind !== 'changed') return '';
  const { group, rules } = change;
  if (group !== undefined) return ` on ${sanitize(group.by === 'id' ? group.id : group.name)}`;
  if (rules.by === 'prefix-list') return ` on ${sanitize(rules.prefixListId)}`;
  return rules.by === 'tags' ? ` on ${sanitize([...rules.groupIds, ...rules.ruleIds].join(', '))}` : '';
}

function whyOf({ Body = '', MessageAttributes = {} }: Message): readonly string[] {
  const code = MessageAttributes.ERROR_CODE?.StringValue;
  if (code !== undefined) {
    const said = MessageAttributes.ERROR_MESSAGE?.StringValue ?? '';
    return [`EventBridge could not hand it over: ${sanitize(code)}: ${sanitize(said, 300)}`];
  }
  const parked = envelope.safeParse(parse(Body));
  const isWrapped = parked.success && parked.data.requestPayload !== undefined;
  if (!isWrapped) return ['It does not say why: look for the event in the log.'];
  const { responsePayload, requestContext, timestamp } = parked.data;
  const error = [responsePayload?.errorType, responsePayload?.errorMessage].filter(
    (text) => text !== undefined,
  );
  const why = error.length === 0 ? (requestContext?.condition ?? 'not said') : error.join(': ');
  return [
    `first failed${timestamp === undefined ? '' : ` at ${sanitize(timestamp)}`}: ${sanitize(why, 300)}`,
  ];
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
