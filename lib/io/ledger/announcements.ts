// Elects the one remediation that reports a breaker hold or a recurring rule.
import type { Checks, ReportedHold } from '../../report/facts.ts';
import type { Target } from '../../target.ts';
import type { World } from '../world.ts';
import { claim } from './claims.ts';
import { RECURRENCE_WINDOW } from './recurring-rules.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Milliseconds for which no other remediation reports the hold loudly. */
const QUIET_FOR: Readonly<Record<ReportedHold['because'], (hold: ReportedHold) => number>> = {
  latched: () => 30 * DAY,
  limit: ({ minutes }) => minutes * MINUTE,
  stopped: () => DAY,
};

/**
 * Decides for each hold and each recurring rule whether this remediation reports it; the elected one always does. Call it when
 * everything else is done: a process that dies before that has kept no other from reporting, and its next try asks again.
 */
export async function announce(
  world: World,
  { accountId, region }: Target,
  { checks: { holds, recurring }, id }: { readonly checks: Checks; readonly id: string },
): Promise<Checks> {
  // A rule that failed to the last try, and is closed when the event is replayed, is the same rule reported by the same event.
  const by = id.replace(/\.\d+$/, '');
  return {
    holds: await Promise.all(
      holds.map(async (hold) => {
        const name = `breaker/${accountId}/${region}/told/${hold.name}`;
        return { ...hold, isLoud: await isElected(world, name, by, QUIET_FOR[hold.because](hold)) };
      }),
    ),
    recurring: await Promise.all(
      recurring.map(async (one) => {
        return { ...one, isLoud: await isElected(world, `${one.name}/told`, by, RECURRENCE_WINDOW) };
      }),
    ),
  };
}

async function isElected({ ledger, now }: World, name: string, by: string, length: number): Promise<boolean> {
  const until = new Date(now().getTime() + length);
  return (await claim(ledger, name, by, { now: now(), until })).by === by;
}
