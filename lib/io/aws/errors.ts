// What is thrown may be anything.

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Throttling has the HTTP status of a fault of EC2's own, and is none. */
const THROTTLED = 'RequestLimitExceeded';

/** Nobody was there to be asked. */
const UNREACHED = new Set<string | undefined>([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CredentialsProviderError',
]);

/** What the SDK knows of a failed call; `isUnanswered` if one of its requests was not. */
type AwsError = Error & {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly isUnanswered?: boolean;
  readonly code?: string;
};

/** True where AWS did nothing, and said so or was not reached; false where the call may have been carried out though it failed. */
export function isRefusal(error: AwsError): boolean {
  if (error.isUnanswered) return false;
  const status = error.$metadata?.httpStatusCode ?? 0;
  return (
    error.name === THROTTLED || UNREACHED.has(error.code ?? error.name) || (status >= 400 && status < 500)
  );
}
