// Lambda entry point: an EventBridge event about a change of security group rules.
import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SNSClient } from '@aws-sdk/client-sns';
import { parseConfig } from '../lib/config.ts';
import { readCompiledPolicies } from '../lib/io/policies.ts';
import { remediationHandler } from './wiring.ts';

export const handler = remediationHandler({
  ec2: new EC2Client({}),
  sns: new SNSClient({}),
  config: parseConfig(process.env),
  policies: readCompiledPolicies(new URL('policies.json', import.meta.url)),
  logger: new Logger(),
  metrics: new Metrics(),
  now: () => new Date(),
  wait,
});
