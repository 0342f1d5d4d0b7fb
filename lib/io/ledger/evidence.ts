// Questions that wait until flow logs have had time to record the answer: one item each, which the index of what is due finds.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { BusyError } from '../../remediation/errors.ts';
import type { Reported } from '../../report/evidence/follow-up.ts';
import type { ScheduledEvidence } from '../../report/evidence/follow-up-facts.ts';
import type { Place } from './breaker-sets.ts';
import { duePartition, listPartition } from './due.ts';
import { expiryOf } from './entries.ts';
import { type Ledger, readItem, writeItem } from './items.ts';

export interface StoredEvidence extends ScheduledEvidence {
  /** How often flow logs were asked. */
  readonly asked: number;
  /** What people were told. */
  readonly reported?: Reported;
}

const MINUTE = 60_000;
/**
 * Minutes from the closing to each time that flow logs are asked. Records cover up to ten minutes, and arrive about five minutes later
 * (https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html).
 */
const ASKED_AFTER = [15, 60];

/** Stores a question, unless an earlier try did. */
export async function scheduleEvidence(ledger: Ledger, scheduled: ScheduledEvidence): Promise<void> {
  await write(ledger, { ...scheduled, asked: 0, version: 0 }).catch((error) => {
    if (!(error instanceof BusyError)) throw error;
  });
}

/** The ids of the records whose questions are due, the oldest first. */
export async function listDueEvidence(ledger: Ledger, place: Place, now: Date): Promise<readonly string[]> {
  const items = await listPartition(ledger, duePartition(place, 'evidence'));
  const due = items.filter(({ dueAt }) => (dueAt?.S ?? '') <= now.toISOString());
  return due.map(({ id }) => id?.S?.replace(PREFIX, '') ?? '');
}

/** The question about a record; undefined where none was stored. */
export function loadEvidence(
  ledger: Ledger,
  recordId: string,
): Promise<(StoredEvidence & { readonly version: number }) | undefined> {
  return readItem<StoredEvidence>(ledger, itemId(recordId));
}

/** Notes that flow logs were asked again. Throws BusyError if another process was faster. */
export function saveEvidence(
  ledger: Ledger,
  stored: StoredEvidence & { readonly version: number },
): Promise<void> {
  return write(ledger, stored);
}

function write(ledger: Ledger, stored: StoredEvidence & { readonly version: number }): Promise<void> {
  const { first, question, asked } = stored;
  const closed = Math.max(...question.openings.map(({ closedAt }) => Date.parse(closedAt)));
  const attributes: Record<string, AttributeValue> = {
    id: { S: itemId(first.id) },
    expiresAt: expiryOf(ledger, new Date(closed)),
    ...dueAfter(stored, closed, ASKED_AFTER[asked]),
  };
  const busy = `the evidence about ${first.id} is being asked by another invocation`;
  return writeItem<StoredEvidence>(ledger, attributes, stored, { busy });
}

/** None once all is asked. */
function dueAfter(
  { first }: StoredEvidence,
  closed: number,
  minutes: number | undefined,
): Record<string, AttributeValue> {
  if (minutes === undefined) return {};
  const dueAt = new Date(closed + minutes * MINUTE).toISOString();
  return { due: { S: duePartition(first.target, 'evidence') }, dueAt: { S: dueAt } };
}

const PREFIX = 'evidence/';

function itemId(recordId: string): string {
  return `${PREFIX}${recordId}`;
}
