// The events of a trail, file by file: of each only what is about security groups is kept, so memory does not grow with the trail.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { REPLAYED_CALLS } from '../../lib/backtest/replayed-calls.ts';
import { parseTrailEvent, type TrailEvent } from '../../lib/backtest/trail-event.ts';
import { field } from '../../lib/change/cloudtrail.ts';
import { whyFileFails } from '../../lib/io/written-files.ts';
import { eventsIn, isEvent } from '../input/events.ts';
import { decodeFile, InputError } from '../input/input.ts';
import { type LogRecords, recordsInLogFile } from './log-file.ts';

export interface Trail {
  readonly events: readonly TrailEvent[];
  /** How many records of these calls could not be read, with an example. */
  readonly unreadable: { readonly count: number; readonly example: string | undefined };
  readonly files: number;
  readonly records: number;
}

/** Reads all files of a directory, such as `AWSLogs`, or one file; `onFile` hears of each. Throws InputError. */
export async function readTrail(path: string, onFile: (done: number, all: number) => void): Promise<Trail> {
  const files = await filesIn(path);
  const events = new Map<string, TrailEvent>();
  const refused: string[] = [];
  const counts = { records: 0, others: 0 };
  for (const [index, file] of files.entries()) {
    const { records, count } = await recordsOf(file);
    counts.records += count;
    counts.others += records.filter((record) => !isEvent(record)).length;
    for (const event of records.filter(isReplayed).map(parseTrailEvent)) {
      if (typeof event === 'string') refused.push(`${file}: ${event}`);
      else if (event !== undefined) events.set(event.id, event);
    }
    onFile(index + 1, files.length);
  }
  // Of a wrong file nothing would be replayed, which looks like a quiet account.
  if (counts.records > 0 && counts.records === counts.others)
    throw new InputError(`${path}: holds no CloudTrail event`);
  return {
    ...{ events: [...events.values()], files: files.length, records: counts.records },
    unreadable: { count: refused.length, example: refused[0] },
  };
}

async function filesIn(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new InputError(`${path}: cannot be read: ${whyFileFails(cause)}`, { cause });
  });
  if (!found.isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  // A trail also keeps digests of its files, in a folder beside them.
  const logs = names.filter((name) => /\.json(\.gz)?$/.test(name) && !name.includes('CloudTrail-Digest'));
  if (logs.length === 0) throw new InputError(`${path}: holds no .json or .json.gz file`);
  return logs.toSorted().map((name) => join(path, name));
}

async function recordsOf(file: string): Promise<LogRecords> {
  const text = await textIn(file);
  const known = recordsInLogFile(text);
  if (known !== undefined) return known;
  const records = eventsIn(file, text).map(({ event }) => event);
  return { records, count: records.length };
}

async function textIn(file: string): Promise<string> {
  try {
    return decodeFile(file, await readFile(file));
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError(`${file}: cannot be read: ${whyFileFails(cause)}`, { cause });
  }
}

const REPLAYED = new Set(REPLAYED_CALLS);

/** Of an envelope the record counts; data lakes write keys in lower case. */
function isReplayed(record: unknown): boolean {
  const name = field(record, 'eventName');
  if (typeof name === 'string') return REPLAYED.has(name);
  const inside = field(record, 'detail');
  return inside !== undefined && isReplayed(inside);
}
