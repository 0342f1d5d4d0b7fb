// Everything that a digest is made of.
import type { Audience } from '../../audience.ts';
import type { SweepMode } from '../../config.ts';
import type { SweepHeld } from '../../plan/breaker-sweep.ts';
import type { Target } from '../../target.ts';
import type { AskedTogether } from '../evidence/asked-together.ts';
import type { SweepExposure } from './sweep-exposure.ts';
import type { SweepTotals } from './sweep-totals.ts';

export interface DigestFacts {
  readonly id: string;
  readonly target: Target;
  readonly stage: string;
  readonly audience: Audience;
  readonly mode: SweepMode;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly totals: SweepTotals;
  /** When the previous sweep began; undefined before the second. */
  readonly previousAt: string | undefined;
  /** How many violations of the previous sweep no longer exist; undefined where nothing can be compared. */
  readonly gone: number | undefined;
  /** How many exceptions expire within 14 days. */
  readonly expiring: number;
  /** Rules that no event reported; undefined where that is not known. */
  readonly missed: readonly string[] | undefined;
  /** Which of its inbound findings the internet reaches; undefined where that was not looked up. */
  readonly exposure: SweepExposure | undefined;
  /** How many of the groups that lost inbound rules flow logs are asked about; undefined where nobody wants to know. */
  readonly evidence: AskedTogether | undefined;
  /** The event that wanted the sweep; undefined for one of the schedule. */
  readonly wanted: Wanted | undefined;
  /** What kept the sweep from closing anything. */
  readonly hold: HeldBack | undefined;
  /** Start of the first in the unbroken series of sweeps that found nothing; undefined when this one found something. */
  readonly wellSince: string | undefined;
}

/** An event that did not say what it is about. */
interface Wanted {
  readonly since: string;
  /** When the sweep began that had not seen what counts as new; undefined where nothing can be compared. */
  readonly comparedWith: string | undefined;
}

/** The breaker's answer to a sweep that may close nothing. */
export interface SweepHold {
  /**
   * `limit`: this sweep would close too much; `latched`: an earlier one would have; `room`: too much was closed just before;
   * `stopped`: a person stopped all revoking.
   */
  readonly because: SweepHeld;
  /** How many groups a sweep may close rules of. */
  readonly limit: number;
}

/** A sweep that closed nothing. */
export interface HeldBack extends SweepHold {
  /** How many groups and rules it would have closed. */
  readonly groups: number;
  readonly rules: number;
}

/** True when the sweep found nothing that people must know. */
export function isAllWell({ violations, undecided, troubled }: SweepTotals): boolean {
  return violations + undecided + troubled === 0;
}
