// The deployed stack, and a queue that hears everything the bot says.
import { join } from 'node:path';
import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { release } from '../../lib/io/ledger/breaker.ts';
import { readPolicies } from '../../lib/io/policy-files.ts';
import { policyKey } from '../../lib/policy/policy-key.ts';
import type { BatchMessage } from '../../lib/report/batch.ts';
import type { AuditRecord } from '../../lib/report/record.ts';
import type { Aws } from './aws.ts';

const STACK = 'portcullis-dev';

/** Logical ids to physical ones. */
export type Resources = Readonly<Record<string, string>>;

export async function resourcesOf(aws: Aws, StackName = STACK): Promise<Resources> {
  const { StackResources = [] } = await aws.cloudFormation.send(
    new DescribeStackResourcesCommand({ StackName }),
  );
  return Object.fromEntries(
    StackResources.map(({ LogicalResourceId, PhysicalResourceId }) => [
      LogicalResourceId,
      PhysicalResourceId ?? '',
    ]),
  );
}

/** Policies are new after a deployment, and would soon wait for a person: the tests open more groups than that. */
export async function releasePolicies(aws: Aws, { Ledger = '' }: Resources, folder: string): Promise<void> {
  const keys = readPolicies(join(folder, 'policies')).map(policyKey);
  const place = { accountId: '111122223333', region: aws.region };
  await release({ client: aws.dynamoDb, table: Ledger }, place, keys, new Date());
}

type HeardRecord = AuditRecord | BatchMessage['record'];

export interface Inbox {
  /** Every message so far, in the order of arrival. */
  readonly read: () => Promise<readonly HeardRecord[]>;
}

/** True for a message about one group, false for a batch. */
export function isOfGroup(record: HeardRecord): record is AuditRecord {
  return 'group' in record;
}

/** Messages of their own are counted for a quarter of an hour: each test begins with room for ten. */
export async function forgetMails({ dynamoDb }: Aws, { Ledger: TableName }: Resources): Promise<void> {
  const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName }));
  for (const { id } of Items) {
    if (id?.S?.startsWith('mails/')) await dynamoDb.send(new DeleteItemCommand({ TableName, Key: { id } }));
  }
}

/** Subscribes a new queue to the topic. */
export async function subscribe(aws: Aws, topicArn: string): Promise<Inbox> {
  const name = `inbox-${aws.region}`;
  const arn = `arn:aws:sqs:${aws.region}:111122223333:${name}`;
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        ...{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage' },
        Resource: arn,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  };
  const { QueueUrl } = await aws.sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { Policy: JSON.stringify(policy) } }),
  );
  await aws.sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: arn }));
  const heard: HeardRecord[] = [];
  const read = async () => {
    for (;;) {
      const { Messages = [] } = await aws.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return heard;
      heard.push(...Messages.map(({ Body = '' }) => JSON.parse(JSON.parse(Body).Message)));
      await aws.sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl,
          Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );
    }
  };
  return { read };
}

/** How many messages wait in a queue, seen or not. */
export async function depthOf(aws: Aws, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return (
    Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
  );
}
