// The question that a sweep asks the breaker before it closes anything.
import { homeTarget } from '../../config.ts';
import { limitOf } from '../../plan/breaker-state.ts';
import { admitSweep } from '../../plan/breaker-sweep.ts';
import type { SweepCommand, SweepObservation } from '../../sweep/command.ts';
import type { World } from '../world.ts';
import { countMembers, latchSweep, readBreaker } from './breaker.ts';

/**
 * Returns what holds the sweep, or which policies are on hold. A sweep that would close too much latches: no sweep closes
 * anything until a person releases them.
 */
export async function askGate(
  { ledger, config, now }: Pick<World, 'ledger' | 'config' | 'now'>,
  { id, groups, listed }: Pick<Extract<SweepCommand, { do: 'ask' }>, 'id' | 'groups' | 'listed'>,
): Promise<Omit<Extract<SweepObservation, { saw: 'asked' }>, 'saw'>> {
  const target = homeTarget(config);
  const state = { ...(await readBreaker(ledger, target)), groups: listed };
  const admission = admitSweep(state, { id, groups }, config, now());
  if (admission.kind === 'admitted') {
    await countMembers(ledger, target, admission.members);
    return { hold: undefined, onHold: admission.onHold };
  }
  if (admission.because === 'limit') await latchSweep(ledger, target, now());
  return { hold: { because: admission.because, limit: limitOf(state, config) }, onHold: [] };
}
