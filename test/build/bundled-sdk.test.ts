// Whether the SDK does in the bundle what it does outside, where handlers can tell.
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as ec2 from '@aws-sdk/client-ec2';
import * as sns from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../build/bundle.ts';
import { KEPT_ERRORS } from '../../build/error-classes.ts';
import * as sdk from './sdk.ts';

const directory = mkdtempSync(join(tmpdir(), 'portcullis-bundle-'));
const file = join(directory, 'sdk.mjs');
let bundled: typeof sdk;

beforeAll(async () => {
  await bundle('test/build/sdk.ts', file);
  bundled = await import(/* @vite-ignore */ pathToFileURL(file).href);
});

afterAll(() => rmSync(directory, { recursive: true }));

interface Answer {
  readonly statusCode: number;
  readonly body: string;
  readonly region?: string;
  readonly useFipsEndpoint?: boolean;
}

/** The configuration of a client whose every request gets that answer; its header says which host was asked. */
function answering({ statusCode, body, region = 'eu-west-1', useFipsEndpoint = false }: Answer) {
  return {
    region,
    useFipsEndpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 2,
    requestHandler: {
      handle: async ({ hostname }: { readonly hostname: string }) => ({
        response: {
          statusCode,
          headers: { 'x-amzn-requestid': hostname },
          body: new TextEncoder().encode(body),
        },
      }),
    },
  };
}

const CALLS = {
  dynamodb: (of: typeof sdk, answer: Answer) =>
    new of.DynamoDBClient(answering(answer)).send(
      new of.GetItemCommand({ TableName: 'ledger', Key: { id: { S: '1' } } }),
    ),
  ec2: (of: typeof sdk, answer: Answer) =>
    new of.EC2Client(answering(answer)).send(new of.DescribeSecurityGroupsCommand({})),
  logs: (of: typeof sdk, answer: Answer) =>
    new of.CloudWatchLogsClient(answering(answer)).send(
      new of.FilterLogEventsCommand({ logGroupName: 'flows' }),
    ),
  sns: (of: typeof sdk, answer: Answer) =>
    new of.SNSClient(answering(answer)).send(new of.PublishCommand({ TopicArn: 'arn', Message: 'text' })),
};

/** What handlers and the SDK's retries look at in what a call throws. */
async function thrownBy(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (thrown) => thrown,
  );
  const { name, message, $fault } = error;
  // How long the pause was is chance.
  const { totalRetryDelay, ...metadata } = error.$metadata;
  return { error, facts: { name, message, $fault, ...metadata } };
}

const jsonOf = (name: string) =>
  JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'the reason' });
