// CloudTrail events in whatever people have them in: log files, what the AWS CLI prints, rows of Athena and CloudTrail Lake, messages
// of SNS and SQS, lines of a log, any of them packed by gzip or inside each other.
import type { Io } from '../io.ts';
import { InputError, parseJson, readText } from './input.ts';

/** An event that `parseChange` reads, and where in its file it stands; '' for a file that is the event. */
export interface PlacedEvent {
  readonly place: string;
  readonly event: unknown;
}

/** Reads all events of a file, or of standard input for `-`; throws InputError with the place of what is wrong. */
export async function readEvents(io: Io, file: string): Promise<readonly PlacedEvent[]> {
  const events = eventsIn(file, await readText(io, file));
  if (events.length > 0) return events;
  throw new InputError(`${file}: holds no event`);
}

/** All events of the text of a file; throws InputError with the place of what is wrong. */
export function eventsIn(file: string, text: string): readonly PlacedEvent[] {
  return parseValues(file, text).flatMap(({ place, event }) =>
    unwrapEvents(event, place, (problem) => at(file, problem)),
  );
}

/** One JSON value, or one on each line. */
function parseValues(file: string, text: string): readonly PlacedEvent[] {
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
  const written = lines.filter(({ line }) => line.trim() !== '');
  const [first] = written;
  const isOfLines = first !== undefined && written.length > 1 && isJson(first.line);
  if (!isOfLines) return [{ place: '', event: parseJson(file, text) }];
  return written.map(({ line, number }) => {
    if (!isJson(line)) throw new InputError(`${file}:${number}: not JSON`);
    return { place: `line ${number}`, event: JSON.parse(line) };
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

interface Problem {
  readonly place: string;
  readonly problem: string;
}

function at(file: string, { place, problem }: Problem): InputError {
  return new InputError(`${file}: ${place === '' ? '' : `${place}: `}${problem}`);
}

/** Keys of lists of events: log files and queues, `lookup-events`, `logs filter-log-events`, `sqs receive-message`. */
const LISTS = ['Records', 'Events', 'events', 'logEvents', 'Messages'];

/** Keys of the one thing inside: of `lookup-events`, CloudTrail Lake, SNS, a log, SQS, Lambda's account of a failure, Splunk. */
const WRAPPERS = [
  'CloudTrailEvent',
  'eventJson',
  'Sns',
  'Message',
  'message',
  'Body',
  'body',
  'requestPayload',
  '_raw',
];

/** Columns that Athena and CloudTrail Lake give as text. */
const TEXT_COLUMNS = ['requestparameters', 'responseelements', 'useridentity'];

/** Steps into a value, of which each wrapping takes up to three. */
const DEEPEST = 50;

/** The events in a JSON value, in their order; throws what `refuse` makes of a problem. */
export function unwrapEvents(
  value: unknown,
  place: string,
  refuse: (problem: Problem) => Error,
  depth = 0,
): readonly PlacedEvent[] {
  if (depth > DEEPEST) throw refuse({ place, problem: 'is wrapped too often' });
  const inside = (step: string, inner: unknown) =>
    unwrapEvents(inner, stepInto(place, step), refuse, depth + 1);
  if (typeof value === 'string') return unwrapEvents(parse(value, place, refuse), place, refuse, depth + 1);
  if (Array.isArray(value)) return value.flatMap((inner, index) => inside(`[${index}]`, inner));
  if (!isObject(value)) return [{ place, event: value }];
  if ('CloudTrailEvent' in value) return inside('CloudTrailEvent', value.CloudTrailEvent);
  if (isEvent(value)) return [{ place, event: withColumns(value, place, refuse) }];
  const rows = rowsOf(value);
  if (rows !== undefined) return inside(rows.name, rows.rows);
  const name = [...LISTS.filter((key) => Array.isArray(value[key])), ...WRAPPERS].find(
    (key) => value[key] != null,
  );
  return name === undefined ? [{ place, event: value }] : inside(name, value[name]);
}

function stepInto(place: string, step: string): string {
  if (place === '' || step.startsWith('[')) return place + step;
  return place.startsWith('line ') && !place.includes(',') ? `${place}, ${step}` : `${place}.${step}`;
}

function parse(text: string, place: string, refuse: (problem: Problem) => Error): unknown {
  if (isJson(text)) return JSON.parse(text);
  throw refuse({ place, problem: 'is a text that is not JSON' });
}

/** A record, under a name that a data lake may have written in lower case, or EventBridge's envelope of one. */
export function isEvent(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.keys(value).some((key) => key.toLowerCase() === 'eventname' || key === 'detail');
}

/** The record with the columns read that came as text. An identity that is no JSON stays: Athena prints it as `{type=...}`. */
function withColumns(
  record: Readonly<Record<string, unknown>>,
  place: string,
  refuse: (problem: Problem) => Error,
): object {
  const read = Object.entries(record).map(([key, value]) => {
    if (typeof value !== 'string' || !TEXT_COLUMNS.includes(key.toLowerCase())) return [key, value];
    if (value.trim() === '') return [key, null];
    const isIdentity = key.toLowerCase() === 'useridentity';
    return [key, isIdentity && !isJson(value) ? value : parse(value, stepInto(place, key), refuse)];
  });
  return Object.fromEntries(read);
}

/** The rows of `cloudtrail get-query-results` and `athena get-query-results` as objects. */
function rowsOf(
  value: Readonly<Record<string, unknown>>,
): { readonly name: string; readonly rows: readonly unknown[] } | undefined {
  const { QueryResultRows: lake, ResultSet: set } = value;
  if (Array.isArray(lake)) {
    return {
      name: 'QueryResultRows',
      rows: lake.map((row) => (Array.isArray(row) ? Object.assign({}, ...row) : row)),
    };
  }
  if (!isObject(set) || !Array.isArray(set.Rows)) return undefined;
  const [header = [], ...rows] = set.Rows.map(cellsOf);
  const named = rows.map((cells) =>
    Object.fromEntries(header.map((column, index) => [column, cells[index]])),
  );
  return { name: 'ResultSet.Rows', rows: named };
}

function cellsOf(row: unknown): readonly unknown[] {
  const cells = isObject(row) && Array.isArray(row.Data) ? row.Data : [];
  return cells.map((cell) => (isObject(cell) ? cell.VarCharValue : undefined));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
