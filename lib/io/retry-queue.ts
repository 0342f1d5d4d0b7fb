// The slow lane: events that could not be handed over or carried out come again from a queue.
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { Config } from '../config.ts';

/** True for a batch from a queue. CloudTrail's log files have Records too, but of another source. */
export function isRetry(event: unknown): event is SQSEvent {
  const records =
    typeof event === 'object' && event !== null && 'Records' in event ? event.Records : undefined;
  return Array.isArray(records) && records.length > 0 && records.every((it) => it?.eventSource === 'aws:sqs');
}

/**
 * The event of a record: EventBridge parks it as it is, Lambda within an account of the failure
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
 */
export function parkedEvent({ body }: Pick<SQSRecord, 'body'>): unknown {
  const parked: unknown = JSON.parse(body);
  const isWrapped = typeof parked === 'object' && parked !== null && 'requestPayload' in parked;
  return isWrapped ? parked.requestPayload : parked;
}

/** True when the queue hands the record to the dead letters after this try. */
export function isLastTry({ attributes }: SQSRecord, { maxReceives }: Config): boolean {
  return Number(attributes.ApproximateReceiveCount) >= maxReceives;
}
