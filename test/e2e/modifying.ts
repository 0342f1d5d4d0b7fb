// Loaded into the deployed function by NODE_OPTIONS, before its own code: right before the first call that revokes a rule, somebody
// makes the rule narrower, as its author may at any moment.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { ClientRequest } from 'node:http';
import { fileURLToPath } from 'node:url';

const { MODIFIES_MARK = '' } = process.env;
// Of the class and not of the module, so that it does not matter how the function has imported it.
const send = ClientRequest.prototype.end as (...args: unknown[]) => ClientRequest;

/** By a process of its own, which this one waits for: nothing is sent meanwhile. */
function modifyOnce(): void {
  try {
    writeFileSync(MODIFIES_MARK, '', { flag: 'wx' });
  } catch {
    return; // it has been modified before
  }
  const script = fileURLToPath(new URL('modify-rule.ts', import.meta.url));
  execFileSync(process.execPath, [script], { env: { ...process.env, NODE_OPTIONS: '' } });
}

ClientRequest.prototype.end = function end(this: ClientRequest, ...args: unknown[]) {
  const [body] = args;
  const isBody = typeof body === 'string' || body instanceof Uint8Array;
  if (isBody && Buffer.from(body).toString().startsWith('Action=RevokeSecurityGroupIngress&')) modifyOnce();
  return send.apply(this, args);
};
