// The fingerprints of all rules in the ledger's table: items of about fifty groups, of which the sweep's item says what is valid.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Fingerprints } from '../../remediation/fingerprints.ts';
import { type FingerprintItem, fingerprintsIn, itemOf } from '../../sweep/fingerprints.ts';
import { seconds } from './claims.ts';
import { getItem, type Ledger, pack, unpack } from './items.ts';
import { loadSweep } from './sweep-state.ts';

/** Milliseconds: longer than it is from one sweep to the next, for weekly ones as well. */
const KEPT_FOR = 15 * 86_400_000;

/** Writes items of a sweep; they are valid once it is complete. */
export async function storeFingerprints(
  { client, table }: Ledger,
  generation: string,
  items: readonly FingerprintItem[],
  now: Date,
): Promise<void> {
  const expiresAt = seconds(new Date(now.getTime() + KEPT_FOR));
  for (const { number, groups } of items) {
    const Item = { id: { S: nameOf(generation, number) }, expiresAt, body: { B: pack(groups) } };
    await client.send(new PutItemCommand({ TableName: table, Item }));
  }
}

/** What the last complete sweep saw of a group; undefined before the first, or when it was too long ago. */
export async function readFingerprints(ledger: Ledger, groupId: string): Promise<Fingerprints | undefined> {
  const index = (await loadSweep(ledger))?.fingerprints;
  if (index === undefined) return undefined;
  const number = itemOf(index, groupId);
  if (number === undefined) return fingerprintsIn(index, {}, groupId);
  const item = await getItem(ledger, nameOf(index.generation, number));
  if (item?.body?.B === undefined) return undefined;
  return fingerprintsIn(index, unpack<FingerprintItem['groups']>(item.body.B), groupId);
}

function nameOf(generation: string, number: number): string {
  return `fingerprints/${generation}/${number}`;
}
