// The events of a trail, file by file: of each only what is about security groups is kept, so memory does not grow with the trail.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { REPLAYED_CALLS } from '../../lib/backtest/replayed-calls.ts';
import { parseTrailEvent, type TrailEvent } from '../../lib/backtest/trail-event.ts';
import { unwrapEvents } from '../input/events.ts';
import { InputError } from '../input/input.ts';
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
  let records = 0;
  for (const [index, file] of files.entries()) {
    const found = await recordsOf(file);
    records += found.count;
    for (const record of found.records) {
      const event = isReplayed(record) ? parseTrailEvent(record) : undefined;
      if (typeof event === 'string') refused.push(`${file}: ${event}`);
      else if (event !== undefined) events.set(event.id, event);
    }
    onFile(index + 1, files.length);
  }
  return {
    ...{ events: [...events.values()], files: files.length, records },
    unreadable: { count: refused.length, example: refused[0] },
  };
}

async function filesIn(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new InputError(`${path}: cannot be read`, { cause });
  });
  if (!found.isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  // A trail also keeps digests of its files, in a folder beside them.
  const logs = names.filter((name) => /\.json(\.gz)?$/.test(name) && !name.includes('CloudTrail-Digest'));
  if (logs.length === 0) throw new InputError(`${path}: holds no .json or .json.gz file`);
  return logs.toSorted().map((name) => join(path, name));
}

async function recordsOf(file: string): Promise<LogRecords> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new InputError(`${file}: cannot be read`, { cause });
  });
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(file, bytes) : bytes;
  const text = plain.toString('utf8');
  const known = recordsInLogFile(text);
  if (known !== undefined) return known;
  const refuse = ({ place, problem }: { place: string; problem: string }) =>
    new InputError(`${file}: ${place}: ${problem}`);
  const records = unwrapEvents(parse(file, text), '', refuse).map(({ event }) => event);
  return { records, count: records.length };
}

function unpacked(file: string, bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new InputError(`${file}: cannot be unpacked`, { cause });
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${file}: not JSON`, { cause });
  }
}

const REPLAYED = new Set(REPLAYED_CALLS);

/** Of an envelope the record counts. */
function isReplayed(record: unknown): boolean {
  if (typeof record !== 'object' || record === null) return false;
  const { eventName, detail } = record as { readonly eventName?: unknown; readonly detail?: unknown };
  if (typeof eventName === 'string') return REPLAYED.has(eventName);
  return typeof detail === 'object' && isReplayed(detail);
}
