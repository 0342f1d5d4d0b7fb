// What all CloudTrail records have in common: how they come wrapped, and the circumstances that they tell.
import { type Actor, parseActor } from './actor.ts';
import { EventError, field, isObject, text } from './cloudtrail.ts';

/** Which call it was, when, where and whose. */
export interface Circumstances {
  readonly eventName: string;
  readonly eventId: string | undefined;
  /** UTC, as `2026-01-24T03:45:49Z`. */
  readonly time: string | undefined;
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  readonly actor: Actor;
}

/**
 * The record in an EventBridge event, a log file or an array of one, or the bare record, with what it tells.
 * Throws EventError for several records and for one without an event name.
 */
export function parseRecord(event: unknown): {
  readonly record: unknown;
  readonly circumstances: Circumstances;
} {
  const envelope = unwrapList(event);
  if (!isObject(envelope)) throw new EventError('event', 'is not an object');
  const detail = field(envelope, 'detail');
  if (detail !== undefined && !isObject(detail)) throw new EventError('detail', 'is not an object');
  const record = detail ?? envelope;
  const eventName = field(record, 'eventName');
  if (typeof eventName !== 'string' || text(eventName) === undefined) {
    throw new EventError('eventName', 'is missing or not the name of an action');
  }
  const circumstances = {
    eventName,
    eventId: text(field(record, 'eventID')),
    time: parseTime(field(record, 'eventTime')) ?? parseTime(field(envelope, 'time')),
    accountId: parseAccount(envelope, record),
    region: text(field(envelope, 'region')) ?? text(field(record, 'awsRegion')),
    actor: parseActor(record),
  };
  return { record, circumstances };
}

function unwrapList(event: unknown): unknown {
  const carried = Array.isArray(event) ? onlyOne(event, 'event') : event;
  const records = field(carried, 'Records');
  return Array.isArray(records) ? onlyOne(records, 'Records') : carried;
}

function onlyOne(records: readonly unknown[], path: string): unknown {
  if (records.length === 1) return records[0];
  throw new EventError(path, `holds ${records.length} records: events come one by one`);
}

/** Data lakes rewrite `2026-01-24T03:45:49Z` as `2026-01-24 03:45:49.000`; CloudTrail itself counts whole seconds. */
function parseTime(value: unknown): string | undefined {
  const form = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)? ?(?:Z|UTC)?$/;
  const [, date, clock] = form.exec(text(value) ?? '') ?? [];
  const iso = `${date}T${clock}Z`;
  return Number.isNaN(Date.parse(iso)) ? undefined : iso;
}

/** The envelope goes first: it says where the event happened, which need not be the caller's account. */
function parseAccount(envelope: unknown, record: unknown): string | undefined {
  const identity = field(record, 'userIdentity');
  const ofCaller = text(field(identity, 'accountId')) ?? text(text(field(identity, 'arn'))?.split(':')[4]);
  return text(field(envelope, 'account')) ?? text(field(record, 'recipientAccountId')) ?? ofCaller;
}
