// The ledger: one DynamoDB item for each remediation. Every write is of the whole item, under the condition that
// nobody has written it since it was read, so that of two who act on one change only one goes on.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { PolicyDocument } from '../../policy/schema.ts';
import type { GroupSelector } from '../../policy/selector.ts';
import type { Restraint } from '../../report/breaker-phrases.ts';
import type { AuditRecord, Message } from '../../report/message.ts';
import type { SecurityGroup } from '../../rule.ts';
import { seconds } from './claims.ts';
import { withoutTags } from './entry-size.ts';
import { type Ledger, readItem, writeItem } from './items.ts';

export { BusyError, type Ledger } from './items.ts';

/** What is known to be done: planned and on record; revoked (or told why not); told to people. */
export type State = 'intent' | 'revoked' | 'notified';

/**
 * The group as it was judged and what it was judged by, in plain JSON: from it a later try can make the same verdicts,
 * plan and message, whatever has been deployed meanwhile.
 */
export interface StoredSnapshot {
  readonly group: SecurityGroup;
  readonly rules: readonly AwsSecurityGroupRule[];
  readonly changed: readonly string[];
  readonly prefixLists: Readonly<Record<string, readonly string[]>>;
  readonly judgedAt: string;
  /** The policies that asked for something. */
  readonly policies: readonly PolicyDocument[];
  readonly protected: readonly GroupSelector[];
  readonly trimLimit: number;
  /** How many tags of a rule there was no room for, by its id. */
  readonly omittedTags?: Readonly<Record<string, number>>;
}

/** What tries set about, noted before the first call: what of it has come about was their doing. */
export interface Attempt {
  /** When a rule was about to be revoked, ISO 8601, by the rule's id. */
  readonly revoking: Readonly<Record<string, string>>;
  /** The contents of rules that were to be added and were not there before. */
  readonly adding: readonly string[];
}

export interface Entry {
  readonly id: string;
  readonly state: State;
  /** When it was first written, ISO 8601. */
  readonly time: string;
  /** Until then somebody is at it; milliseconds since 1970, 0 for nobody. */
  readonly leaseUntil: number;
  /** False while the event names rules that were not visible yet. */
  readonly isComplete: boolean;
  /** What the last try judged. */
  readonly snapshot: StoredSnapshot;
  /** What tries before it judged, as far as rules that have gone since need it to be judged. */
  readonly earlier?: readonly StoredSnapshot[];
  /** What held the last try back; missing while no try got so far as to ask. */
  readonly restraint?: Restraint;
  /** A rule that is gone and is not in it, somebody else took away. */
  readonly attempt?: Attempt;
  /** With the outcomes once they are known. */
  readonly record: AuditRecord;
  /** What is to be published, in state `revoked`. */
  readonly message?: Message;
}

/** An entry as it is in the table: its version is what the next write must find. */
export type Stored = Entry & { readonly version: number };

const DAY = 86_400;
/** As long as the log: what was revoked can be looked up, and put back, for more than a year. */
const KEPT_FOR = 400 * DAY;

/** Reads an entry; undefined when there is none. */
export function load(ledger: Ledger, id: string): Promise<Stored | undefined> {
  return readItem<Entry>(ledger, id);
}

/** Writes an entry: a new one, or the next version of the one that was read. Throws BusyError if somebody was faster. */
export async function save(ledger: Ledger, entry: Entry | Stored): Promise<Stored> {
  const { id, state, time } = entry;
  const read = { version: 0, ...entry };
  const attributes = attributesOf({ id, kind: 'remediation', state, time });
  const busy = `${id} is being dealt with by another delivery`;
  await writeItem<Entry>(ledger, attributes, read, { busy, smaller: withoutTags });
  return { ...read, version: read.version + 1 };
}

/** What of an item people and the index by time see: it lives as long as the log. */
export function attributesOf({
  id,
  kind,
  state,
  time,
}: Readonly<Record<'id' | 'kind' | 'state' | 'time', string>>): Readonly<Record<string, AttributeValue>> {
  const expiresAt = new Date(Date.parse(time) + KEPT_FOR * 1000);
  return {
    ...{ id: { S: id }, kind: { S: kind }, state: { S: state }, time: { S: time } },
    expiresAt: seconds(expiresAt),
  };
}
