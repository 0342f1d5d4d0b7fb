// Errors as EC2 and SNS answer them, and faults that a test asks for.
import type { Account } from './account.ts';

/** An answer that is an error: code and message as AWS writes them. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = STATUS[code] ?? 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/** The codes that are not answered with HTTP status 400. */
const STATUS: Readonly<Record<string, number>> = {
  DryRunOperation: 412,
  UnauthorizedOperation: 403,
  AuthorizationError: 403,
  RequestLimitExceeded: 503,
  InternalError: 500,
  NotFound: 404,
};

export interface Fault {
  readonly api: string;
  readonly code: string;
  /** How many more calls fail. */
  times: number;
}

/** Makes the next calls of an API fail with an error code; retries by the SDK are calls of their own. */
export function fail(account: Account, api: string, code: string, times = Number.POSITIVE_INFINITY): void {
  account.faults.push({ api, code, times });
}

/** Throws the next fault that was asked for of this API. */
export function raiseFault(account: Account, api: string): void {
  const fault = account.faults.find((candidate) => candidate.api === api && candidate.times > 0);
  if (fault === undefined) return;
  fault.times -= 1;
  throw new ServiceError(fault.code, `${fault.code} was asked for`);
}
