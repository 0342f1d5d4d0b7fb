// What is true of every handler: context in the logs, metrics flushed, errors reported and rethrown.
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type Remediation, reconcile } from '../lib/io/reconcile.ts';
import { isLastTry, isRetry, parkedEvent } from '../lib/io/retry-queue.ts';
import type { World } from '../lib/io/world.ts';
import {
  type ChangeJson,
  changeJson,
  type OutcomeJson,
  outcomesJson,
  type PlanJson,
  planJson,
  type VerdictJson,
  verdictJson,
} from '../lib/report/json.ts';
import type { Message } from '../lib/report/message.ts';

/** What the function answers, as plain JSON. */
export interface RemediationJson {
  readonly change: ChangeJson;
  readonly verdicts: readonly VerdictJson[];
  readonly plan: PlanJson;
  readonly outcomes: readonly OutcomeJson[];
  readonly message: Message | null;
  /** The messages about further groups, where an event is about several. */
  readonly furtherMessages?: readonly Message[];
}

/** The handler in a given world: of one change event, or of events from the retry queue. */
export function remediationHandler(world: Omit<World, 'timeLeft'>) {
  return middy()
    .use(injectLambdaContext(world.logger))
    .use(logMetrics(world.metrics))
    .use({ onError: ({ error }) => world.logger.error('not done, will be tried again', { error }) })
    .handler(async (event: unknown, context: Context) => {
      const timed = { ...world, timeLeft: () => context.getRemainingTimeInMillis() };
      return isRetry(event) ? retry(timed, event) : once(timed, event);
    });
}

async function once(world: World, event: unknown): Promise<RemediationJson> {
  // Whatever fails here is parked in the retry queue.
  return toJson(await reconcileWhole(world, event, false));
}

/** Throws what must be tried again, so that Lambda parks the event. */
async function reconcileWhole(world: World, event: unknown, isLast: boolean): Promise<Remediation> {
  const remediation = await reconcile(world, event, isLast);
  if (remediation.error !== undefined) throw remediation.error;
  return remediation;
}

/** What fails goes back to the queue alone: one bad event must not take the others of its batch along. */
async function retry(world: World, { Records }: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const record of Records) {
    try {
      await reconcileWhole(world, parkedEvent(record), isLastTry(record, world.config));
    } catch (error) {
      world.logger.error('not done, goes back to the queue', { error, messageId: record.messageId });
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
}

/** A remediation without the sets that only the engine reads. */
export function toJson({ change, verdicts, plan, outcomes, messages }: Remediation): RemediationJson {
  const [message = null, ...furtherMessages] = messages;
  return {
    change: changeJson(change),
    verdicts: verdicts.map(verdictJson),
    plan: planJson(plan),
    outcomes: outcomesJson(outcomes, plan),
    message,
    ...(furtherMessages.length === 0 ? {} : { furtherMessages }),
  };
}
