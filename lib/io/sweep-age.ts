// The age of the last complete sweep, as a metric: an alarm watches it, and misses it when nobody sends it.
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { loadSweep, sweepsExpectedSince } from './ledger/sweep-state.ts';
import type { World } from './world.ts';

const HOUR = 3_600_000;

/** Sends the hours since a sweep was complete; before the first one, since somebody first asked for them. */
export async function publishSweepAge({
  ledger,
  metrics,
  now,
}: Pick<World, 'ledger' | 'metrics' | 'now'>): Promise<void> {
  const sweep = await loadSweep(ledger);
  const since = sweep?.completeAt ?? (await sweepsExpectedSince(ledger, now()));
  const hours = (now().getTime() - Date.parse(since)) / HOUR;
  // CloudWatch has no unit for hours.
  metrics.addMetric('sweep-age-hours', MetricUnit.NoUnit, Number(hours.toFixed(2)));
}
