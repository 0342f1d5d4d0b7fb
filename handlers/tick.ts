// Lambda entry point: once a minute, what the breaker has wait is taken up.
import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SNSClient } from '@aws-sdk/client-sns';
import { parseConfig } from '../lib/config.ts';
import { readSurroundings } from '../lib/io/aws/surroundings.ts';
import { readCompiledPolicies } from '../lib/io/compiled-policies.ts';
import { tickHandler } from './tick-handler.ts';

const config = parseConfig(process.env);

export const handler = tickHandler({
  ec2: new EC2Client({}),
  readSurroundings,
  sns: new SNSClient({}),
  ledger: { client: new DynamoDBClient({}), table: config.ledgerTable, days: config.ledgerRetention },
  config,
  policies: readCompiledPolicies(new URL('policies.json', import.meta.url)),
  logger: new Logger(),
  metrics: new Metrics(),
  now: () => new Date(),
  wait,
});
