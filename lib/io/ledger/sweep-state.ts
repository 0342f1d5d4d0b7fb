// The sweep in the ledger's table: one item, from which the next invocation resumes, and since when an event wants another one.
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { BusyError } from '../../remediation/errors.ts';
import type { StoredSweep, Sweep } from '../../sweep/state.ts';
import { getItem, type Ledger, parseItem, readItem, updateItem, writeItem } from './items.ts';

const ID = 'sweep';

/** The sweep that is under way, or the last one; undefined before the first. */
export function loadSweep(ledger: Ledger): Promise<StoredSweep | undefined> {
  return readItem<Sweep>(ledger, ID);
}

/** The sweep, and since when another one is wanted: the time of the first event that none has covered, ISO 8601. */
export async function loadSweepAndWant(ledger: Ledger): Promise<{
  readonly sweep: StoredSweep | undefined;
  readonly wantedSince: string | undefined;
}> {
  const item = await getItem(ledger, ID);
  const since = numberOf(item?.wantedSince);
  const isCovered = since === undefined || since <= (numberOf(item?.coveredUntil) ?? 0);
  return {
    sweep: parseItem<Sweep>(item),
    wantedSince: isCovered ? undefined : new Date(since).toISOString(),
  };
}

/**
 * Writes the next version of the sweep that was read; throws BusyError if another invocation has. The answer to a write may be lost: an
 * existing item is read back, and the own attempt's id in it means written.
 */
export async function saveSweep(ledger: Ledger, sweep: StoredSweep): Promise<StoredSweep> {
  const written = { ...sweep, version: sweep.version + 1 };
  const { coveredUntil } = sweep;
  const covered = coveredUntil === undefined ? {} : { coveredUntil: milliseconds(new Date(coveredUntil)) };
  try {
    await updateItem(ledger, { id: { S: ID }, ...covered }, sweep, 'another invocation is sweeping');
    return written;
  } catch (error) {
    if (!(error instanceof BusyError)) throw error;
    const there = await loadSweep(ledger);
    const isOwn = there?.attemptId === written.attemptId && there.version === written.version;
    if (there !== undefined && isOwn) return there;
    throw error;
  }
}

/** Wants a sweep that begins after a time. Nothing changes where one is wanted for as long, or such a sweep has begun. */
export async function wantSweep({ client, table }: Ledger, time: Date): Promise<void> {
  const input = {
    TableName: table,
    Key: { id: { S: ID } },
    UpdateExpression: 'SET wantedSince = :time',
    ConditionExpression:
      '(attribute_not_exists(wantedSince) OR wantedSince > :time OR wantedSince <= coveredUntil)' +
      ' AND (attribute_not_exists(coveredUntil) OR coveredUntil < :time)',
    ExpressionAttributeValues: { ':time': milliseconds(time) },
  };
  try {
    await client.send(new UpdateItemCommand(input));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** Since 1970. */
function milliseconds(date: Date): AttributeValue.NMember {
  return { N: `${date.getTime()}` };
}

function numberOf(value: AttributeValue | undefined): number | undefined {
  return value?.N === undefined ? undefined : Number(value.N);
}

const CLOCK = 'sweep-clock';

/** When sweeps were first expected: the time of the first call. */
export async function sweepsExpectedSince(ledger: Ledger, now: Date): Promise<string> {
  const known = await readItem<{ readonly since: string }>(ledger, CLOCK);
  if (known !== undefined) return known.since;
  const since = now.toISOString();
  try {
    const busy = 'another invocation has set the clock of the sweep';
    await writeItem(ledger, { id: { S: CLOCK } }, { since, version: 0 }, { busy });
  } catch (error) {
    // Both schedules may begin in the same minute; which of the two it counts from makes no difference.
    if (!(error instanceof BusyError)) throw error;
  }
  return since;
}
