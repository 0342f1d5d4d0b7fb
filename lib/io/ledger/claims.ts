// Counters and claims in the ledger's table: small items that all invocations share, and that expire.
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { getItem, type Ledger } from './items.ts';

/** Who holds a name, and until when. */
export interface Claim {
  readonly by: string;
  readonly until: Date;
}

/** Counts one more, and returns the new total; the counter lives until `expiresAt`. */
export async function countOne({ client, table }: Ledger, id: string, expiresAt: Date): Promise<number> {
  const { Attributes: updated } = await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { id: { S: id } },
      UpdateExpression: 'SET expiresAt = :expiresAt ADD counted :one',
      ExpressionAttributeValues: { ':expiresAt': seconds(expiresAt), ':one': { N: '1' } },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return Number(updated?.counted?.N);
}

/** Claims a name; false if somebody else holds it. Its holder may claim it again. */
export async function claim(
  { client, table }: Ledger,
  id: string,
  by: string,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<boolean> {
  const input = {
    TableName: table,
    Item: itemOf(id, { by, until }),
    // DynamoDB deletes an item some time after it has expired, which may be days.
    ConditionExpression: 'attribute_not_exists(id) OR expiresAt <= :now OR claimant = :by',
    ExpressionAttributeValues: { ':now': seconds(now), ':by': { S: by } },
  };
  try {
    await client.send(new PutItemCommand(input));
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return false;
  }
}

/** Lets the holder of a name keep it for longer. */
export async function extend({ client, table }: Ledger, id: string, held: Claim): Promise<void> {
  await client.send(new PutItemCommand({ TableName: table, Item: itemOf(id, held) }));
}

/** Who holds a name; undefined if nobody does any longer. */
export async function readClaim(ledger: Ledger, id: string, now: Date): Promise<Claim | undefined> {
  const item = await getItem(ledger, id);
  const until = new Date(Number(item?.expiresAt?.N ?? 0) * 1000);
  return until > now ? { by: item?.claimant?.S ?? '', until } : undefined;
}

function itemOf(id: string, { by, until }: Claim) {
  return { id: { S: id }, claimant: { S: by }, expiresAt: seconds(until) };
}

/** A date as DynamoDB's time to live; the item is deleted some time after it. */
export function seconds(date: Date): AttributeValue.NMember {
  return { N: `${Math.floor(date.getTime() / 1000)}` };
}
