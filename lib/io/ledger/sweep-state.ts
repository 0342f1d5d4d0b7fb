// The sweep in the ledger's table: one item, from which the next invocation resumes.
import { BusyError } from '../../remediation/errors.ts';
import type { StoredSweep, Sweep } from '../../sweep/state.ts';
import { type Ledger, readItem, writeItem } from './items.ts';

const ID = 'sweep';

/** The sweep that is under way, or the last one; undefined before the first. */
export function loadSweep(ledger: Ledger): Promise<StoredSweep | undefined> {
  return readItem<Sweep>(ledger, ID);
}

/**
 * Writes the next version of the sweep that was read; throws BusyError if another invocation has. The answer to a write may be lost: an
 * existing item is read back, and the own attempt's id in it means written.
 */
export async function saveSweep(ledger: Ledger, sweep: StoredSweep): Promise<StoredSweep> {
  const written = { ...sweep, version: sweep.version + 1 };
  try {
    await writeItem(ledger, { id: { S: ID } }, sweep, { busy: 'another invocation is sweeping' });
    return written;
  } catch (error) {
    if (!(error instanceof BusyError)) throw error;
    const there = await loadSweep(ledger);
    const isOwn = there?.attemptId === written.attemptId && there.version === written.version;
    if (there !== undefined && isOwn) return there;
    throw error;
  }
}

const CLOCK = 'sweep-clock';

/** When sweeps were first expected: the time of the first call. */
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
