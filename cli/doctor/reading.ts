// What came of one read: its value, or why there is none. A read that fails keeps no other from being looked at.
import { answerWithin } from '../../lib/io/aws/deadline.ts';

export type Reading<T> =
  | { readonly value: T }
  | {
      /** The IAM action that the reader may not do; undefined where the read failed for another reason. */
      readonly missing: string | undefined;
      /** True where AWS says that there is no such thing. */
      readonly isGone: boolean;
      readonly why: string;
    };

/** Milliseconds that a read may take. */
const LONGEST = 2000;

/** Waits for a read, but not for long; throws nothing. */
export async function ask<T>(action: string, read: () => Promise<T>, longest = LONGEST): Promise<Reading<T>> {
  try {
    return { value: await answerWithin(longest, read()) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const isDenied = /AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized/.test(name);
    // AWS says which action, which is not always the first of the read.
    const [said] = /\b[a-z0-9-]+:[A-Z]\w+/.exec(message) ?? [];
    return {
      missing: isDenied ? (said ?? action) : undefined,
      isGone: /NotFound|DoesNotExist|NonExistent/.test(name),
      why: `${name}: ${message}`,
    };
  }
}

/** What all of them come to, each under its name. */
export async function allOf<T extends Readonly<Record<string, unknown>>>(
  reads: T,
): Promise<{ readonly [Name in keyof T]: Awaited<T[Name]> }> {
  const values = await Promise.all(Object.values(reads));
  const named = Object.keys(reads).map((name, index) => [name, values[index]]);
  return Object.fromEntries(named) as { readonly [Name in keyof T]: Awaited<T[Name]> };
}
