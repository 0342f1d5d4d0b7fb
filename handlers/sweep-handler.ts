// What is true of the sweep's handler: context in the logs, metrics flushed, errors reported and rethrown, EC2 spared.
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { paced } from '../lib/io/aws/ec2-rate-limit.ts';
import { type SweepWorld, type Swept, sweep } from '../lib/io/sweep.ts';

/** What the schedules send. */
export interface SweepRequest {
  /** Only goes on with a sweep that is not finished. */
  readonly continue?: boolean;
}

/** The handler in a given world. */
export function sweepHandler(world: Omit<SweepWorld, 'timeLeft'>) {
  const ec2 = paced(world.ec2, world);
  return middy()
    .use(injectLambdaContext(world.logger))
    .use(logMetrics(world.metrics))
    .use({
      onError: ({ error }) => world.logger.error('the sweep broke off, and will be gone on with', { error }),
    })
    .handler(async (request: SweepRequest, context: Context): Promise<Swept> => {
      const timeLeft = () => context.getRemainingTimeInMillis();
      return sweep({ ...world, ec2, timeLeft }, request.continue === true);
    });
}
