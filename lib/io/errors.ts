// What is thrown may be anything.

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Throttling has the HTTP status of a fault of EC2's own, and is none. */
const THROTTLED = 'RequestLimitExceeded';

/** True where AWS says that it did nothing; false where a request may have been carried out though it failed. */
export function isRefusal(error: Error): boolean {
  const { $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return error.name === THROTTLED || (status >= 400 && status < 500);
}
