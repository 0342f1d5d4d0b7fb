// Who subscribes to the topic, as settings say it.
import { z } from 'zod';
import { listOf } from '../policy/list-schema.ts';
import { SEVERITIES } from '../policy/severity.ts';

const MAIL = /^[^\s@,]+@[^\s@,]+$/;

export const mailAddress = z
  .string()
  .regex(MAIL, {
    error: ({ input }) => `\`${input}\` is not a mail address: write one, such as security@example.com`,
  })
  .meta({ examples: ['security@example.com'] });

/** What an endpoint of each protocol looks like. */
const ENDPOINTS = {
  email: { form: MAIL, example: 'security@example.com' },
  https: { form: /^https:\/\/\S+$/, example: 'https://example.com/hook' },
  sqs: { form: /^arn:[^:]+:sqs:[^:]+:\d{12}:\S+$/, example: 'arn:aws:sqs:eu-west-1:111122223333:findings' },
  lambda: {
    form: /^arn:[^:]+:lambda:[^:]+:\d{12}:function:\S+$/,
    example: 'arn:aws:lambda:eu-west-1:111122223333:function:findings',
  },
} as const;

export const subscriptionSchema = z
  .strictObject({
    protocol: z.enum(['email', 'https', 'sqs', 'lambda']),
    endpoint: z.string(),
    severities: listOf(z.enum(SEVERITIES)).optional().meta({
      description: 'Only messages of these severities, and no alarms; absent: everything',
    }),
    routing: listOf(z.string().min(1)).optional().meta({
      description:
        'Only messages about groups whose routing tag has one of these values, and no digests or alarms',
    }),
  })
  .superRefine(({ protocol, endpoint }, context) => {
    const { form, example } = ENDPOINTS[protocol];
    if (form.test(endpoint)) return;
    const message = `\`${endpoint}\` is not an endpoint for ${protocol}: write one such as ${example}`;
    context.addIssue({ code: 'custom', path: ['endpoint'], message });
  })
  .meta({ description: 'A subscriber of the topic beside the mailbox' });

export type Subscription = z.infer<typeof subscriptionSchema>;

/** The attributes of messages by which SNS filters for a subscriber; none for everything. */
export function filterOf({ severities, routing }: Subscription): Readonly<Record<string, readonly string[]>> {
  return { ...(severities && { severity: severities }), ...(routing && { routing }) };
}
