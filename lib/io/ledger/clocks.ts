// The clocks of graces in the ledger's table: one item for each group.
import type { StoredClocks } from '../../plan/clocks.ts';
import { BusyError } from '../../remediation/errors.ts';
import type { Place } from './breaker-sets.ts';
import { seconds } from './claims.ts';
import { type Ledger, pack, readItem, writeItem } from './items.ts';

/** Milliseconds: a clock counts as long as its rule is there, and remediations are kept as long. */
const KEPT_FOR = 400 * 86_400_000;

type Clocks = Pick<StoredClocks, 'clocks'>;

/** The clocks of a group. */
export async function readClocks(ledger: Ledger, place: Place, groupId: string): Promise<StoredClocks> {
  return (await readItem<Clocks>(ledger, nameOf(place, groupId))) ?? { clocks: [], version: 0 };
}

/** The most bytes of an item that may get further clocks; those that are there are still updated. An item may have 400 KB. */
const MOST_BYTES = 350_000;

/**
 * Writes the next version of the clocks that were read; returns what is stored then, which is somebody else's if they were faster, or
 * what was read if there is no room.
 */
export async function writeClocks(
  ledger: Ledger,
  place: Place,
  groupId: string,
  read: StoredClocks,
  now: Date,
): Promise<StoredClocks> {
  const id = nameOf(place, groupId);
  const { isFull, ...written } = read;
  if (isFull !== true && pack({ clocks: read.clocks }).length > MOST_BYTES) {
    return { ...(await readClocks(ledger, place, groupId)), isFull: true };
  }
  const expiresAt = seconds(new Date(now.getTime() + KEPT_FOR));
  try {
    await writeItem<Clocks>(ledger, { id: { S: id }, expiresAt }, written, {
      busy: `${id} was written by another try`,
    });
    return { ...read, version: read.version + 1 };
  } catch (error) {
    if (!(error instanceof BusyError)) throw error;
    return readClocks(ledger, place, groupId);
  }
}

function nameOf({ accountId, region }: Place, groupId: string): string {
  return `clocks/${accountId}/${region}/${groupId}`;
}
