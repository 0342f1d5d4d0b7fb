// Errors as EC2 and SNS answer them, and faults that a test asks for.
import type { Account } from './account.ts';

/** An answer that is an error: code, message and HTTP status as AWS writes them. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = STATUS[code] ?? 400;
  }
}

/** The codes that are not answered with HTTP status 400. */
const STATUS: Readonly<Record<string, number>> = {
  DryRunOperation: 412,
  UnauthorizedOperation: 403,
  AuthorizationError: 403,
  RequestLimitExceeded: 503,
  Unavailable: 503,
  InternalError: 500,
  NotFound: 404,
  Throttled: 429,
};

/**
 * Makes the next requests of an API, or all, fail with an error code such as RequestLimitExceeded or
 * UnauthorizedOperation; each retry by the SDK is a request of its own.
 */
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
