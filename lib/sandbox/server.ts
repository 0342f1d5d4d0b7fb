// The account behind HTTP on this machine's loopback, for programs that find it by AWS_ENDPOINT_URL.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Account } from './account.ts';
import { answerAny } from './protocol/answer.ts';

export interface Server {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Serves EC2, SNS, SQS, STS, CloudFormation and DynamoDB requests on a free port of 127.0.0.1. */
export async function serve(account: Account): Promise<Server> {
  const server = createServer((request, response) => {
    // A client that hangs up, or a defect of the sandbox, ends this connection and not the process.
    respond(account, request, response).catch((error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function respond(account: Account, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = request.headers['x-amz-target'];
  const { status, type, body } = answerAny(account, target?.toString(), await text(request));
  response.writeHead(status, { 'content-type': type }).end(body);
}
