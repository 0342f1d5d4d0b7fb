// Lists as policies write them.
import { z } from 'zod';
import { askForList } from './values.ts';

export const listOf = <T extends z.ZodType>(item: T) =>
  z.array(item, { error: askForList }).min(1, 'name at least one');
export const listOrOutside = <T extends z.ZodType>(item: T) =>
  z.union([listOf(item), z.strictObject({ outside: listOf(item) })], { error: askForList });
