// What a sweep asks the breaker before it closes anything.
import type { SweepHold } from '../../report/digest/digest-facts.ts';
import type { SweepCommand } from '../../sweep/command.ts';
import type { World } from '../world.ts';

/** A sweep may close rules of so many groups in an account of any size. */
const LEAST_LIMIT = 10;
/** The part of all groups that a sweep may close rules of. */
const MOST_SHARE = 0.05;

/** Answers what holds the sweep; undefined where it may close rules in all of these groups. */
export async function askGate(
  { config }: Pick<World, 'config'>,
  { groups, listed }: Pick<Extract<SweepCommand, { do: 'ask' }>, 'groups' | 'listed'>,
): Promise<SweepHold | undefined> {
  const limit = Math.max(LEAST_LIMIT, Math.min(config.breakerLimit, Math.floor(MOST_SHARE * listed)));
  const distinct = new Set(groups.map(({ groupId }) => groupId)).size;
  return distinct > limit ? { limit } : undefined;
}
