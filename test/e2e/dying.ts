// Loaded into the deployed function by NODE_OPTIONS, before its own code: ends the process at one call to AWS, without a
// word, as a machine that is gone does. Only once, so that the next process lives.
import { writeFileSync } from 'node:fs';
import { ClientRequest } from 'node:http';

const { DIES_AT, DIES_WHEN, DIES_MARK = '' } = process.env;
// Of the class and not of the module, so that it does not matter how the function has imported it.
const send = ClientRequest.prototype.end as (...args: unknown[]) => ClientRequest;

/** The calls of EC2 and SNS have their name in the body, which the SDK hands over whole. */
function isTheCall(body: unknown): boolean {
  const isBody = typeof body === 'string' || body instanceof Uint8Array;
  return isBody && Buffer.from(body).toString().startsWith(`Action=${DIES_AT}&`);
}

function dieOnce(): void {
  try {
    writeFileSync(DIES_MARK, '', { flag: 'wx' });
  } catch {
    return; // it has died before
  }
  process.kill(process.pid, 'SIGKILL');
}

ClientRequest.prototype.end = function end(this: ClientRequest, ...args: unknown[]) {
  if (isTheCall(args[0])) {
    if (DIES_WHEN === 'before') dieOnce();
    else this.once('response', dieOnce);
  }
  return send.apply(this, args);
};
