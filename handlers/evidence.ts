// Lambda entry point: every few minutes, flow logs are asked who came in through rules that were closed.
import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { parseConfig } from '../lib/config.ts';
import { evidenceHandler } from './evidence-handler.ts';

const config = parseConfig(process.env);

export const handler = evidenceHandler({
  // Nobody waits for it: where others read logs it gives way.
  logs: new CloudWatchLogsClient({ maxAttempts: 10 }),
  sns: new SNSClient({}),
  ledger: { client: new DynamoDBClient({}), table: config.ledgerTable, days: config.ledgerRetention },
  config,
  logger: new Logger(),
  metrics: new Metrics(),
  now: () => new Date(),
  wait,
});
