// What AWS measures and knows about what surrounds the functions: alarms, metrics, subscriptions, queues, the key. Only what an operator asks.
import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { DescribeKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

export interface SeenAlarm {
  readonly name: string;
  readonly metric: string;
  readonly isRaised: boolean;
  /** Whether it tells anybody. */
  readonly hasActions: boolean;
  readonly description: string;
  readonly threshold: number | undefined;
}

/** The alarms of these names. */
export async function readAlarms(
  client: CloudWatchClient,
  names: readonly string[],
): Promise<readonly SeenAlarm[]> {
  const { MetricAlarms = [] } = await client.send(
    new DescribeAlarmsCommand({ AlarmNames: [...names], MaxRecords: 100 }),
  );
  return MetricAlarms.map(({ AlarmName = '', MetricName = '', StateValue, ActionsEnabled, ...alarm }) => ({
    name: AlarmName,
    metric: MetricName,
    isRaised: StateValue === 'ALARM',
    hasActions: ActionsEnabled !== false,
    description: alarm.AlarmDescription ?? '',
    threshold: alarm.Threshold,
  }));
}

export interface Measured {
  /** ISO 8601. */
  readonly at: string;
  readonly value: number;
}

interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimension: readonly [name: string, value: string];
  readonly statistic: 'Sum' | 'Maximum';
  /** Seconds of one value. */
  readonly period: number;
}

/** The values of metrics since a time, the newest first. Where nothing was measured, there is no value. */
export async function readMetrics(
  client: CloudWatchClient,
  metrics: readonly Metric[],
  since: Date,
  now: Date,
): Promise<readonly (readonly Measured[])[]> {
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: since,
      EndTime: now,
      ScanBy: 'TimestampDescending',
      MetricDataQueries: metrics.map(
        ({ namespace, name, dimension: [Name, Value], statistic, period }, index) => ({
          Id: `m${index}`,
          MetricStat: {
            Metric: { Namespace: namespace, MetricName: name, Dimensions: [{ Name, Value }] },
            Period: period,
            Stat: statistic,
          },
        }),
      ),
    }),
  );
  return metrics.map((_, index) => {
    const { Timestamps = [], Values = [] } = MetricDataResults.find(({ Id }) => Id === `m${index}`) ?? {};
    return Timestamps.map((at, place) => ({ at: at.toISOString(), value: Values[place] ?? 0 }));
  });
}

export interface SeenSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

/** The subscriptions of a topic that have not ended. */
export async function readSubscriptions(
  client: SNSClient,
  TopicArn: string,
): Promise<readonly SeenSubscription[]> {
  const found: SeenSubscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
    // Instead of an ARN those that wait say `PendingConfirmation`, and those that ended `Deleted`.
    for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of Subscriptions)
      if (SubscriptionArn !== 'Deleted')
        found.push({
          protocol: Protocol,
          endpoint: Endpoint,
          isConfirmed: SubscriptionArn.startsWith('arn:'),
        });
  }
  return found;
}

/** How many messages a queue has, those that are being handled included. */
export async function readDepth(client: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

/** `Enabled`, `Disabled`, `PendingDeletion` or the like. */
export async function readKeyState(client: KMSClient, KeyId: string): Promise<string> {
  return (await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState ?? '';
}
