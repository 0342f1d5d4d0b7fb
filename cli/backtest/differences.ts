// The events in which other policies would have done something else.
import type { Backtest, Replayed } from '../../lib/backtest/backtest.ts';
import { changedEffects, type EffectChange, isMore } from '../../lib/backtest/effect.ts';

export interface ChangedEvent extends EffectChange {
  readonly replayed: Replayed;
  readonly isMore: boolean;
}

/** From what the policies of --against do to what those in question do, rule by rule. */
export function differences({ replayed }: Backtest): readonly ChangedEvent[] {
  return replayed.flatMap((one) => {
    if (one.before === undefined) return [];
    return changedEffects(one.before, one.effects).map((change) => ({
      ...change,
      replayed: one,
      isMore: isMore(change),
    }));
  });
}
