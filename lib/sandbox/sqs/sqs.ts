// The part of SQS that looking at dead letters takes
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html).

import { createHash } from 'node:crypto';
import type { Account } from '../account.ts';
import type { StoredMessage, StoredQueue } from '../account-state.ts';
import { ServiceError } from '../faults.ts';
import { partitionOf } from '../partitions.ts';

interface Request {
  readonly QueueUrl?: string;
  readonly MaxNumberOfMessages?: number;
  readonly Entries?: readonly { readonly Id: string; readonly ReceiptHandle: string }[];
  readonly SourceArn?: string;
  readonly ReceiptHandle?: string;
}

type Operation = (account: Account, request: Request) => object;

/** The operations, by name. */
export const SQS: Readonly<Record<string, Operation>> = {
  GetQueueAttributes: (account, { QueueUrl }) => {
    const { messages } = queueOf(account, QueueUrl);
    const QueueArn = `arn:${partitionOf(account.region)}:sqs:${account.region}:${account.accountId}:${nameOf(QueueUrl)}`;
    const shown = messages.filter(({ isHidden }) => !isHidden).length;
    return { Attributes: { QueueArn, ApproximateNumberOfMessages: `${shown}` } };
  },
  ReceiveMessage: (account, { QueueUrl, MaxNumberOfMessages = 1 }) => {
    const all = queueOf(account, QueueUrl).messages;
    const received = all.filter(({ isHidden }) => !isHidden).slice(0, MaxNumberOfMessages);
    for (const message of received) message.isHidden = true;
    return { Messages: received.map((message) => written(message, `message-${all.indexOf(message)}`)) };
  },
  ChangeMessageVisibilityBatch: (account, { QueueUrl, Entries = [] }) => {
    const { messages } = queueOf(account, QueueUrl);
    for (const { ReceiptHandle } of Entries) {
      const message = messages[Number(ReceiptHandle.replace('message-', ''))];
      if (message !== undefined) message.isHidden = false;
    }
    return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
  },
  DeleteMessage: (account, { QueueUrl, ReceiptHandle }) => {
    const queue = queueOf(account, QueueUrl);
    queue.messages = queue.messages.filter((_, index) => `message-${index}` !== ReceiptHandle);
    return {};
  },
  StartMessageMoveTask: (account, { SourceArn }) => {
    const from = queueOf(account, SourceArn);
    if (from.deadLettersOf === undefined) {
      throw new ServiceError('ResourceNotFoundException', 'The source queue is not a dead-letter queue.');
    }
    const to = queueOf(account, from.deadLettersOf);
    to.messages = [...to.messages, ...from.messages.filter(({ isHidden }) => !isHidden)];
    from.messages = from.messages.filter(({ isHidden }) => isHidden);
    return { TaskHandle: 'task-1' };
  },
};

function queueOf({ queues }: Account, place: string | undefined): StoredQueue {
  const queue = queues.get(nameOf(place));
  if (queue !== undefined) return queue;
  throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
}

/** The last part of an URL or ARN. */
function nameOf(place = ''): string {
  return place.split(/[/:]/).at(-1) ?? '';
}

function written({ body, attributes = {} }: StoredMessage, id: string): object {
  return {
    MessageId: id,
    ReceiptHandle: id,
    Body: body,
    MD5OfBody: createHash('md5').update(body).digest('hex'),
    MessageAttributes: attributes,
  };
}
