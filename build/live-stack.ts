// A stack of Portcullis as it is in the account, for those who are about to change it or have just changed it.
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import type { LiveStack } from '../lib/deployment/compare.ts';
import { readCallerAccount } from '../lib/io/aws/caller.ts';
import { readFunction } from '../lib/io/aws/deployed.ts';
import { readSubscriptions, type SeenSubscription } from '../lib/io/aws/monitoring.ts';
import { readDeployedTemplate, readStack, type Stack } from '../lib/io/aws/stack.ts';

/** A stack with all that a deployment is compared with. */
export interface DeployedStack extends Stack, LiveStack {
  readonly subscribers: readonly SeenSubscription[];
}

/** Nothing that was ever in force: the creation was not begun, or was taken back. */
const NEVER_DEPLOYED = /^(REVIEW_IN_PROGRESS|CREATE_FAILED|ROLLBACK_(COMPLETE|FAILED)|DELETE_COMPLETE)$/;

const OUTPUTS = {
  RemediateLambdaFunction: 'RemediateFunction',
  SweepLambdaFunction: 'SweepFunction',
  TickLambdaFunction: 'TickFunction',
  EvidenceLambdaFunction: 'EvidenceFunction',
};

/** The stack; undefined where nothing of that name has been deployed in the region. */
export async function readDeployed(name: string, region: string): Promise<DeployedStack | undefined> {
  const client = new CloudFormationClient({ region });
  const stack = await readStack(client, name);
  if (stack === undefined || NEVER_DEPLOYED.test(stack.status)) return undefined;
  const { TopicArn } = stack.outputs;
  const [template, functions, subscribers] = await Promise.all([
    readDeployedTemplate(client, name),
    Promise.all(
      Object.entries(OUTPUTS).map(
        async ([id, key]) => [id, await variablesNow(region, stack.outputs[key])] as const,
      ),
    ),
    TopicArn === undefined ? [] : readSubscriptions(new SNSClient({ region }), TopicArn),
  ]);
  const variables = Object.fromEntries(
    functions.flatMap(([id, now]) => (now === undefined ? [] : [[id, now]])),
  );
  return { ...stack, template, variables, subscribers };
}

/** Undefined for a function that is not there, or that an old stack does not name. */
async function variablesNow(region: string, name: string | undefined) {
  if (name === undefined) return undefined;
  try {
    return (await readFunction(new LambdaClient({ region }), name)).environment;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** How people call the stack: its name, region and account. */
export async function placeOf(name: string, region: string): Promise<string> {
  const accountId = await readCallerAccount(new STSClient({ region }));
  return `${name} (${region}, account ${accountId})`;
}
