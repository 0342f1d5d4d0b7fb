// Errors that end an attempt before it is done; each is worth another try later.
import type { Outcome } from '../plan/plan.ts';
import { shorten } from '../report/sanitize.ts';
import type { End } from './state.ts';

/** Another attempt is at work on the entry, or has written it. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** A rule is still open, and a retry may close it. */
export class RevocationError extends Error {
  override readonly name = 'RevocationError';
}

export function failed(error: Error): End {
  return { kind: 'failed', error };
}

/** The error of outcomes that are not final. */
export function unfinishedError(outcomes: readonly Outcome[]): RevocationError {
  const details = outcomes.flatMap(({ rule, outcome, detail }) =>
    outcome === 'failed' || outcome === 'unconfirmed' ? [`${rule.id}: ${detail}`] : [],
  );
  return new RevocationError(`not revoked: ${inShort(details)}`);
}

/** Lambda puts a failed event on the queue with the function's error, and drops what is too large for the queue. */
export function inShort(texts: readonly string[]): string {
  return shorten(texts.map((text) => text.slice(0, 500))).join('; ');
}
