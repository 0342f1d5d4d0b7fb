// In front of an emulator, and says of every request that it came over TLS, as what ends TLS in front of a server does:
// the emulator then knows aws:SecureTransport to be true, and policies that demand it let the request through.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Running } from './process.ts';

/** Hands every request on to the server that `upstream` tells. */
export async function startTlsProxy(upstream: () => string): Promise<Running> {
  const server = createServer((incoming, answer) => {
    forward(upstream(), incoming, answer).catch((error) => answer.destroy(error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The Host header stays as it is: it is part of what the client has signed. */
async function forward(upstream: string, incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
  const outgoing = request(`${upstream}${incoming.url}`, {
    method: incoming.method ?? 'GET',
    headers: { ...incoming.headers, 'x-forwarded-proto': 'https' },
  });
  const [[response]] = await Promise.all([
    once(outgoing, 'response') as Promise<[IncomingMessage]>,
    pipeline(incoming, outgoing),
  ]);
  answer.writeHead(response.statusCode ?? 502, response.headers);
  await pipeline(response, answer);
}
