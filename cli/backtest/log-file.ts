// The records of a log file that CloudTrail wrote. Of a hundred, one may be about security groups: only those are parsed.
import { REPLAYED_CALLS } from '../../lib/backtest/replayed-calls.ts';

export interface LogRecords {
  /** Those of the calls that are replayed. */
  readonly records: readonly unknown[];
  /** How many there are of all calls. */
  readonly count: number;
}

const HEAD = '{"Records":[';
/** As each record begins. Within a string its quotes would be escaped. */
const BEGIN = '{"eventVersion"';
const NAMED = new RegExp(`"eventName":"(?:${REPLAYED_CALLS.join('|')})"`, 'g');

/** Undefined for what is not written as CloudTrail writes it, which must be parsed as a whole. */
export function recordsInLogFile(text: string): LogRecords | undefined {
  if (!text.startsWith(HEAD + BEGIN)) return undefined;
  const starts = startsIn(text);
  const wanted = new Set([...text.matchAll(NAMED)].map(({ index }) => lastAtOrBefore(starts, index)));
  try {
    const records = [...wanted].map((at) => JSON.parse(recordAt(text, starts, at)) as unknown);
    return { records, count: starts.length };
  } catch {
    // Something within a record begins like one.
    return undefined;
  }
}

function startsIn(text: string): readonly number[] {
  const starts: number[] = [];
  for (let at = text.indexOf(BEGIN); at !== -1; at = text.indexOf(BEGIN, at + BEGIN.length)) starts.push(at);
  return starts;
}

function lastAtOrBefore(starts: readonly number[], place: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= place) low = middle;
    else high = middle;
  }
  return low;
}

/** From its beginning to the comma before the next one, or to the end of the list. */
function recordAt(text: string, starts: readonly number[], at: number): string {
  const next = starts[at + 1];
  return text.slice(starts[at], next === undefined ? text.lastIndexOf(']') : next - 1);
}
