// The checkpoint of an event about many groups.
import { seconds } from './claims.ts';
import { type Ledger, readItem, writeItem } from './items.ts';

interface Checkpoint {
  /** The last group that was handled, in the order of their ids; empty before the first. */
  readonly after: string;
  /** The groups before it that failed. */
  readonly failed: readonly string[];
}

export type StoredCheckpoint = Checkpoint & { readonly version: number };

/** Milliseconds: as long as an event can be a dead letter, and a day. */
const KEPT_FOR = 15 * 86_400_000;

/** The checkpoint of an earlier try; the beginning if there was none. */
export async function loadCheckpoint(ledger: Ledger, event: string): Promise<StoredCheckpoint> {
  return (await readItem<Checkpoint>(ledger, nameOf(event))) ?? { after: '', failed: [], version: 0 };
}

/** Writes the next version of the checkpoint that was read; throws BusyError if another delivery of the event has. */
export async function saveCheckpoint(
  ledger: Ledger,
  event: string,
  checkpoint: StoredCheckpoint,
  now: Date,
): Promise<StoredCheckpoint> {
  const expiresAt = seconds(new Date(now.getTime() + KEPT_FOR));
  const busy = `the groups of ${event} are being dealt with by another delivery`;
  await writeItem(ledger, { id: { S: nameOf(event) }, expiresAt }, checkpoint, { busy });
  return { ...checkpoint, version: checkpoint.version + 1 };
}

function nameOf(event: string): string {
  return `checkpoint/${event}`;
}
