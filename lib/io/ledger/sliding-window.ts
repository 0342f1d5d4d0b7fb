// A sliding window: a set of ids in the ledger's table, each with the second in which it was added, so that old ids can be removed.
// Every write is atomic and returns the whole set: of two concurrent writers, the later one sees both ids.
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { seconds } from './claims.ts';
import type { Ledger } from './items.ts';

/** The current time, and for how many milliseconds an id is remembered. */
export interface Memory {
  readonly now: Date;
  readonly length: number;
}

/** Adds ids, at least one; returns the distinct ids within the window. */
export async function remember(
  ledger: Ledger,
  name: string,
  ids: readonly string[],
  memory: Memory,
): Promise<readonly string[]> {
  const second = Math.floor(memory.now.getTime() / 1000);
  const entries = await update(ledger, name, 'ADD', [...new Set(ids.map((id) => `${id} ${second}`))], memory);
  const recent = new Set(recentOf(entries, memory));
  const stale = entries.filter((entry) => !recent.has(entry));
  // If this fails, the next writer tries again: stale ids take room, and do no other harm.
  if (stale.length > 0) await update(ledger, name, 'DELETE', stale, memory).catch(() => undefined);
  return [...recent].map((entry) => entry.split(' ')[0] ?? '');
}

async function update(
  { client, table }: Ledger,
  name: string,
  verb: 'ADD' | 'DELETE',
  entries: readonly string[],
  { now, length }: Memory,
): Promise<readonly string[]> {
  const { Attributes: item } = await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { id: { S: name } },
      UpdateExpression: `SET expiresAt = :expiresAt ${verb} ids :ids`,
      ExpressionAttributeValues: {
        ':expiresAt': seconds(new Date(now.getTime() + 2 * length)),
        ':ids': { SS: [...entries] },
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return item?.ids?.SS ?? [];
}

/** The last entry of each id within the window. */
function recentOf(entries: readonly string[], { now, length }: Memory): readonly string[] {
  const lately = entries.filter((entry) => now.getTime() - secondOf(entry) * 1000 < length);
  const sorted = lately.toSorted((a, b) => secondOf(a) - secondOf(b));
  return [...new Map(sorted.map((entry) => [entry.split(' ')[0], entry])).values()];
}

function secondOf(entry: string): number {
  return Number(entry.split(' ')[1]);
}
