// What may be said of where a policy or an exception holds.
import { z } from 'zod';
import { listOf } from './list-schema.ts';
import { accountId, glob, groupId, lonePattern, vpcId } from './values.ts';

export const groups = z
  .strictObject({
    ids: listOf(groupId).optional(),
    names: listOf(glob, lonePattern).optional(),
    tags: z
      .record(z.string(), glob)
      .refine((value) => Object.keys(value).length > 0, 'name at least one tag')
      .optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'name at least one of `ids`, `names` and `tags`')
  .meta({ description: 'Security groups for which all given keys hold' });

export const scope = z
  .strictObject({
    accounts: listOf(accountId).optional(),
    regions: listOf(glob, lonePattern).optional(),
    vpcs: listOf(vpcId).optional(),
    groups: groups.optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'this `scope` is empty: leave it out')
  .meta({ description: 'Where the policy applies: all given keys must hold; absent: everywhere' });
