// Events that were given up: looked at without taking them away, and sent back to be tried again.
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';

export interface DeadLetters {
  readonly arn: string;
  /** How many there are, as far as SQS knows. */
  readonly count: number;
  readonly messages: readonly Message[];
}

/** Long enough to read them all; nobody else reads this queue. */
const HIDDEN_FOR = 60;
/** SQS asks only some of its servers, so that one empty answer does not mean that there is nothing more. */
const EMPTY_ANSWERS = 2;

/**
 * At most `limit` of the queue's messages. SQS has no other way to look than to receive them, which hides them: they
 * are shown again before this ends, and on a failure after a minute.
 */
export async function readDeadLetters(sqs: SQSClient, queueUrl: string, limit: number): Promise<DeadLetters> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages'],
    }),
  );
  const messages = await receive(sqs, queueUrl, limit);
  await showAgain(sqs, queueUrl, messages);
  const count = Math.max(Number(Attributes.ApproximateNumberOfMessages ?? 0), messages.length);
  return { arn: Attributes.QueueArn ?? '', count, messages };
}

/** Starts to move all messages of a dead-letter queue back to where they came from; answers the handle of the task. */
export async function replay(sqs: SQSClient, arn: string): Promise<string | undefined> {
  const { TaskHandle } = await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn }));
  return TaskHandle;
}

/** Deletes one of the first `limit` messages for good; answers it, and undefined if it is not among them. */
export async function deleteDeadLetter(
  sqs: SQSClient,
  QueueUrl: string,
  messageId: string,
  limit: number,
): Promise<Message | undefined> {
  const messages = await receive(sqs, QueueUrl, limit);
  const [found] = messages.filter(({ MessageId }) => MessageId === messageId);
  await showAgain(
    sqs,
    QueueUrl,
    messages.filter((message) => message !== found),
  );
  if (found === undefined) return undefined;
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: found.ReceiptHandle }));
  return found;
}

async function receive(sqs: SQSClient, QueueUrl: string, limit: number): Promise<readonly Message[]> {
  const found = new Map<string, Message>();
  for (let empty = 0; empty < EMPTY_ANSWERS && found.size < limit; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(10, limit - found.size),
        VisibilityTimeout: HIDDEN_FOR,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    if (Messages.length === 0) empty += 1;
    for (const message of Messages) found.set(message.MessageId ?? '', message);
  }
  return [...found.values()];
}

async function showAgain(sqs: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  for (let start = 0; start < messages.length; start += 10) {
    const Entries = messages.slice(start, start + 10).map(({ ReceiptHandle }, index) => ({
      Id: `${index}`,
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}
