// The one definition of what a policy file may say. What the editor completes is generated from it.
import { z } from 'zod';
import { exceptionsSchema } from './exception-schema.ts';
import { listOrNone } from './list-schema.ts';
import { match } from './match-schema.ts';
import { scope } from './selector-schema.ts';
import { SEVERITIES } from './severity.ts';
import { grace, loneReference, reference } from './values.ts';

const plainPolicy = z.strictObject({
  id: z
    .string()
    .regex(
      /^[a-z0-9]+(-[a-z0-9]+)*$/,
      'write an id of lower-case words joined by hyphens, such as no-public-ssh',
    )
    // `portcullis breaker release sweep` must not mean two things.
    .refine((id) => id !== 'sweep', 'this id stands for the sweep: choose another one'),
  title: z.string().min(1).max(120).meta({ description: 'The wanted state, in one sentence' }),
  severity: z.enum(SEVERITIES),
  description: z.string().min(1).max(2000).meta({
    description: 'What to do instead, and why, in one or two sentences: whoever opened the rule reads this',
  }),
  references: listOrNone(reference, loneReference).default([]),
  scope: scope.optional(),
  match,
  action: z.enum(['revoke', 'trim', 'notify']).meta({
    description: 'Revoke the rule, revoke only the part that is forbidden, or only report it',
  }),
  otherwise: z.enum(['notify', 'revoke']).optional().meta({
    description:
      'With `action: trim`, what happens where the allowed rest of a rule cannot be kept: only report the rule, or revoke it (the default)',
  }),
  mode: z.enum(['enforce', 'dry-run', 'off']).default('enforce').meta({
    description: 'Act on violations, only report what would have been done, or do not evaluate the policy',
  }),
  grace: grace.optional(),
  exceptions: exceptionsSchema.optional(),
});

export const policySchema = plainPolicy.superRefine(({ action, otherwise }, context) => {
  if (otherwise === undefined || action === 'trim') return;
  const message = `this is only for \`action: trim\`, because \`${action}\` keeps no part of a rule: leave it out, or write \`action: trim\``;
  context.addIssue({ code: 'custom', path: ['otherwise'], message });
});

/** A policy as written: valid plain JSON with the defaults filled in; what the build ships. */
export type PolicyDocument = z.infer<typeof policySchema>;
