// What may be said of what a policy excuses.
import { z } from 'zod';
import { listOf } from './list-schema.ts';
import { groups } from './selector-schema.ts';
import { traffic, trafficIssue } from './traffic-schema.ts';
import { accountId, day, excusedSource, glob, lonePattern, vpcId } from './values.ts';

const ruleWords = z
  .strictObject({
    description: glob.optional(),
    tags: z
      .record(z.string(), glob)
      .refine((value) => Object.keys(value).length > 0, 'name at least one tag')
      .optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'name at least one of `description` and `tags`')
  .meta({ description: 'Rules whose own description and tags are like this' });

const conditions = {
  groups: groups.optional(),
  accounts: listOf(accountId).optional(),
  vpcs: listOf(vpcId).optional(),
  ...traffic.shape,
  sources: listOf(excusedSource).optional(),
  rule: ruleWords.optional(),
  principals: listOf(glob, lonePattern).optional(),
};

const exception = z
  .strictObject({ ...conditions, reason: z.string().min(1), owner: z.string().min(1), expires: day })
  .refine((value) => Object.keys(conditions).some((key) => key in value), {
    error: `an exception names at least one of ${Object.keys(conditions).join(', ')}: else it would excuse everything`,
  })
  .superRefine((value, context) => {
    const [key, message] = trafficIssue(value) ?? [];
    if (key !== undefined && message !== undefined)
      context.addIssue({ code: 'custom', path: [key], message });
  })
  .meta({ description: 'What is excused until a day: all given conditions must hold' });

export const exceptionsSchema = z.array(exception);
