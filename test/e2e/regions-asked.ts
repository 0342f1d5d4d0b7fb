// The framework with an AWS that knows of nothing.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { framework } from '../build/framework.ts';

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
