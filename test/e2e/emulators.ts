// The two emulators, started before the first test and stopped after the last.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { type Running, startServer } from './process.ts';
import { pythonCommands } from './python.ts';
import { startTlsProxy } from './tls-proxy.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** ministack as its clients see it, and without the proxy that stands for TLS. */
    readonly ministack: { readonly url: string; readonly inTheClear: string };
    readonly moto: string;
  }
}

const launcher = (name: string) => fileURLToPath(new URL(`launch_${name}.py`, import.meta.url));
const ACCOUNT = '111122223333';
/** The root user's keys. */
const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const commands = pythonCommands('emulators');
  const started: Running[] = [];
  const stop = async () => {
    for (const { stop } of started.toReversed()) await stop();
  };
  try {
    let ministackUrl = '';
    const proxy = await startTlsProxy(() => ministackUrl);
    started.push(proxy);
    const ministack = await startServer(
      `${commands}/python3`,
      () => [launcher('ministack')],
      ministackEnvironment(proxy.url),
    );
    started.push(ministack);
    ministackUrl = ministack.url;
    const moto = await startServer(
      `${commands}/python3`,
      (port) => [launcher('moto'), '--host', '127.0.0.1', '--port', port],
      () => ({ ...process.env, ...KEYS, MOTO_ACCOUNT_ID: ACCOUNT }),
    );
    started.push(moto);
    project.provide('ministack', { url: proxy.url, inTheClear: ministack.url });
    project.provide('moto', moto.url);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

function ministackEnvironment(endpoint: string) {
  return (port: string): NodeJS.ProcessEnv => ({
    ...process.env,
    ...KEYS,
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`, // functions run with the Node.js of the tests
    GATEWAY_PORT: port,
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1', // what the URLs of queues begin with
    MINISTACK_ACCOUNT_ID: ACCOUNT,
    AUTH: 'true', // policies count: of roles, topics, queues and keys
    AWS_ENDPOINT_URL: endpoint, // where functions find AWS
    IOT_MTLS_ENABLED: '0', // would listen on a fixed port
    SFTP_ENABLED: '0',
  });
}
