// Elects the one remediation that reports a tripped breaker or a recurring rule.
import type { Breaker, Fight, Restraint } from '../../report/breaker-phrases.ts';
import type { World } from '../world.ts';
import { readBreaker, toldName, windowOf } from './breaker.ts';
import { claim } from './claims.ts';
import { RECURRENCE_WINDOW } from './recurring-rules.ts';

/** Milliseconds: longer than a dead letter is kept, whose event may be the one that reports. */
const CLAIM_FOR = 30 * 86_400_000;

/**
 * Finds out whether it is this remediation that reports the breaker and each recurring rule: the elected one reports in any
 * case. To be asked when all else is done: a process that dies before has kept nobody else from reporting, and its next try
 * asks again.
 */
export async function announce(world: World, { breaker, fights }: Restraint, id: string): Promise<Restraint> {
  const heard: Fight[] = [];
  for (const fight of fights) {
    // What failed to the last try, and is closed when the event is sent back, is the same rule reported by the same event.
    const by = id.replace(/\.\d+$/, '');
    heard.push({ ...fight, isLoud: await isElected(world, `${fight.name}/told`, by, RECURRENCE_WINDOW) });
  }
  return { fights: heard, ...(breaker && { breaker: await announceBreaker(world, breaker, id) }) };
}

/** The breaker as it is now: somebody may have reset it, and then it may have tripped again. */
async function announceBreaker(world: World, breaker: Breaker, id: string): Promise<Breaker> {
  const window = windowOf(world.config);
  const open = await readBreaker(world.ledger, window, world.now());
  const isOver = open?.by !== breaker.by || open.until.toISOString() !== breaker.until;
  return { ...breaker, isOver, isLoud: await isElected(world, toldName(window, breaker), id, CLAIM_FOR) };
}

async function isElected({ ledger, now }: World, name: string, by: string, length: number): Promise<boolean> {
  const until = new Date(now().getTime() + length);
  return (await claim(ledger, name, by, { now: now(), until })).by === by;
}
