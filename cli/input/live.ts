// What the commands that reach AWS have in common.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { loadSharedConfigFiles } from '@smithy/core/config';
import { InputError } from './input.ts';

export interface Connection {
  readonly region?: string;
  readonly profile?: string;
}

/** An EC2 client; without region and profile those of the environment hold. */
export function connectEc2(connection: Connection): EC2Client {
  return new EC2Client(clientOptions(connection));
}

/** An SQS client, likewise. It asks the region, and not the host of a queue's URL, which may be an old name. */
export function connectSqs(connection: Connection): SQSClient {
  return new SQSClient({ ...clientOptions(connection), useQueueUrlAsEndpoint: false });
}

/** An SNS client, likewise. */
export function connectSns(connection: Connection): SNSClient {
  return new SNSClient(clientOptions(connection));
}

/** An STS client, likewise. */
export function connectSts(connection: Connection): STSClient {
  return new STSClient(clientOptions(connection));
}

/** A DynamoDB client, likewise. */
export function connectDynamo(connection: Connection): DynamoDBClient {
  return new DynamoDBClient(clientOptions(connection));
}

/** The options of any client: what is undefined is left out. */
export function clientOptions({
  region,
  profile,
}: {
  readonly [Option in keyof Connection]: Connection[Option] | undefined;
}): Connection {
  return { ...(region === undefined ? {} : { region }), ...(profile === undefined ? {} : { profile }) };
}

/** Throws InputError for a profile that there is not: of that the SDK says only that it has no credentials. */
export async function checkProfile(profile: string): Promise<void> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  if (profile in configFile || profile in credentialsFile) return;
  throw new InputError(
    `--profile: no profile \`${profile}\` in your AWS configuration: \`aws configure list-profiles\` lists them`,
  );
}

/** What AWS answers; its refusals are for the operator. */
export async function asking<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${what}: ${whyOf(error)}`, { cause: error });
  }
}

/** Of a connection that was never made. */
const UNREACHED: ReadonlySet<unknown> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
]);

/** What an SDK throws, in words; of what it misses it does not say where to put it. */
export function whyOf(error: unknown): string {
  if (error instanceof Error && error.message === 'Region is missing')
    return 'no AWS region is known: name it with --region or in AWS_REGION';
  if (error instanceof Error && error.name === 'CredentialsProviderError')
    return `${error.message}: log in as for the AWS CLI, or name a profile with --profile`;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && UNREACHED.has(error.code))
    return `AWS cannot be reached, check the network and the region: ${error.message || error.code}`;
  return `${error.name}: ${error.message}`;
}
