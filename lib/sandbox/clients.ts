// The unchanged SDK clients, with the account at the other end of the wire: what they write is parsed, and what
// they read was XML, so serialisation, errors, retries and paging are the real ones.
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client, type EC2ClientConfig } from '@aws-sdk/client-ec2';
import { SNSClient } from '@aws-sdk/client-sns';
import { ConfiguredRetryStrategy, DEFAULT_MAX_ATTEMPTS } from '@smithy/core/retry';
import type { Account } from './account.ts';
import { answerAny } from './protocol/answer.ts';

/** An EC2 client of the account; what it sends is noted in `account.calls`. `options` replace the sandbox's own. */
export function ec2Of(account: Account, options: EC2ClientConfig = {}): EC2Client {
  const client = new EC2Client({ ...configurationOf(account), ...options });
  client.middlewareStack.add(recorder(account), { step: 'initialize', name: 'recorder' });
  return client;
}

/** A DynamoDB client of the account, which has one table whatever it is called; what it sends is noted in `account.calls`. */
export function dynamoOf(account: Account): DynamoDBClient {
  const client = new DynamoDBClient(configurationOf(account));
  client.middlewareStack.add(recorder(account), { step: 'initialize', name: 'recorder' });
  return client;
}

/** An SNS client of the account; what it sends is noted in `account.calls`. */
export function snsOf(account: Account): SNSClient {
  const client = new SNSClient(configurationOf(account));
  client.middlewareStack.add(recorder(account), { step: 'initialize', name: 'recorder' });
  return client;
}

/** A CloudWatch Logs client of the account; what it sends is noted in `account.calls`. */
export function logsOf(account: Account): CloudWatchLogsClient {
  const client = new CloudWatchLogsClient(configurationOf(account));
  client.middlewareStack.add(recorder(account), { step: 'initialize', name: 'recorder' });
  return client;
}

function configurationOf(account: Account) {
  return {
    // The wire ends in this process: any region that the SDK accepts will do, and events may name none or a masked one.
    region: 'us-east-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    // Nobody checks a signature here, and to make one takes longer than all the rest of a call.
    signer: { sign: async <Request>(request: Request) => request },
    // The SDK's own decisions on what to retry and how often, without its seconds of waiting.
    retryStrategy: new ConfiguredRetryStrategy(DEFAULT_MAX_ATTEMPTS, 0),
    requestHandler: {
      handle: async ({ body, headers: { 'x-amz-target': target } }: HttpRequest) => {
        const { status, type, body: written } = answerAny(account, target, textOf(body));
        const headers = { 'content-type': type };
        return { response: { statusCode: status, headers, body: new TextEncoder().encode(written) } };
      },
    },
  };
}

/** The query protocols write text, the JSON protocol bytes. */
function textOf(body: unknown): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);
}

interface HttpRequest {
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

interface Context {
  readonly commandName?: string;
}

function recorder(account: Account) {
  return <Args extends { input: object }, Result>(next: (args: Args) => Promise<Result>, context: Context) =>
    async (args: Args): Promise<Result> => {
      const api = (context.commandName ?? '').replace(/Command$/, '');
      // A copy: the SDK's paginators write the next token into one and the same input.
      account.calls.push({ api, input: structuredClone(args.input) });
      return next(args);
    };
}
