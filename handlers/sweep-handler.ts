// What is true of the sweep's handler: context in the logs, metrics flushed, errors reported and rethrown, EC2 spared.
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { paced } from '../lib/io/aws/ec2-rate-limit.ts';
import { runSweep, type SweepWorld } from '../lib/io/run-sweep.ts';
import type { Digest } from '../lib/report/digest/digest.ts';
import type { SweepEnd } from '../lib/sweep/state.ts';

/** What the schedules send. */
export interface SweepRequest {
  /** Only goes on with a sweep that is not finished. */
  readonly continue?: boolean;
}

/** What the function answers. */
export interface Swept {
  readonly state: Exclude<SweepEnd['kind'], 'failed'>;
  /** What was published. */
  readonly digest?: Digest;
}

/** The handler in a given world. */
export function sweepHandler(world: Omit<SweepWorld, 'timeLeft'>) {
  const ec2 = paced(world.ec2, world);
  return middy()
    .use(injectLambdaContext(world.logger))
    .use(logMetrics(world.metrics))
    .use({
      onError: ({ error }) => world.logger.error('the sweep was interrupted, and will be resumed', { error }),
    })
    .handler(async (request: SweepRequest, context: Context): Promise<Swept> => {
      const timeLeft = () => context.getRemainingTimeInMillis();
      return sweep({ ...world, ec2, timeLeft }, request.continue === true);
    });
}

/** Throws why the sweep was interrupted, so that Lambda counts an error. */
async function sweep(world: SweepWorld, isContinuation: boolean): Promise<Swept> {
  const { end, sweep, published } = await runSweep(world, isContinuation);
  if (end?.kind === 'failed') throw end.error;
  const state = end?.kind ?? 'idle';
  world.logger.info('the invocation ends', { state, phase: sweep?.phase, after: sweep?.after });
  const digest = published.at(-1);
  return { state, ...(digest && { digest }) };
}
