// Elects the one remediation that reports a breaker hold, a recurring rule, or that a VPC has no flow logs.
import type { BreakerHold } from '../../plan/breaker.ts';
import type { Checks, ReportedHold } from '../../report/facts.ts';
import type { Target } from '../../target.ts';
import type { World } from '../world.ts';
import { claim, extend, readClaim } from './claims.ts';
import { RECURRENCE_WINDOW } from './recurring-rules.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Milliseconds that the elected remediation has to publish its message: if it dies before, another one is elected. */
const MOST_DELAY = 30 * MINUTE;

/** Milliseconds, from its message on, for which no other remediation reports the hold loudly. */
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
  target: Target,
  { checks: { holds, recurring }, id }: { readonly checks: Checks; readonly id: string },
): Promise<Checks> {
  // A rule that failed to the last try, and is closed when the event is replayed, is the same rule reported by the same event. A hold
  // that the event has reported, and that still holds what waits when it is taken up, is reported already.
  const by = claimantOf(id);
  return {
    holds: await Promise.all(
      holds.map(async (hold) => {
        const length = Math.min(MOST_DELAY, QUIET_FOR[hold.because](hold));
        return { ...hold, isLoud: await isElected(world, nameOf(target, hold), id, length) };
      }),
    ),
    recurring: await Promise.all(
      recurring.map(async (one) => {
        return { ...one, isLoud: await isElected(world, `${one.name}/told`, by, RECURRENCE_WINDOW) };
      }),
    ),
  };
}

/** Keeps others from reporting what this remediation has reported loudly. */
export async function confirmAnnounced(
  { ledger, now }: World,
  target: Target,
  { holds, id }: { readonly holds: readonly ReportedHold[]; readonly id: string },
): Promise<void> {
  await Promise.all(
    holds.map((hold) => {
      const until = new Date(now().getTime() + QUIET_FOR[hold.because](hold));
      return extend(ledger, nameOf(target, hold), { by: id, until });
    }),
  );
}

/** Whether somebody has reported a hold, or is about to. */
export async function isAnnounced(
  { ledger, now }: Pick<World, 'ledger' | 'now'>,
  target: Target,
  hold: BreakerHold,
): Promise<boolean> {
  return (await readClaim(ledger, nameOf(target, hold), now())) !== undefined;
}

/**
 * Whether this remediation says that a VPC has no flow logs: the first in 30 days does. One that dies before its message is published
 * says so when it is tried again.
 */
export function isFirstToMiss(
  world: World,
  { accountId, region }: Target,
  { vpcId, id }: { readonly vpcId: string; readonly id: string },
): Promise<boolean> {
  return isElected(world, `no-flow-logs/${accountId}/${region}/${vpcId}`, id, 30 * DAY);
}

function claimantOf(id: string): string {
  return id.replace(/\.\d+$/, '');
}

function nameOf({ accountId, region }: Target, { name }: BreakerHold): string {
  return `breaker/${accountId}/${region}/told/${name}`;
}

function isElected({ ledger, now }: World, name: string, by: string, length: number): Promise<boolean> {
  const until = new Date(now().getTime() + length);
  return claim(ledger, name, by, { now: now(), until });
}
