// Items of the ledger's table with a packed body and a version: each write is of the whole item, under the condition
// that nobody has written it since it was read.
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';

export interface Ledger {
  readonly client: DynamoDBClient;
  readonly table: string;
}

/** Somebody else has written the item, or is at it: worth another try later. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** The item as the last write left it; undefined when there is none. */
export async function getItem(
  { client, table }: Ledger,
  id: string,
): Promise<Readonly<Record<string, AttributeValue>> | undefined> {
  const input = { TableName: table, Key: { id: { S: id } }, ConsistentRead: true };
  return (await client.send(new GetItemCommand(input))).Item;
}

/** Reads the body of an item and its version; undefined when there is none. */
export async function readItem<Body>(
  ledger: Ledger,
  id: string,
): Promise<(Body & { readonly version: number }) | undefined> {
  const item = await getItem(ledger, id);
  if (item?.body?.B === undefined) return undefined;
  return { ...JSON.parse(gunzipSync(item.body.B).toString()), version: Number(item.version?.N) };
}

/**
 * Writes the next version of the one that was read, 0 for a new item; `attributes` are those that can be seen and queried
 * without unpacking. If somebody was faster it throws a BusyError that says `busy`, or without that DynamoDB's own error.
 */
export async function writeItem<Body extends object>(
  { client, table }: Ledger,
  attributes: Readonly<Record<string, AttributeValue>>,
  { version, ...body }: Body & { readonly version: number },
  busy?: string,
): Promise<void> {
  const condition =
    version === 0
      ? { ConditionExpression: 'attribute_not_exists(id)' }
      : {
          ConditionExpression: 'version = :version',
          ExpressionAttributeValues: { ':version': { N: `${version}` } },
        };
  const Item = {
    ...attributes,
    version: { N: `${version + 1}` },
    // An item may hold 400 KB, and a group a thousand rules with tags.
    body: { B: gzipSync(JSON.stringify(body)) },
  };
  try {
    await client.send(new PutItemCommand({ TableName: table, Item, ...condition }));
  } catch (error) {
    if (busy === undefined || !(error instanceof ConditionalCheckFailedException)) throw error;
    throw new BusyError(busy, { cause: error });
  }
}
