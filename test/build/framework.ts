// The framework in this project, and an AWS that knows of nothing.
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { copyProject } from '../e2e/project.ts';

/** A settings file of that text. */
export function settingsWith(content: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'plugin-')), 'settings.yml');
  writeFileSync(file, content);
  return file;
}

/** Made once: to package means to write into the project. */
let copy: string | undefined;
const project = () => {
  copy ??= copyProject();
  return copy;
};

export interface Ended {
  readonly status: number;
  readonly output: string;
}

/** What the framework says, in a copy of this project. */
export function framework(
  env: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<Ended> {
  const bin = join(
    dirname(fileURLToPath(import.meta.resolve('serverless/package.json'))),
    'bin/serverless.js',
  );
  const { AWS_REGION: _, ...clean } = process.env;
  const options = {
    cwd: project(),
    env: { ...clean, NO_COLOR: '1', ...env },
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...words], options, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : 1, output: `${stdout}${stderr}` }),
    );
  });
}

const ACCOUNT = '444455556666';
const IDENTITY = `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${ACCOUNT}</Account><Arn>arn:aws:iam::${ACCOUNT}:root</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** In which regions a command asks AWS, which knows of nothing but the account. */
export async function regionsAskedBy(env: Readonly<Record<string, string>>, ...words: readonly string[]) {
  const regions = new Set<string>();
  const server = createServer(async (request, response) => {
    const { authorization = '' } = request.headers;
    const [, region = ''] = /Credential=test\/\d+\/([^/]+)\//.exec(authorization) ?? [];
    regions.add(region);
    if ((await text(request)).includes('GetCallerIdentity')) {
      response.end(IDENTITY);
      return;
    }
    const error = '<Code>ValidationError</Code><Message>Stack does not exist</Message>';
    response.writeHead(400).end(`<ErrorResponse><Error>${error}</Error></ErrorResponse>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_MAX_ATTEMPTS: '1' };
  const ended = await framework({ ...keys, AWS_ENDPOINT_URL, ...env }, ...words);
  server.close();
  return { ...ended, regions: [...regions] };
}
