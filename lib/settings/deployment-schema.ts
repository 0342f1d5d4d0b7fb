// What settings may say of all stages at the top, and of one stage below it.
import { z } from 'zod';
import { type Audience, audienceProblem } from '../audience.ts';
import { LEAST_DAYS, LEAST_MINUTES, MOST_COUNT, MOST_COUNTED, MOST_DAYS } from '../config.ts';
import { PROTECTED_FORMS, parseProtected } from '../plan/protected.ts';
import { listOf } from '../policy/list-schema.ts';
import { mailAddress, subscriptionSchema } from './subscription-schema.ts';
import { sweepSchema } from './sweep-schema.ts';

const protectedGroup = z
  .string()
  .refine((text) => [parseProtected(text)].flat().length === 1 && typeof parseProtected(text) !== 'string', {
    error: ({ input }) =>
      `\`${input}\` is not a group: ${PROTECTED_FORMS.replace(', with commas between', '')}`,
  })
  .meta({ examples: ['sg-0123456789abcdef0', 'name=bastion-*', 'tag:keep=yes'] });

/** What CloudWatch Logs calls a group (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html). */
const logGroup = z
  .string()
  .regex(/^[\w.\-/#]{1,512}$/, {
    error: ({ input }) => `\`${input}\` is not a log group: write its name, without an ARN or wildcards`,
  })
  .meta({ examples: ['vpc-flow-logs'] });
const audienceValue = (key: keyof Audience, examples: readonly string[], description: string) =>
  z
    .string()
    .min(1)
    .refine((value) => audienceProblem(key, value) === undefined, {
      error: ({ input }) => audienceProblem(key, String(input)),
    })
    .optional()
    .meta({ description, examples: [...examples] });

/** How long CloudWatch can keep a log (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html). */
const LOG_DAYS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400],
  ...[545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

export const deploymentKeys = {
  mode: z.enum(['dry-run', 'enforce']).optional().meta({
    description: 'Only report, or revoke what violates the policies',
  }),
  mail: mailAddress.optional().meta({ description: 'Who gets the mail' }),
  subscriptions: z.array(subscriptionSchema).optional(),
  contact: audienceValue(
    'contact',
    ['#cloud-security (https://wiki.example.com/portcullis)'],
    'Whom messages name for questions and exceptions',
  ),
  portal: audienceValue(
    'portal',
    [
      'https://example.awsapps.com/start/#/console?account_id={account}&role_name=ReadOnly&destination={destination}',
    ],
    'A link into an account, for messages: {account} and {destination} are filled in',
  ),
  timeZone: audienceValue('timeZone', ['Europe/Berlin'], 'The time zone that messages give beside UTC'),
  routingTag: audienceValue(
    'routingTag',
    ['team'],
    'The tag of a security group that its messages carry, for subscriptions to filter by',
  ),
  sweep: sweepSchema.optional(),
  breaker: z
    .strictObject({
      limit: z.int().min(1).max(MOST_COUNTED).optional().meta({ description: 'The most groups' }),
      minutes: z.int().min(LEAST_MINUTES).max(MOST_COUNT).optional().meta({
        description: 'The minutes within which it counts',
      }),
    })
    .optional()
    .meta({ description: 'What exceeds the limit of the circuit breaker waits' }),
  trim: z
    .strictObject({
      limit: z.int().min(0).max(MOST_COUNT).meta({
        description: 'The largest number of rules that one trimmed rule may become; 0: nothing is trimmed',
      }),
    })
    .optional(),
  protect: listOf(protectedGroup).optional().meta({ description: 'Groups whose rules are only reported' }),
  exposure: z.boolean().optional().meta({
    description: 'Whether messages say what packets from the internet could reach',
  }),
  flowLogs: listOf(logGroup).optional().meta({
    description: 'The log groups of VPC Flow Logs that are asked who came in while a rule was open',
  }),
  retention: z
    .strictObject({
      log: z
        .int()
        .refine((days) => LOG_DAYS.includes(days), {
          error: ({ input }) =>
            `CloudWatch keeps no log for ${input} days: write one of ${LOG_DAYS.join(', ')}`,
        })
        .optional(),
      ledger: z.int().min(LEAST_DAYS).max(MOST_DAYS).optional(),
    })
    .optional()
    .meta({ description: 'How many days the log and the entries of the ledger are kept' }),
};
