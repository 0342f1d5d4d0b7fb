// The services that speak JSON, and name their operation in a header: `DynamoDB_20120810.GetItem`, `AmazonSQS.ReceiveMessage`.
import type { Account } from '../account.ts';
import { DYNAMO } from '../dynamo/dynamo.ts';
import { raiseFault, ServiceError } from '../faults.ts';
import { runHooks } from '../hooks.ts';
import { LOGS } from '../logs/logs.ts';
import { SQS } from '../sqs/sqs.ts';

type Operations = Readonly<Record<string, (account: Account, request: object) => object>>;

/** By the name in the header; whatever is no other service is DynamoDB. */
const SERVICES: Readonly<Record<string, Operations>> = { AmazonSQS: SQS, Logs_20140328: LOGS };

/** Answers a request of the JSON protocol; `target` is its header. */
export function answerJson(
  account: Account,
  target: string,
  body: string,
): { readonly status: number; readonly body: string } {
  const [service = '', api = ''] = target.split('.');
  const operations: Operations = SERVICES[service] ?? DYNAMO;
  try {
    raiseFault(account, api);
    const operation = Object.hasOwn(operations, api) ? operations[api] : undefined;
    if (operation === undefined) throw new ServiceError('UnknownOperationException', `no ${api} here`);
    runHooks(account, api);
    return { status: 200, body: JSON.stringify(operation(account, JSON.parse(body))) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const refusal = { __type: `com.amazonaws#${error.code}`, message: error.message };
    return { status: error.status, body: JSON.stringify(refusal) };
  }
}
