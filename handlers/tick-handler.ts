// What is true of the tick's handler: context in the logs, metrics flushed, errors reported and rethrown.
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { publishSweepAge } from '../lib/io/sweep-age.ts';
import { type Ticked, tick } from '../lib/io/tick.ts';
import type { World } from '../lib/io/world.ts';

/** The handler in a given world. */
export function tickHandler(world: Omit<World, 'timeLeft'>) {
  return middy()
    .use(injectLambdaContext(world.logger))
    .use(logMetrics(world.metrics))
    .use({ onError: ({ error }) => world.logger.error('the next tick tries again', { error }) })
    .handler(async (_: unknown, context: Context): Promise<Ticked> => {
      try {
        return await tick({ ...world, timeLeft: () => context.getRemainingTimeInMillis() });
      } finally {
        // Whatever the result: the alarm is for a sweep that never ends, and for an age that is missing.
        await publishSweepAge(world);
      }
    });
}
