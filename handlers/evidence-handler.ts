// What is true of the evidence handler: context in the logs, metrics flushed, errors reported and rethrown.
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { type AskedEvidence, askEvidence, type EvidenceWorld } from '../lib/io/ask-evidence.ts';

/** The handler in a given world. */
export function evidenceHandler(world: Omit<EvidenceWorld, 'timeLeft'>) {
  return middy()
    .use(injectLambdaContext(world.logger))
    .use(logMetrics(world.metrics))
    .use({ onError: ({ error }) => world.logger.error('not all flow logs could be asked', { error }) })
    .handler(
      async (_: unknown, context: Context): Promise<AskedEvidence> =>
        askEvidence({ ...world, timeLeft: () => context.getRemainingTimeInMillis() }),
    );
}
