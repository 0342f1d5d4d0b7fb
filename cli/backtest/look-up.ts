// Events of the last 90 days, kept in a directory: what is there already is not asked for again, also after an interruption.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { REPLAYED_CALLS } from '../../lib/backtest/replayed-calls.ts';
import { lookUpEvents } from '../../lib/io/aws/lookup-events.ts';
import { asking, type Connection } from '../input/live.ts';
import { connectCloudTrail } from './cloudtrail-client.ts';

/** Milliseconds: CloudTrail answers two requests a second. */
const PACE = 500;
const DAY = 86_400_000;
/** An event may come so late: CloudTrail takes about a quarter of an hour, and promises nothing. */
const LATE = 3_600_000;

const REFUSED = 'the events cannot be looked up';

/** What of a call is kept, as times in milliseconds; from the oldest on nothing is missing. */
interface Kept {
  readonly newest: number;
  readonly oldest: number;
  readonly pages: number;
}

export interface LookUp {
  readonly directory: string;
  readonly days: number;
  readonly now: Date;
  readonly pause?: () => Promise<void>;
}

/** Fetches what is missing; `onPart` hears how much of 100 is done. */
export async function lookUp(
  place: Connection,
  { directory, days, now, pause = () => wait(PACE) }: LookUp,
  onPart: (done: number, all: number) => void,
): Promise<void> {
  const client = connectCloudTrail(place);
  const region = await asking(REFUSED, client.config.region());
  const folder = join(directory, region);
  mkdirSync(folder, { recursive: true });
  const start = now.getTime() - days * DAY;
  for (const [index, name] of REPLAYED_CALLS.entries()) {
    const store = openStore(folder, name);
    const told = (oldest: number) => {
      const part = (now.getTime() - oldest) / (now.getTime() - start);
      onPart(Math.round(((index + Math.min(part, 1)) / REPLAYED_CALLS.length) * 100), 100);
    };
    for (const span of missing(store.kept(), start, now.getTime())) {
      const pages = lookUpEvents(client, name, { from: new Date(span.from), to: new Date(span.to) }, pause);
      await asking(REFUSED, keep(pages, store, span, told));
    }
    told(start);
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** What came since the newest that is kept, and what is older than the oldest. */
function missing(kept: Kept | undefined, start: number, end: number): readonly Span[] {
  if (kept === undefined) return [{ from: start, to: end }];
  const older = kept.oldest > start ? [{ from: start, to: kept.oldest }] : [];
  return [...older, { from: kept.newest - LATE, to: end }];
}

type Store = ReturnType<typeof openStore>;

async function keep(
  pages: ReturnType<typeof lookUpEvents>,
  store: Store,
  { from, to }: Span,
  told: (oldest: number) => void,
): Promise<void> {
  const before = store.kept();
  const isNewer = before !== undefined && to > before.newest;
  // Newer events come newest first: only once all are there, nothing is missing in between.
  const held: string[] = [];
  for await (const { records, oldest = from } of pages) {
    told(oldest);
    if (isNewer) held.push(...records);
    else store.add(records, { newest: before?.newest ?? to, oldest });
  }
  if (isNewer) store.add(held, { newest: to, oldest: before.oldest });
  else store.add([], { newest: before?.newest ?? to, oldest: from });
}

/** Pages as files that a backtest reads, and beside them how far they reach. */
function openStore(folder: string, name: string) {
  const state = join(folder, `${name}.state`);
  const kept = (): Kept | undefined =>
    existsSync(state) ? JSON.parse(readFileSync(state, 'utf8')) : undefined;
  return {
    kept,
    add: (records: readonly string[], reach: Omit<Kept, 'pages'>): void => {
      const pages = kept()?.pages ?? 0;
      const file = join(folder, `${name}-${String(pages).padStart(5, '0')}.json`);
      if (records.length > 0) writeFileSync(file, `{"Records":[${records.join(',\n')}]}`);
      // The page first: what is said to be kept must be.
      writeFileSync(state, JSON.stringify({ ...reach, pages: records.length > 0 ? pages + 1 : pages }));
    },
  };
}
