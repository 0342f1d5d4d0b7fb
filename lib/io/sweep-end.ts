// What a finished sweep comes to: the numbers, and whether they are worth a message.
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { homeTarget } from '../config.ts';
import { type Digest, makeDigest, makeDigestRecord } from '../report/digest/digest.ts';
import type { DigestFacts } from '../report/digest/digest-facts.ts';
import { remembersAll } from '../report/digest/sweep-totals.ts';
import type { HeldSweep } from './ledger/sweep-state.ts';
import { missedByEvent } from './missed.ts';
import type { SweepWorld } from './sweep.ts';
import { sweepId } from './sweep-group.ts';

/** Milliseconds: the same findings are told again after a day, short of the time a sweep takes. */
const REMIND_AFTER = 23 * 3_600_000;

/** Compares with the previous sweep; answers what people are to be told, if it is worth it. */
export async function digestOf(world: SweepWorld, sweep: HeldSweep): Promise<Digest | undefined> {
  const facts = digestFacts(world, sweep, await missedByEvent(world, sweep));
  world.logger.info('sweep', { sweep: makeDigestRecord(facts) });
  count(world, facts);
  return isWorthTelling(world, sweep, facts) ? makeDigest(facts) : undefined;
}

function digestFacts(
  { config, sweepMode, now }: SweepWorld,
  { startedAt, tally, previous }: HeldSweep,
  missed: readonly string[] | undefined,
): DigestFacts {
  const seen = new Set(tally.seen);
  const isComparable = previous?.isWhole && remembersAll(tally);
  return {
    id: sweepId(startedAt),
    target: homeTarget(config),
    ledgerTable: config.ledgerTable,
    mode: sweepMode,
    startedAt,
    endedAt: now().toISOString(),
    tally,
    previousAt: previous?.startedAt,
    gone: isComparable ? previous.seen.filter((id) => !seen.has(id)).length : undefined,
    missed,
  };
}

/** What is new, and what was or could not be done, is told at once; what is as it was, once a day; nothing, never. */
function isWorthTelling({ now }: SweepWorld, { toldAt }: HeldSweep, { tally, missed }: DigestFacts): boolean {
  const { violations, undecided, troubled, fresh, byStatus } = tally;
  if (violations + undecided + troubled === 0) return false;
  const isAsItWas = ({ reported = 0, undecided: unclear = 0, protected: kept = 0, foreign = 0 }: Tallied) =>
    reported + unclear + kept + foreign === violations + undecided;
  const isNews = fresh === undefined || fresh + troubled + (missed?.length ?? 0) > 0 || !isAsItWas(byStatus);
  return isNews || toldAt === undefined || now().getTime() - Date.parse(toldAt) > REMIND_AFTER;
}

type Tallied = Readonly<Record<string, number>>;

function count({ metrics }: SweepWorld, { tally, missed }: DigestFacts): void {
  metrics.addMetric('sweeps', MetricUnit.Count, 1);
  metrics.addMetric('sweep-violations', MetricUnit.Count, tally.violations);
  if (missed !== undefined) metrics.addMetric('missed-by-event', MetricUnit.Count, missed.length);
}
