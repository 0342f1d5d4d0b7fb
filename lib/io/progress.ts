// The ledger's entries of one change: where earlier tries came to, and what is written of this one.
import type { Changed } from '../change/change.ts';
import { homeAccount, homePartition } from '../config.ts';
import { isUnfinished, type Outcome } from '../plan/plan.ts';
import type { Facts } from '../report/message.ts';
import { makeRecord } from '../report/record.ts';
import { type Judged, storeScene } from './judge.ts';
import { BusyError, type Entry, load, type Stored, save } from './ledger/entries.ts';
import { persist } from './retry-writes.ts';
import type { World } from './world.ts';

/** Longer than any invocation lives: until then an entry is not taken over. */
const LEASE = 180_000;

/** Where earlier tries of a change came to. */
export interface Progress {
  readonly last: Stored | undefined;
  /** What the next entry is called. */
  readonly next: string;
  /** The ids of rules that were dealt with. */
  readonly known: ReadonlySet<string>;
}

/** An event of which something was not visible yet, or failed to the last try, has an entry for each try that found more. */
export async function findLast(world: World, id: string): Promise<Progress> {
  const known = new Set<string>();
  let last: Stored | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const next = attempt === 1 ? id : `${id}.${attempt}`;
    const entry = await load(world.ledger, next);
    if (entry === undefined) return { last, next, known };
    const failed = failedIn(entry);
    for (const ruleId of entry.snapshot.changed) known.add(ruleId);
    for (const ruleId of failed) known.delete(ruleId);
    last = entry;
    if (entry.state !== 'notified' || isDone(world, entry)) return { last, next, known };
  }
}

/**
 * True when another delivery has nothing to do. What failed to the last try comes once more when somebody sends the dead
 * letter back; a sweep leaves it to the next sweep.
 */
export function isDone({ isSilent = false }: World, entry: Entry): boolean {
  return entry.isComplete && (isSilent || failedIn(entry).length === 0);
}

function failedIn({ record }: Entry): readonly string[] {
  return record.findings.filter(isUnfinished).map(({ ruleId }) => ruleId);
}

/** The entry as one's own for a while, once it is saved; throws BusyError while it is somebody else's. */
export function lease({ now }: World, entry: Stored): Stored {
  const time = now().getTime();
  if (entry.leaseUntil > time) throw new BusyError(`${entry.id} is being dealt with by another delivery`);
  return { ...entry, leaseUntil: time + LEASE };
}

/** Milliseconds between the tries to note what has been done: a note that is lost is a message that is sent twice. */
export const NOTE_PAUSES = [1000, 5000];

/** Writes an entry about what cannot be undone any more. */
export function insist(world: World, entry: Stored): Promise<Stored> {
  return persist(world, NOTE_PAUSES, () => save(world.ledger, entry));
}

/** A new entry: what is about to be done, and all it takes to finish or undo it. */
export function entryOf(
  world: World,
  change: Changed,
  id: string,
  judged: Judged,
  isComplete: boolean,
): Entry {
  const time = world.now();
  return {
    id,
    state: 'intent',
    time: time.toISOString(),
    leaseUntil: time.getTime() + LEASE,
    isComplete,
    snapshot: storeScene(world, judged),
    record: makeRecord(factsOf(world, change, id, judged, [])),
  };
}

/** All that is to be told. */
export function factsOf(
  { config, now }: World,
  change: Changed,
  id: string,
  { scene: { group, rules, omittedTags }, plan, restraint }: Judged,
  outcomes: readonly Outcome[],
): Facts {
  const place = { partition: homePartition(config), accountId: homeAccount(config), region: config.region };
  const { mode, ledgerTable } = config;
  const judged = { group, rules, omittedTags, plan, restraint };
  return { id, ledgerTable, change, ...place, ...judged, outcomes, mode, now: now() };
}
