// The clients of the doctor. They refuse every call that is not a read which iam/reader.json allows.
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Connection, clientOptions } from '../input/live.ts';

/** What the doctor may send, by the service's name in IAM. */
export const READS = {
  cloudformation: ['DescribeStacks', 'GetTemplate', 'ListStackResources'],
  cloudtrail: ['DescribeTrails', 'GetTrailStatus', 'GetEventSelectors', 'LookupEvents'],
  cloudwatch: ['DescribeAlarms', 'GetMetricData'],
  dynamodb: ['GetItem', 'Query'],
  ec2: [
    'DescribeFlowLogs',
    'DescribeManagedPrefixLists',
    'DescribeSecurityGroups',
    'GetManagedPrefixListEntries',
  ],
  events: ['ListRules', 'ListTargetsByRule'],
  kms: ['DescribeKey'],
  lambda: ['GetEventSourceMapping', 'GetFunctionConcurrency', 'GetFunctionConfiguration', 'GetPolicy'],
  sns: ['ListSubscriptionsByTopic'],
  sqs: ['GetQueueAttributes'],
  sts: ['GetCallerIdentity'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Clients = ReturnType<typeof makeClients>;

/** One client for each service. */
export function makeClients(connection: Connection) {
  // Whoever waits for an answer would rather run the command again than wait for the third try.
  const options = { ...clientOptions(connection), maxAttempts: 2 };
  const clients = {
    cloudformation: new CloudFormationClient(options),
    cloudtrail: new CloudTrailClient(options),
    cloudwatch: new CloudWatchClient(options),
    dynamodb: new DynamoDBClient(options),
    ec2: new EC2Client(options),
    events: new EventBridgeClient(options),
    kms: new KMSClient(options),
    lambda: new LambdaClient(options),
    sns: new SNSClient(options),
    sqs: new SQSClient({ ...options, useQueueUrlAsEndpoint: false }),
  };
  clients.cloudformation.middlewareStack.add(guard('cloudformation'), FIRST);
  clients.cloudtrail.middlewareStack.add(guard('cloudtrail'), FIRST);
  clients.cloudwatch.middlewareStack.add(guard('cloudwatch'), FIRST);
  clients.dynamodb.middlewareStack.add(guard('dynamodb'), FIRST);
  clients.ec2.middlewareStack.add(guard('ec2'), FIRST);
  clients.events.middlewareStack.add(guard('events'), FIRST);
  clients.kms.middlewareStack.add(guard('kms'), FIRST);
  clients.lambda.middlewareStack.add(guard('lambda'), FIRST);
  clients.sns.middlewareStack.add(guard('sns'), FIRST);
  clients.sqs.middlewareStack.add(guard('sqs'), FIRST);
  return clients;
}

const FIRST = { step: 'initialize', name: 'reads-only' } as const;

/** A middleware that lets only the reads of a service pass. */
function guard(service: keyof typeof READS) {
  const allowed: readonly string[] = READS[service];
  return <Args extends object, Result>(
    next: (args: Args) => Promise<Result>,
    { commandName = '' }: { readonly commandName?: string },
  ) =>
    async (args: Args): Promise<Result> => {
      if (allowed.includes(commandName.replace(/Command$/, ''))) return next(args);
      throw new Error(`the doctor only reads, and would send ${service}:${commandName}`);
    };
}
