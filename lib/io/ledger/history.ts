// The ledger as people read it: what happened, newest first.
import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Stored } from '../../remediation/state.ts';
import { RECORDED_OUTCOMES } from '../../report/record.ts';
import { type Ledger, load } from './entries.ts';
import { loadRestoration, RESTORE_OUTCOMES, type Restoration } from './restorations.ts';

/** What an item of the ledger is about. */
export type Kind = 'remediation' | 'restore';

/** Every outcome that a rule can have. */
export const HISTORY_OUTCOMES: readonly string[] = [...RECORDED_OUTCOMES, ...RESTORE_OUTCOMES];

export type HistoryEntry =
  | ({ readonly kind: 'remediation' } & Stored)
  | ({ readonly kind: 'restore' } & Restoration);

interface Key {
  readonly kind: Kind;
  readonly id: string;
  readonly time: string;
}

/** Remediations and restores since a time (ISO 8601, or the start of one), the newest first; each is read when it is consumed. */
export async function* readHistory(ledger: Ledger, since = ''): AsyncGenerator<HistoryEntry> {
  const keys = [listKeys(ledger, 'remediation', since), listKeys(ledger, 'restore', since)] as const;
  for await (const { kind, id } of newestFirst(...keys)) {
    const found = kind === 'restore' ? await loadRestoration(ledger, id) : await load(ledger, id);
    // The index lags behind the table, from which an item may have expired.
    if (found !== undefined) yield { kind, ...found } as HistoryEntry;
  }
}

/** The keys of the items of a kind since a time, the newest first. */
export async function* listKeys({ client, table }: Ledger, kind: Kind, since: string): AsyncGenerator<Key> {
  const input: QueryCommandInput = {
    TableName: table,
    IndexName: 'byTime',
    KeyConditionExpression: '#kind = :kind AND #time >= :since',
    // `time` is a reserved word.
    ExpressionAttributeNames: { '#kind': 'kind', '#time': 'time' },
    // A key may not be empty: every time is later than a zero.
    ExpressionAttributeValues: { ':kind': { S: kind }, ':since': { S: since === '' ? '0' : since } },
    ScanIndexForward: false,
  };
  let start: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await client.send(
      new QueryCommand({ ...input, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
    );
    for (const { id, time } of page.Items ?? []) yield { kind, id: id?.S ?? '', time: time?.S ?? '' };
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

/** Merges two ordered lists. */
async function* newestFirst(left: AsyncGenerator<Key>, right: AsyncGenerator<Key>): AsyncGenerator<Key> {
  let [a, b] = [await left.next(), await right.next()];
  while (!a.done || !b.done) {
    if (!a.done && (b.done || a.value.time >= b.value.time)) {
      yield a.value;
      a = await left.next();
    } else if (!b.done) {
      yield b.value;
      b = await right.next();
    }
  }
}
