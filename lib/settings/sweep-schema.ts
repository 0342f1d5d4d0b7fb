// What settings may say of the sweep.
import { z } from 'zod';
import { MOST_COUNT } from '../config.ts';

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };
// One is written in the singular: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
const RATE = /^rate\((1 (minute|hour|day)|(?!1 )[1-9]\d* (minute|hour|day)s)\)$/;

/** The fewest whole hours that are more than the time between two sweeps; undefined where that time is not fixed. */
export function leastSweepAge(rate: string): number | undefined {
  const [, amount, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(rate) ?? [];
  return amount === undefined ? undefined : Math.floor((Number(amount) * (MINUTES[unit] ?? 0)) / 60) + 1;
}

function isSchedule(text: string): boolean {
  return RATE.test(text) || /^cron\(.+\)$/.test(text);
}

export const sweepSchema = z
  .strictObject({
    mode: z.enum(['report', 'enforce']).optional().meta({
      description: 'Whether the sweep revokes what it finds; in a dry run it only reports',
    }),
    rate: z
      .string()
      .refine(isSchedule, {
        error: ({ input }) => `\`${input}\` is not a schedule: write rate(6 hours), rate(1 day) or cron(...)`,
      })
      .optional()
      .meta({ description: 'How often all groups are evaluated', examples: ['rate(6 hours)'] }),
    maxAge: z.int().min(1).max(MOST_COUNT).optional().meta({
      description: 'Hours without a complete sweep after which an alarm goes off',
    }),
  })
  .superRefine(({ rate, maxAge }, context) => {
    if (rate === undefined || !isSchedule(rate)) return;
    const least = leastSweepAge(rate) ?? 1;
    if (maxAge !== undefined && maxAge >= least) return;
    const message = `with \`rate: ${rate}\` write a \`maxAge\` of ${least} ${least === 1 ? 'hour' : 'hours'} or more`;
    context.addIssue({ code: 'custom', path: ['maxAge'], message });
  });
