// The ledger: one DynamoDB item for each remediation. Every write is a compare-and-swap of the whole item, so that of two
// processes that act on one change only one continues.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Cover } from '../../plan/grace.ts';
import { BusyError } from '../../remediation/errors.ts';
import { coverOf } from '../../remediation/grace.ts';
import { entryName, isFollowed, type ProgressRequest, progressOf } from '../../remediation/progress.ts';
import type { Entry, Progress, Stored } from '../../remediation/state.ts';
import { seconds } from './claims.ts';
import { dueAttributes } from './due.ts';
import { withoutTags } from './entry-size.ts';
import { type Ledger, readItem, writeItem } from './items.ts';

export type { Ledger } from './items.ts';

const DAY = 86_400_000;
/** What was revoked can be looked up, and put back, for more than a year. */
const DEFAULT_DAYS = 400;

/** Reads an entry; undefined when there is none. */
export function load(ledger: Ledger, id: string): Promise<Stored | undefined> {
  return readItem<Entry>(ledger, id);
}

/** How far earlier tries of a change came. */
export async function loadProgress(ledger: Ledger, request: ProgressRequest): Promise<Progress> {
  const { id } = request;
  const entries: Stored[] = [];
  for (;;) {
    const entry = await load(ledger, entryName(id, entries.length));
    if (entry !== undefined) entries.push(entry);
    if (entry === undefined || !isFollowed(entry, request)) return progressOf(id, entries);
  }
}

/** How far tasks came that started clocks, by their ids. */
export async function loadCovers(
  ledger: Ledger,
  taskIds: readonly string[],
): Promise<ReadonlyMap<string, Cover>> {
  const covers = taskIds.map(async (id) => {
    return [id, coverOf(await loadProgress(ledger, { id, isSilent: false, takesUp: true }))] as const;
  });
  return new Map(await Promise.all(covers));
}

/** Writes an entry: a new one, or the next version of the one that was read. Throws BusyError if another process was faster. */
export async function save(ledger: Ledger, entry: Entry | Stored): Promise<Stored> {
  const { id, state, time } = entry;
  const read = { version: 0, ...entry };
  const attributes = {
    ...attributesOf(ledger, { id, kind: 'remediation', state, time }),
    ...dueAttributes(entry),
  };
  const busy = `${id} is being dealt with by another delivery`;
  await writeItem<Entry>(ledger, attributes, read, { busy, smaller: withoutTags });
  return { ...read, version: read.version + 1 };
}

/** As `save`, for a write whose answer may be lost: an existing item is read back, and the own attempt's id in it means written. */
export async function saveOwn(ledger: Ledger, entry: Entry | Stored): Promise<Stored> {
  try {
    return await save(ledger, entry);
  } catch (error) {
    if (!(error instanceof BusyError)) throw error;
    const there = await load(ledger, entry.id);
    const isOwn = there?.attemptId === entry.attemptId && there?.state === entry.state;
    const version = 'version' in entry ? entry.version : 0;
    if (there !== undefined && isOwn && there.version === version + 1) return there;
    throw error;
  }
}

/** The attributes that people and the index by time see. */
export function attributesOf(
  ledger: Ledger,
  { id, kind, state, time }: Readonly<Record<'id' | 'kind' | 'state' | 'time', string>>,
): Readonly<Record<string, AttributeValue>> {
  return {
    ...{ id: { S: id }, kind: { S: kind }, state: { S: state }, time: { S: time } },
    expiresAt: expiryOf(ledger, new Date(time)),
  };
}

/** Until when what is of that time is kept. */
export function expiryOf({ days = DEFAULT_DAYS }: Ledger, time: Date): AttributeValue.NMember {
  return seconds(new Date(time.getTime() + days * DAY));
}