const xmlOf = (code: string) =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>the reason</Message></Error></ErrorResponse>`;
const ec2Of = (code: string) =>
  `<Response><Errors><Error><Code>${code}</Code><Message>the reason</Message></Error></Errors></Response>`;

// Together: the SDK pauses before it tries again.
describe.concurrent('an error of AWS', () => {
  it.each([
    ['dynamodb', 400, jsonOf('ConditionalCheckFailedException')],
    ['dynamodb', 400, jsonOf('ReplicatedWriteConflictException')],
    ['dynamodb', 400, jsonOf('ResourceNotFoundException')],
    ['dynamodb', 400, jsonOf('ProvisionedThroughputExceededException')],
    ['dynamodb', 400, jsonOf('ThrottlingException')],
    ['dynamodb', 500, jsonOf('InternalServerError')],
    ['dynamodb', 400, jsonOf('NobodyKnowsThisException')],
    ['ec2', 400, ec2Of('InvalidGroup.NotFound')],
    ['ec2', 503, ec2Of('RequestLimitExceeded')],
    ['logs', 400, jsonOf('ResourceNotFoundException')],
    ['logs', 400, jsonOf('ThrottlingException')],
    ['logs', 400, jsonOf('AccessDeniedException')],
    ['sns', 400, xmlOf('KMSAccessDeniedException')],
    ['sns', 500, xmlOf('InternalFailure')],
  ] as const)('is what it is outside of the bundle: %s, status %i, %s', async (service, statusCode, body) => {
    const outside = await thrownBy(CALLS[service](sdk, { statusCode, body }));
    const inside = await thrownBy(CALLS[service](bundled, { statusCode, body }));

    expect(inside.facts).toEqual(outside.facts);
    expect(inside.error).toBeInstanceOf(Error);
  });

  it.each([
    ['Throttled', 429, 2],
    ['AuthorizationError', 403, 1],
  ])('has the name that SNS gave it, and as many tries: %s', async (code, statusCode, attempts) => {
    const { facts } = await thrownBy(CALLS.sns(bundled, { statusCode, body: xmlOf(code) }));

    expect(facts).toMatchObject({ name: code, message: 'the reason', httpStatusCode: statusCode, attempts });
  });

  it('is of the class that handlers ask for, or of its service', async () => {
    const kept = { statusCode: 400, body: jsonOf('ConditionalCheckFailedException') };
    const other = { statusCode: 400, body: jsonOf('ResourceNotFoundException') };

    expect((await thrownBy(CALLS.dynamodb(bundled, kept))).error).toBeInstanceOf(
      bundled.ConditionalCheckFailedException,
    );
    expect((await thrownBy(CALLS.dynamodb(bundled, other))).error).toBeInstanceOf(
      bundled.DynamoDBServiceException,
    );
  });
});

describe('an answer of EC2', () => {
  it('is what it is outside of the bundle, with its times', async () => {
    const attached = '<attachment><attachTime>2026-06-01T12:00:00.000Z</attachTime></attachment>';
    const listed = `<networkInterfaceSet><item>${attached}</item></networkInterfaceSet>`;
    const answer = answering({ statusCode: 200, body: `<Response>${listed}</Response>` });
    const ask = (of: typeof sdk) =>
      new of.EC2Client(answer).send(new of.DescribeNetworkInterfacesCommand({}));
    const { NetworkInterfaces: inside } = await ask(bundled);

    expect(inside).toEqual((await ask(sdk)).NetworkInterfaces);
    expect(inside?.[0]?.Attachment?.AttachTime).toEqual(new Date('2026-06-01T12:00:00.000Z'));
  });
});

describe('a request', () => {
  const services = ['dynamodb', 'ec2', 'logs', 'sns'] as const;
  const regions = ['eu-west-1', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1', 'us-iso-east-1'];

  it.each(
    services.flatMap((service) =>
      regions.flatMap((region) => [false, true].map((fips) => [service, region, fips] as const)),
    ),
  )(
    'goes where it goes outside of the bundle: %s in %s, FIPS %s',
    async (service, region, useFipsEndpoint) => {
      const answer = { statusCode: 400, body: '', region, useFipsEndpoint };
      const outside = await thrownBy(CALLS[service](sdk, answer));
      const inside = await thrownBy(CALLS[service](bundled, answer));

      expect(inside.facts).toEqual(outside.facts);
      expect(inside.facts.requestId).toMatch(new RegExp(`^${service}.*${region}\\.`));
    },
  );
});

describe('the error classes that are kept', () => {
  it('are all that handlers ask for with instanceof', () => {
    const asked = globSync(['lib/**/*.ts', 'handlers/*.ts'])
      .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/instanceof (\w+)/g)])
      .map(([, name = '']) => name)
      .filter((name) => [dynamodb, ec2, logs, sns].some((client) => name in client));

    expect(asked.filter((name) => !KEPT_ERRORS.includes(name))).toEqual([]);
    expect(asked).toContain('ConditionalCheckFailedException');
  });

  it('are all that the SDK tries again because of their class', () => {
    const retried = [dynamodb, ec2, logs, sns]
      .flatMap((client) => Object.entries(client))
      .filter(([, value]) => typeof value === 'function' && value.prototype instanceof Error)
      .filter(([, value]) => {
        const ErrorClass = value as new (options: object) => { readonly $retryable?: unknown };
        return new ErrorClass({ $metadata: {} }).$retryable !== undefined;
      })
      .map(([name]) => name);

    expect(retried.filter((name) => !KEPT_ERRORS.includes(name))).toEqual([]);
  });
});
