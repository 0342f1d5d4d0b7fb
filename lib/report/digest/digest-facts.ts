// All that a digest is made of.
import type { SweepMode } from '../../config.ts';
import type { Target } from '../../target.ts';
import type { Tally } from './sweep-totals.ts';

export interface DigestFacts {
  readonly id: string;
  readonly target: Target;
  readonly ledgerTable: string;
  readonly mode: SweepMode;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly tally: Tally;
  /** When the previous sweep began; undefined before the second. */
  readonly previousAt: string | undefined;
  /** How many violations of the previous sweep are no more; undefined where nothing can be compared. */
  readonly gone: number | undefined;
  /** Rules that no event brought here; undefined where that cannot be told. */
  readonly missed: readonly string[] | undefined;
}
