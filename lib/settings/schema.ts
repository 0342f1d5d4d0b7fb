// The one definition of what a settings.yml may say. What the editor completes is generated from it.
import { z } from 'zod';
import { exceptionsSchema } from '../policy/exception-schema.ts';
import { listOf } from '../policy/list-schema.ts';
import { accountId, grace } from '../policy/values.ts';
import { deploymentKeys } from './deployment-schema.ts';

const region = z
  .string()
  .regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/, {
    error: ({ input }) => `\`${input}\` is not a region: write one such as eu-west-1`,
  })
  .meta({ examples: ['eu-west-1'] });

/** A part of the name of a stack, which CloudFormation bounds, and of what is in it. */
const stageName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,99}$/, {
  error: ({ input }) => `\`${input}\` is no name for a stage: use letters, digits and hyphens`,
});

const override = z
  .strictObject({
    mode: z.enum(['enforce', 'dry-run', 'off']).optional(),
    action: z.enum(['revoke', 'trim', 'notify']).optional(),
    grace: grace.optional(),
    exceptions: exceptionsSchema.optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'say what is to be changed, or leave the policy out')
  .meta({ description: 'What is changed of a shipped policy; its exceptions are added' });

const stage = z
  .strictObject({
    account: accountId.optional().meta({ description: 'The only account that this stage is deployed to' }),
    regions: listOf(region).optional(),
    ...deploymentKeys,
  })
  .meta({ description: 'Where a stage is deployed, and what is different there' });

export const settingsSchema = z
  .strictObject({
    ...deploymentKeys,
    policies: z.string().min(1).optional().meta({
      description: 'The directory of your own policies, from this file on',
    }),
    shipped: z
      .record(z.string(), override)
      .default({})
      .meta({ description: 'Shipped policies, by their id' }),
    stages: z.record(stageName, stage).meta({ description: 'The stages, by the name that --stage takes' }),
  })
  .superRefine(({ mail, subscriptions, stages }, context) => {
    const apart = Object.entries(stages).filter(([, stage]) => stage.mail ?? stage.subscriptions);
    const all = apart.map(([name, stage]) => ({
      mail: stage.mail ?? mail,
      subscriptions: stage.subscriptions ?? subscriptions,
      path: stage.subscriptions === undefined ? [] : ['stages', name],
    }));
    for (const { path, ...one } of [{ mail, subscriptions, path: [] }, ...all])
      for (const [index, endpoint] of repeatedIn(one)) {
        const message = `\`${endpoint}\` subscribes twice: leave one out`;
        context.addIssue({ code: 'custom', path: [...path, 'subscriptions', index, 'endpoint'], message });
      }
  });

export type SettingsDocument = z.infer<typeof settingsSchema>;

/** The subscriptions that SNS would take for an earlier one: it has one for both, and when one of them went, so would the other. */
function repeatedIn({
  mail,
  subscriptions = [],
}: Pick<SettingsDocument, 'mail' | 'subscriptions'>): readonly (readonly [
  index: number,
  endpoint: string,
])[] {
  const names = [
    `email ${mail}`,
    ...subscriptions.map(({ protocol, endpoint }) => `${protocol} ${endpoint}`),
  ];
  return subscriptions.flatMap(({ endpoint }, index) =>
    names.indexOf(names[index + 1] ?? '') <= index ? [[index, endpoint] as const] : [],
  );
}
