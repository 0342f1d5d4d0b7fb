// Asks flow logs who came in through rules that were closed, once these had time to record it, and reports it if somebody did.
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { homeTarget } from '../config.ts';
import { evidenceIn } from '../evidence/evidence.ts';
import { isNews, makeFollowUp } from '../report/evidence/follow-up.ts';
import { readLines } from './aws/flow-log-lines.ts';
import { publish } from './aws/sns.ts';
import { listDueEvidence, loadEvidence, saveEvidence } from './ledger/evidence.ts';
import { waitForSlot } from './ledger/mail-rate-limit.ts';
import type { World } from './world.ts';

export type EvidenceWorld = Omit<World, 'ec2' | 'policies'> & { readonly logs: CloudWatchLogsClient };

/** What an invocation did. */
export interface AskedEvidence {
  /** How many questions were due. */
  readonly due: number;
  readonly asked: number;
  /** How many messages were published. */
  readonly reported: number;
}

/** Milliseconds that one question may take. */
const RESERVE = 60_000;

/** Asks what is due. Throws at the end what kept it from reading, so that an alarm tells the operator. */
export async function askEvidence(world: EvidenceWorld): Promise<AskedEvidence> {
  const due = await listDueEvidence(world.ledger, homeTarget(world.config), world.now());
  const errors: unknown[] = [];
  let asked = 0;
  let reported = 0;
  for (const id of due) {
    if (world.timeLeft() < RESERVE) break;
    try {
      const answer = await ask(world, id);
      asked += 1;
      reported += Number(answer.isReported);
      errors.push(...answer.errors);
    } catch (error) {
      world.logger.error('evidence could not be asked, and is asked again', { error, remediation: id });
      errors.push(error);
    }
  }
  world.metrics.addMetric('evidence-reported', MetricUnit.Count, reported);
  if (errors.length > 0) throw new AggregateError(errors, 'flow logs could not be asked who came in');
  return { due: due.length, asked, reported };
}

/** One question. What was read of it counts, though other parts may be missing. */
async function ask(world: EvidenceWorld, id: string) {
  const { ledger, logger, config, now, wait, logs, timeLeft } = world;
  const { stage, audience } = config;
  const stored = await loadEvidence(ledger, id);
  if (stored === undefined) return { isReported: false, errors: [] };
  const { question, first } = stored;
  const read = await readLines({ logs, now, wait, timeLeft, readable: config.flowLogs }, question);
  const evidence = evidenceIn(question, read.lines, read.unread);
  logger.info('evidence', { remediation: id, asked: stored.asked + 1, evidence });
  const isReported = isNews(evidence, stored.reported);
  if (isReported) {
    await waitForSlot(world);
    await publish(world, makeFollowUp({ first, question, evidence, stage, audience, now: now() }));
  }
  const { grade, counts } = evidence;
  await saveEvidence(ledger, {
    ...stored,
    asked: stored.asked + 1,
    ...(isReported && { reported: { grade, counts } }),
  });
  return { isReported, errors: read.errors };
}
