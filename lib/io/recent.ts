// Sets of ids in the ledger's table, each id with the minute in which it came, so that the old can be forgotten. Every write
// is atomic and answers the whole set: of two who come at once, the later one sees both.
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { seconds } from './counters.ts';
import { getItem, type Ledger } from './items.ts';

const MINUTE = 60_000;

/** When it is, and for how many milliseconds an id is remembered: for up to a minute less. */
export interface Memory {
  readonly now: Date;
  readonly length: number;
}

/** Adds ids, one at least; answers how many different ones came lately. */
export async function remember(
  ledger: Ledger,
  name: string,
  ids: readonly string[],
  memory: Memory,
): Promise<number> {
  const minute = Math.floor(memory.now.getTime() / MINUTE);
  const entries = await update(ledger, name, 'ADD', [...new Set(ids.map((id) => `${id} ${minute}`))], memory);
  const old = entries.filter((entry) => !isRecent(entry, memory));
  if (old.length > 0) await update(ledger, name, 'DELETE', old, memory);
  return countRecent(entries, memory);
}

/** How many different ids came lately. */
export async function recall(ledger: Ledger, name: string, memory: Memory): Promise<number> {
  return countRecent((await getItem(ledger, name))?.ids?.SS ?? [], memory);
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

function countRecent(entries: readonly string[], memory: Memory): number {
  return new Set(entries.filter((entry) => isRecent(entry, memory)).map((entry) => entry.split(' ')[0])).size;
}

function isRecent(entry: string, { now, length }: Memory): boolean {
  return now.getTime() - Number(entry.split(' ')[1]) * MINUTE < length;
}
