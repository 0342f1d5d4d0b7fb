// What there is in the account and region, of every kind of which the stack makes some.
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { ListEventSourceMappingsCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import type { Aws } from './aws.ts';

/** Names by kind. A key is left out: AWS keeps it for its pending window, on purpose. */
export async function inventoryOf(
  aws: Aws,
): Promise<Readonly<Record<string, readonly (string | undefined)[]>>> {
  const [alarms, buckets, functions, logGroups, mappings, queues, roles, rules, tables, topics] =
    await Promise.all([
      aws.cloudWatch.send(new DescribeAlarmsCommand({})),
      aws.s3.send(new ListBucketsCommand({})),
      aws.lambda.send(new ListFunctionsCommand({})),
      aws.logs.send(new DescribeLogGroupsCommand({})),
      aws.lambda.send(new ListEventSourceMappingsCommand({})),
      aws.sqs.send(new ListQueuesCommand({})),
      aws.iam.send(new ListRolesCommand({})),
      aws.eventBridge.send(new ListRulesCommand({})),
      aws.dynamoDb.send(new ListTablesCommand({})),
      aws.sns.send(new ListTopicsCommand({})),
    ]);
  return {
    alarms: (alarms.MetricAlarms ?? []).map(({ AlarmName }) => AlarmName),
    buckets: (buckets.Buckets ?? []).map(({ Name }) => Name),
    functions: (functions.Functions ?? []).map(({ FunctionName }) => FunctionName),
    logGroups: (logGroups.logGroups ?? []).map(({ logGroupName }) => logGroupName),
    mappings: (mappings.EventSourceMappings ?? []).map(({ UUID }) => UUID),
    queues: queues.QueueUrls ?? [],
    roles: (roles.Roles ?? []).map(({ RoleName }) => RoleName),
    rules: (rules.Rules ?? []).map(({ Name }) => Name),
    tables: tables.TableNames ?? [],
    topics: (topics.Topics ?? []).map(({ TopicArn }) => TopicArn),
  };
}
