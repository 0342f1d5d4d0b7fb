// The packaged function, run as Lambda runs it: a fresh process, its zip unpacked, its environment as the template says.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import type { Aws } from './aws.ts';
import type { Detail } from './cloudtrail.ts';
import type { Template } from './template.ts';

/** What a template says of a function; values are texts or references to other resources. */
interface FunctionProperties {
  readonly Handler: string;
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
}

export interface Packaged {
  readonly directory: string;
  readonly properties: FunctionProperties;
}

const run = promisify(execFile);

export function unpack(folder: string, { Resources }: Template): Packaged {
  const directory = mkdtempSync(join(tmpdir(), 'package-'));
  for (const [name, content] of Object.entries(
    unzipSync(readFileSync(join(folder, '.serverless/portcullis.zip'))),
  )) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return {
    directory,
    properties: Resources.RemediateLambdaFunction?.Properties as unknown as FunctionProperties,
  };
}

/** Hands an event about this call to the handler; `physical` are the things that the template refers to. */
export async function invoke(
  { directory, properties }: Packaged,
  aws: Aws,
  physical: Readonly<Record<string, string>>,
  detail: Detail,
  overrides: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [module, name] = properties.Handler.split('.');
  const variables = Object.entries(properties.Environment.Variables).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : physical[logicalIdOf(value)],
  ]);
  const script = `
    const { ${name}: handler } = await import(${JSON.stringify(join(directory, `${module}.mjs`))});
    await handler(${JSON.stringify({ detail })}, { functionName: 'remediate' });`;
  await run(process.execPath, ['--input-type=module', '-e', script], {
    env: {
      ...Object.fromEntries(variables),
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: aws.endpoint,
      ...overrides,
    },
  });
}

function logicalIdOf(value: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  return Ref ?? attribute?.[0] ?? '';
}
