// Lists as policies write them: `ports: 22` says what `ports: [22]` says, and becomes it.
import { z } from 'zod';

/** A list, or the one thing that would be in it; `alone` says what may stand without the list where that is less. */
export const listOf = <T extends z.ZodType>(item: T, alone: T = item) =>
  z.union([alone.transform((one) => [one]), z.array(item).min(1, 'name at least one')]);

/** The same, where the list may be empty. */
export const listOrNone = <T extends z.ZodType>(item: T, alone: T = item) =>
  z.union([alone.transform((one) => [one]), z.array(item)]);

export const listOrOutside = <T extends z.ZodType>(item: T) =>
  z.union([listOf(item), z.strictObject({ outside: listOf(item) })]);
