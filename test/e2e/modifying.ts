// Loaded into the deployed function by NODE_OPTIONS, before its own code: right before the first call that revokes a rule, somebody
// makes the rule narrower, as its author may at any moment.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { ClientRequest } from 'node:http';

const { MODIFIES_RULE = '', MODIFIES_GROUP = '', MODIFIES_MARK = '' } = process.env;
// Of the class and not of the module, so that it does not matter how the function has imported it.
const send = ClientRequest.prototype.end as (...args: unknown[]) => ClientRequest;

const body = new URLSearchParams({
  Action: 'ModifySecurityGroupRules',
  Version: '2016-11-15',
  GroupId: MODIFIES_GROUP,
  'SecurityGroupRule.1.SecurityGroupRuleId': MODIFIES_RULE,
  'SecurityGroupRule.1.SecurityGroupRule.IpProtocol': 'tcp',
  'SecurityGroupRule.1.SecurityGroupRule.FromPort': '22',
  'SecurityGroupRule.1.SecurityGroupRule.ToPort': '22',
  'SecurityGroupRule.1.SecurityGroupRule.CidrIpv4': '10.1.2.3/32',
});

/** By a process of its own, which this one waits for: nothing is sent meanwhile. */
function modifyOnce(request: ClientRequest): void {
  try {
    writeFileSync(MODIFIES_MARK, '', { flag: 'wx' });
  } catch {
    return; // it has been modified before
  }
  const headers = {
    authorization: String(request.getHeader('authorization')),
    'content-type': 'application/x-www-form-urlencoded',
  };
  const url = `${request.protocol}//${request.getHeader('host')}/`;
  const script = `const [url, options] = JSON.parse(process.argv[1]);
    const response = await fetch(url, options);
    if (!response.ok) throw new Error(await response.text());`;
  const options = { method: 'POST', headers, body: String(body) };
  const args = ['--input-type=module', '-e', script, JSON.stringify([url, options])];
  execFileSync(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } });
}

ClientRequest.prototype.end = function end(this: ClientRequest, ...args: unknown[]) {
  const [sent] = args;
  const isBody = typeof sent === 'string' || sent instanceof Uint8Array;
  if (isBody && Buffer.from(sent).toString().startsWith('Action=RevokeSecurityGroupIngress&'))
    modifyOnce(this);
  return send.apply(this, args);
};
