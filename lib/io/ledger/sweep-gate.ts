// What a sweep asks the breaker before it closes anything.
import { homeTarget } from '../../config.ts';
import { isReleased, limitOf } from '../../plan/breaker-state.ts';
import type { SweepHold } from '../../report/digest/digest-facts.ts';
import type { SweepCommand } from '../../sweep/command.ts';
import type { World } from '../world.ts';
import { latchSweep, readBreaker, SWEEP } from './breaker.ts';

/**
 * Answers what holds the sweep; undefined where it may close rules in all of these groups. One that would close too much latches:
 * sweeps close nothing until a person releases them.
 */
export async function askGate(
  { ledger, config, now }: Pick<World, 'ledger' | 'config' | 'now'>,
  { groups, listed }: Pick<Extract<SweepCommand, { do: 'ask' }>, 'groups' | 'listed'>,
): Promise<SweepHold | undefined> {
  const target = homeTarget(config);
  const state = await readBreaker(ledger, target);
  const limit = limitOf({ ...state, groups: listed }, config);
  if (state.stoppedAt !== undefined) return { because: 'stopped', limit };
  if (isReleased(state, SWEEP, now())) return undefined;
  if (state.latches.has(SWEEP)) return { because: 'latched', limit };
  if (new Set(groups.map(({ groupId }) => groupId)).size <= limit) return undefined;
  await latchSweep(ledger, target, now());
  return { because: 'limit', limit };
}
