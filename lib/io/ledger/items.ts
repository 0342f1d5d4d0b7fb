// Items of the ledger's table with a packed body and a version. Each write is a compare-and-swap of the whole item: it succeeds
// only if nobody has written the item since it was read.
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { BusyError } from '../../remediation/errors.ts';

export interface Ledger {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** How many days an entry is kept; 400 where nobody has said otherwise. */
  readonly days?: number;
}

/** DynamoDB takes 400 KB (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html). */
const MOST_BYTES = 390_000;

/** The tries of a remediation repeat much. A large window makes repetition free; gzip's covers only 32 KB. */
const PACKING = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 5 };

/** Reads an item consistently; undefined when there is none. */
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
  return parseItem(await getItem(ledger, id));
}

/** The body of an item and its version; undefined for an item without a body. */
export function parseItem<Body>(
  item: Readonly<Record<string, AttributeValue>> | undefined,
): (Body & { readonly version: number }) | undefined {
  if (item?.body?.B === undefined) return undefined;
  return { ...unpack<Body>(item.body.B), version: Number(item.version?.N) };
}

/** Options of a write. */
export interface Writing<Body> {
  /** The message of the BusyError if another process was faster; without it DynamoDB's own error is thrown. */
  readonly busy?: string;
  /** Makes a smaller body when the whole one does not fit into an item. */
  readonly smaller?: (body: Body) => Body;
}

/**
 * Writes the next version of an item; `version` is the one that was read, 0 for a new item. `attributes` can be seen and queried without
 * unpacking.
 */
export async function writeItem<Body extends object>(
  { client, table }: Ledger,
  attributes: Readonly<Record<string, AttributeValue>>,
  { version, ...body }: Body & { readonly version: number },
  { busy, smaller }: Writing<Body> = {},
): Promise<void> {
  const whole = pack(body);
  const packed =
    whole.length < MOST_BYTES || smaller === undefined ? whole : pack(smaller(body as unknown as Body));
  const Item = { ...attributes, version: { N: `${version + 1}` }, body: { B: packed } };
  const input = { TableName: table, Item, ...unlessWritten(version) };
  await client.send(new PutItemCommand(input)).catch((error) => throwBusy(error, busy));
}

/**
 * Writes the next version of a body as `writeItem` does, but keeps the attributes that are not given: others write them, and
 * without a version.
 */
export async function updateItem<Body extends object>(
  { client, table }: Ledger,
  { id, ...attributes }: Readonly<Record<'id', AttributeValue> & Record<string, AttributeValue>>,
  { version, ...body }: Body & { readonly version: number },
  busy: string,
): Promise<void> {
  const written = { ...attributes, version: { N: `${version + 1}` }, body: { B: pack(body) } };
  const names = Object.keys(written);
  const { ConditionExpression, ExpressionAttributeValues } = unlessWritten(version);
  const values = Object.entries(written).map(([name, value]) => [`:new_${name}`, value]);
  const input = {
    TableName: table,
    Key: { id },
    UpdateExpression: `SET ${names.map((name) => `${name} = :new_${name}`).join(', ')}`,
    ConditionExpression,
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...Object.fromEntries(values) },
  };
  await client.send(new UpdateItemCommand(input)).catch((error) => throwBusy(error, busy));
}

/** The condition that nobody has written the item since this version was read. */
function unlessWritten(version: number) {
  if (version === 0) return { ConditionExpression: 'attribute_not_exists(version)' };
  const values = { ':version': { N: `${version}` } };
  return { ConditionExpression: 'version = :version', ExpressionAttributeValues: values };
}

function throwBusy(error: unknown, busy: string | undefined): never {
  if (busy === undefined || !(error instanceof ConditionalCheckFailedException)) throw error;
  throw new BusyError(busy, { cause: error });
}

/** Compresses a body: an item may hold 400 KB, and a group a thousand rules with tags. */
export function pack(body: object): Uint8Array {
  return brotliCompressSync(JSON.stringify(body), { params: PACKING });
}

/** The body of an item. */
export function unpack<Body>(packed: Uint8Array): Body {
  return JSON.parse(brotliDecompressSync(packed).toString());
}
