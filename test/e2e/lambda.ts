// Lambda's part where an emulator has none: the zip that was deployed, unpacked, its handler in a fresh process with the
// environment that was deployed, for whoever's keys are given.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type FunctionConfiguration, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { unzipSync } from 'fflate';
import type { Aws, Keys } from './aws.ts';
import type { Detail } from './cloudtrail.ts';
import type { Resources } from './stack.ts';

/** A deployed function, ready to be run. */
export interface Deployed {
  readonly aws: Aws;
  readonly keys: Keys;
  readonly directory: string;
  readonly configuration: FunctionConfiguration;
}

const run = promisify(execFile);

/** Fetches what was deployed as the function that handles changes. */
export async function fetchDeployed(aws: Aws, resources: Resources, keys: Keys): Promise<Deployed> {
  const FunctionName = resources.RemediateLambdaFunction;
  const configuration = await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const zip = await latestZip(aws, resources.ServerlessDeploymentBucket);
  const hash = createHash('sha256').update(zip).digest('base64');
  if (hash !== configuration.CodeSha256) throw new Error('the latest upload is not the code of the function');
  const directory = mkdtempSync(join(tmpdir(), 'lambda-'));
  for (const [name, content] of Object.entries(unzipSync(zip))) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return { aws, keys, directory, configuration };
}

/** Uploads have the time in their keys. */
async function latestZip({ s3 }: Aws, Bucket: string | undefined): Promise<Uint8Array> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const keys = Contents.map(({ Key = '' }) => Key).filter((key) => key.endsWith('.zip'));
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: keys.toSorted().at(-1) }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

/** Hands the record of a call to the handler; fails with what the handler throws. */
export async function invoke(
  { aws, keys, directory, configuration }: Deployed,
  detail: Detail,
  overrides: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [module, name] = configuration.Handler?.split('.') ?? [];
  const script = `
    const { ${name}: handler } = await import(${JSON.stringify(join(directory, `${module}.mjs`))});
    await handler(${JSON.stringify({ detail })}, { functionName: 'remediate', getRemainingTimeInMillis: () => 120_000 });`;
  await run(process.execPath, ['--input-type=module', '-e', script], {
    env: {
      ...configuration.Environment?.Variables,
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_ENDPOINT_URL: aws.endpoint,
      ...overrides,
    },
  });
}
