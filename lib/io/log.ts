// The log: every finding before it is acted on, with the whole rule, and every outcome after. An undo can be made from it.
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Command } from '../remediation/command.ts';
import { isUndecided } from '../report/record.ts';
import type { World } from './world.ts';

/** Logs and counts what an entry is about to store. */
export function logEntry(
  { logger, metrics }: World,
  { entry: { record }, logs }: Extract<Command, { do: 'write' }>,
): void {
  if (logs === 'findings') {
    for (const finding of record.findings) logger.info('finding', { finding });
    return;
  }
  if (logs !== 'outcomes') return;
  const outcomes = record.findings.flatMap(({ ruleId, outcome, detail, remainder }) =>
    outcome === undefined ? [] : [{ ruleId, outcome, detail, remainder: remainder?.kept }],
  );
  logger.info('outcome', { outcomes });
  for (const [outcome, of] of Map.groupBy(outcomes, (one) => one.outcome)) {
    metrics.addMetric(`outcome-${outcome}`, MetricUnit.Count, of.length);
  }
  const told = record.findings.filter(({ action }) => action === 'notify');
  metrics.addMetric('notify', MetricUnit.Count, told.length);
  metrics.addMetric('undecided', MetricUnit.Count, record.findings.filter(isUndecided).length);
}
