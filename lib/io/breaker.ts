// The breaker's counter in the ledger: one for each account, region and window of time.
import { DeleteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Ledger } from './ledger.ts';

const MINUTE = 60_000;

/** Where the revocations of a window are counted. */
export interface Window {
  readonly account: string;
  readonly region: string;
  /** How long a window lasts. */
  readonly minutes: number;
}

export interface Counter {
  readonly name: string;
  /** Under this it is noted who told of it. */
  readonly told: string;
  /** When the window is over. */
  readonly until: Date;
}

/** The counter of the breaker. */
export function counterOf({ account, region, minutes }: Window, now: Date): Counter {
  return counterIn(`breaker/${account}/${region}/${minutes}`, minutes, now);
}

/** The counter of a window that begins every so many minutes. */
export function counterIn(prefix: string, minutes: number, now: Date): Counter {
  const window = Math.floor(now.getTime() / (minutes * MINUTE));
  const name = `${prefix}/${window}`;
  return { name, told: `${name}/told`, until: new Date((window + 1) * minutes * MINUTE) };
}

/** How many rules were to be revoked in the window so far. */
export async function readCounter({ client, table }: Ledger, name: string): Promise<number> {
  const input = { TableName: table, Key: { id: { S: name } }, ConsistentRead: true };
  const { Item: counter } = await client.send(new GetItemCommand(input));
  return Number(counter?.counted?.N ?? 0);
}

/** Closes the breaker: counting begins again, and who goes beyond the limit tells people again. */
export async function resetCounter(
  { client, table }: Ledger,
  { name, told }: { readonly name: string; readonly told: string },
): Promise<void> {
  for (const id of [name, told]) {
    await client.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: id } } }));
  }
}
