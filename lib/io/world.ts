// What the pipeline needs of the world, handed in: in Lambda the real thing, in tests and simulations the sandbox.
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { SNSClient } from '@aws-sdk/client-sns';
import { type Config, homeTarget } from '../config.ts';
import type { Policy } from '../policy/policy.ts';
import { isSameTarget, type Target } from '../target.ts';
import type { readSurroundings } from './aws/surroundings.ts';
import type { Ledger } from './ledger/entries.ts';

export interface World {
  readonly ec2: EC2Client;
  /** Reads what surrounds a group, for messages; missing where no message is about one group. */
  readonly readSurroundings?: typeof readSurroundings;
  readonly sns: SNSClient;
  readonly ledger: Ledger;
  readonly config: Config;
  readonly policies: readonly Policy[];
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: () => Date;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** How many milliseconds this invocation has left. */
  readonly timeLeft: () => number;
}

/** The clients that act in a target; topic and ledger are the deployment's own, whatever the target. */
export function clientsFor({ ec2, config }: World, target: Target): Pick<World, 'ec2'> {
  const home = homeTarget(config);
  if (isSameTarget(target, home)) return { ec2 };
  throw new Error(`no clients for ${inWords(target)}: this deployment works in ${inWords(home)} alone`);
}

function inWords({ partition, accountId, region }: Target): string {
  return `account ${accountId}, ${region} (${partition})`;
}
