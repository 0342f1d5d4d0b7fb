// What a sweep takes of what the breaker lets through: half, because a sweep must not be what keeps a rule open that somebody
// has just opened.
import { windowOf } from '../plan/breaker-state.ts';
import type { HeldSweep, Sweep } from './ledger/sweep-state.ts';
import type { SweepWorld } from './sweep.ts';

/**
 * With the rules of a group added. Undefined while there is no room; what is more than that half alone may go when nothing
 * else has gone lately.
 */
export function spend(
  { config, now }: SweepWorld,
  { spent }: HeldSweep,
  amount: number,
): Sweep['spent'] | undefined {
  const at = now().getTime();
  const lately = spent.filter((other) => at - other.at < windowOf(config));
  const rules = lately.reduce((sum, other) => sum + other.rules, amount);
  if (lately.length > 0 && rules > config.breakerLimit / 2) return undefined;
  return [...lately, { at, rules: amount }];
}

/** With the last of it as of now: what was noted before a group was acted on went only then, after an accident much later. */
export function renewed({ now }: SweepWorld, { spent }: HeldSweep): Sweep['spent'] {
  const at = now().getTime();
  return spent.map((one, index) => (index === spent.length - 1 ? { ...one, at } : one));
}
