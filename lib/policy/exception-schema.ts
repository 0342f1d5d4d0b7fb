// What may be said of what a policy excuses.
import { z } from 'zod';
import { listOf } from './list-schema.ts';
import { groups } from './selector-schema.ts';
import { accountId, day, excusedSource, glob, lonePattern, vpcId } from './values.ts';

const conditions = {
  groups: groups.optional(),
  accounts: listOf(accountId).optional(),
  vpcs: listOf(vpcId).optional(),
  sources: listOf(excusedSource).optional(),
  principals: listOf(glob, lonePattern).optional(),
};

const exception = z
  .strictObject({ ...conditions, reason: z.string().min(1), owner: z.string().min(1), expires: day })
  .refine((value) => Object.keys(conditions).some((key) => key in value), {
    error: `an exception names at least one of ${Object.keys(conditions).join(', ')}: else it would excuse everything`,
  })
  .meta({ description: 'What is excused until a day: all given conditions must hold' });

export const exceptionsSchema = z.array(exception);
