// Lists as policies write them: `ports: 22` says what `ports: [22]` says, and becomes it.
import { z } from 'zod';

/** A list, or the one thing that would be in it; `alone` says what may stand without the list where that is less. */
export const listOf = <T extends z.ZodType>(item: T, alone: T = item) =>
  z.union([alone.transform((one) => [one]), z.array(item).min(1)], { error: noMap });

/** The same, where the list may be empty. */
export const listOrNone = <T extends z.ZodType>(item: T, alone: T = item) =>
  z.union([alone.transform((one) => [one]), z.array(item)], { error: noMap });

export const listOrOutside = <T extends z.ZodType>(item: T) =>
  z.union([listOf(item), z.strictObject({ outside: listOf(item) })]);

function noMap({ input }: { readonly input?: unknown }): string | undefined {
  const isMap = typeof input === 'object' && input !== null && !Array.isArray(input);
  return isMap ? 'write one value here, or a list of them, not keys and values' : undefined;
}
