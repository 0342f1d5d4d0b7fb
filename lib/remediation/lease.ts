// For how long an attempt has an entry to itself.

/** Longer than any invocation lives (the function's timeout in serverless.yml and a minute): until then no other attempt continues. */
export const LEASE = 180_000;
