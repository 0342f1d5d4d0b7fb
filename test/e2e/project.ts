// A copy of this project to deploy from: its .serverless and dist are its own, and a test may change its files.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Aws } from './aws.ts';

const DEPLOYED = ['build', 'handlers', 'lib', 'resources', 'package.json', 'serverless.yml'];
const run = promisify(execFile);

export function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'project-'));
  for (const name of DEPLOYED) cpSync(name, join(folder, name), { recursive: true });
  cpSync('test/fixtures/shipped', join(folder, 'policies'), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Deploys with whatever code the deployment asks for. */
export async function deployConfirmed(folder: string, aws: Aws, ...args: readonly string[]): Promise<string> {
  const plan = await serverless(folder, aws, 'deploy', '--plan', ...args);
  const code = codeIn(plan);
  return serverless(folder, aws, 'deploy', ...args, ...(code === undefined ? [] : ['--confirm', code]));
}

/** The code that a deployment asks for; undefined where it asks for none. */
export function codeIn(output: string): string | undefined {
  return /--confirm ([0-9a-f]{8})\b/.exec(output)?.[1];
}

/** What a deployment says that is refused. */
export async function refusedDeploy(folder: string, aws: Aws, ...args: readonly string[]): Promise<string> {
  return serverless(folder, aws, 'deploy', ...args).then(
    (output) => Promise.reject(new Error(`this was deployed:\n${output}`)),
    (error: Error) => error.message,
  );
}

/** What `npx serverless` with these arguments says, in that folder and against that emulator. */
export async function serverless(folder: string, aws: Aws, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(join(folder, 'node_modules/.bin/serverless'), [...args], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      NO_COLOR: '1',
      PORTCULLIS_SETTINGS: '', // whoever runs the tests may have settings
      AWS_ENDPOINT_URL: aws.endpoint, // by IP address: by name, buckets would become hosts
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
      SLS_AWS_MONITORING_FREQUENCY: '250', // asks more often whether the stack is there
    },
  }).catch((error) => {
    throw new Error(`${error.message}\n${error.stdout}\n${error.stderr}`);
  });
  return `${stdout}${stderr}`;
}
