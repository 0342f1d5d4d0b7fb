// How far the sweep is: one item of the ledger's table. Whoever goes on reads it, so nothing is lost with an invocation.

import { BusyError } from '../../remediation/errors.ts';
import type { Digest } from '../../report/digest/digest.ts';
import type { Tally } from '../../report/digest/sweep-totals.ts';
import type { FindingRecord } from '../../report/record.ts';
import { type Ledger, readItem, writeItem } from './items.ts';

/** A violating rule that the previous sweep did not find, and the rules that it violates together with. */
export type Candidate = readonly [ruleId: string, ...beside: string[]];

/** A group that is being acted on. */
export interface Acting {
  readonly groupId: string;
  readonly groupName: string;
  /** The rules that may be acted on. */
  readonly ruleIds: readonly string[];
  /** Findings that are only told. */
  readonly left: readonly FindingRecord[];
  readonly rules: number;
  readonly exempt: number;
}

/** What the next sweep compares with. */
export interface Previous {
  readonly startedAt: string;
  /** Tells the policies apart that it judged by. */
  readonly policies: string;
  readonly seen: readonly string[];
  /** Whether these are the ids of all violating rules that it found. */
  readonly isWhole: boolean;
}

export interface Sweep {
  readonly startedAt: string;
  readonly policies: string;
  /** The last group that is done with; groups are taken in the order of their ids. */
  readonly after: string;
  /** Set before anything is done to a group, so that what comes of it is told even if this invocation does not live to. */
  readonly acting?: Acting;
  readonly tally: Tally;
  readonly candidates: readonly Candidate[];
  readonly previous?: Previous;
  /** How many rules were revoked lately of what the breaker lets through, and when; milliseconds since 1970. */
  readonly spent: readonly { readonly at: number; readonly rules: number }[];
  /** When it was done with. */
  readonly finishedAt?: string;
  /** When a sweep was last complete: this one, or one before it. */
  readonly completeAt?: string;
  /** Digests that people have yet to get, the oldest first. */
  readonly pending?: readonly Digest[];
  /** When people were last told of a sweep. */
  readonly toldAt?: string;
  /** Until then somebody is at it; milliseconds since 1970. */
  readonly leaseUntil: number;
}

export type HeldSweep = Sweep & { readonly version: number };

const ID = 'sweep';

/** The sweep that is under way, or the last one; undefined before the first. */
export function loadSweep(ledger: Ledger): Promise<HeldSweep | undefined> {
  return readItem<Sweep>(ledger, ID);
}

/** Writes it over the version that was read; throws BusyError if somebody else has. */
export async function saveSweep(ledger: Ledger, sweep: HeldSweep): Promise<HeldSweep> {
  await writeItem(ledger, { id: { S: ID } }, sweep, { busy: 'another invocation is sweeping' });
  return { ...sweep, version: sweep.version + 1 };
}

const CLOCK = 'sweep-clock';

/** Since when sweeps are expected: the first time that this was asked. */
export async function sweepsExpectedSince(ledger: Ledger, now: Date): Promise<string> {
  const known = await readItem<{ readonly since: string }>(ledger, CLOCK);
  if (known !== undefined) return known.since;
  const since = now.toISOString();
  try {
    const busy = 'another invocation has set the clock of the sweep';
    await writeItem(ledger, { id: { S: CLOCK } }, { since, version: 0 }, { busy });
  } catch (error) {
    // Both schedules may begin in the same minute; which of the two it counts from makes no difference.
    if (!(error instanceof BusyError)) throw error;
  }
  return since;
}
