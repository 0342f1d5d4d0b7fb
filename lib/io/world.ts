// What the pipeline needs of the world, handed in: in Lambda the real thing, in tests and simulations the sandbox.
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { Config } from '../config.ts';
import type { Policy } from '../policy/policy.ts';
import type { Ledger } from './ledger/entries.ts';

export interface World {
  readonly ec2: EC2Client;
  readonly sns: SNSClient;
  readonly ledger: Ledger;
  readonly config: Config;
  readonly policies: readonly Policy[];
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: () => Date;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Whether nobody will try again if this fails. */
  readonly isLastTry: boolean;
  /** How many milliseconds this invocation has left. */
  readonly timeLeft: () => number;
}
