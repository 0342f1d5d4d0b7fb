// Lambda entry point: the schedules of the sweep. One begins it, the other goes on with one that is not finished.
import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SNSClient } from '@aws-sdk/client-sns';
import { parseConfig, parseSweepMode } from '../lib/config.ts';
import { readCompiledPolicies } from '../lib/io/compiled-policies.ts';
import { sweepHandler } from './sweep-handler.ts';

const config = parseConfig(process.env);

export const handler = sweepHandler({
  // Nobody waits for a sweep: where others need EC2's buckets it gives way for minutes.
  ec2: new EC2Client({ maxAttempts: 10 }),
  sns: new SNSClient({}),
  ledger: { client: new DynamoDBClient({}), table: config.ledgerTable, days: config.ledgerRetention },
  config,
  sweepMode: parseSweepMode(process.env, config.mode),
  policies: readCompiledPolicies(new URL('policies.json', import.meta.url)),
  logger: new Logger(),
  metrics: new Metrics(),
  now: () => new Date(),
  wait,
});
