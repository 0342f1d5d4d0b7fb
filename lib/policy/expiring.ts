// Exceptions that expire soon: what they allow is then revoked.
import { isUntil } from './day.ts';

/** How many days before its end an exception is announced. */
export const EXPIRING_WITHIN = 14;

/** True for an exception that still holds today, and no longer in EXPIRING_WITHIN days. */
export function expiresSoon({ expires }: { readonly expires: string }, now: Date): boolean {
  return isUntil(expires, now) && !isUntil(expires, new Date(now.getTime() + EXPIRING_WITHIN * 86_400_000));
}
