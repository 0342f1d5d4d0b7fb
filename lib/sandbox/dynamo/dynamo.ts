// The part of DynamoDB that the ledger uses: whole items by their id, under a condition, updates of numbers and sets, and its indexes
// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html). Each operation is atomic here
// because nothing else runs meanwhile.
import type { Account } from '../account.ts';
import type { Item } from '../account-state.ts';
import { ServiceError } from '../faults.ts';
import { query } from './query.ts';
import { updated } from './update.ts';

interface Request {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

/** The operations, by name. */
export const DYNAMO: Readonly<Record<string, (account: Account, request: Request) => object>> = {
  GetItem: ({ items }, { Key }) => ({ Item: items.get(idOf(Key)) }),
  PutItem: put,
  UpdateItem: update,
  DeleteItem: ({ items }, { Key }) => {
    items.delete(idOf(Key));
    return {};
  },
  Query: query,
};

function put(
  { items }: Account,
  { Item = {}, ConditionExpression, ExpressionAttributeValues }: Request,
): object {
  if (!holds(ConditionExpression, items.get(idOf(Item)), ExpressionAttributeValues)) refuse();
  store(items, Item);
  return {};
}

function refuse(): never {
  throw new ServiceError('ConditionalCheckFailedException', 'The conditional request failed');
}

function holds(condition: string | undefined, item: Item | undefined, values: Item = {}): boolean {
  switch (condition) {
    case undefined:
      return true;
    case 'attribute_not_exists(version)':
      return item?.version === undefined;
    case 'version = :version':
      return item?.version?.N !== undefined && item.version.N === values[':version']?.N;
    case 'attribute_not_exists(id) OR expiresAt <= :now OR claimant = :by':
      return isFree(item, values);
    case WANT:
      return isToWant(item, values);
    default:
      throw new ServiceError('ValidationException', `the sandbox does not know the condition ${condition}`);
  }
}

function isFree(item: Item | undefined, values: Item): boolean {
  if (item === undefined || Number(item.expiresAt?.N) <= Number(values[':now']?.N)) return true;
  return item.claimant?.S === values[':by']?.S;
}

/** The condition for a sweep to be wanted since a time. */
const WANT =
  '(attribute_not_exists(wantedSince) OR wantedSince > :time OR wantedSince <= coveredUntil)' +
  ' AND (attribute_not_exists(coveredUntil) OR coveredUntil < :time)';

/** A comparison with an attribute that is missing does not hold. */
function isToWant({ wantedSince, coveredUntil }: Item = {}, values: Item): boolean {
  const time = Number(values[':time']?.N);
  const [wanted, covered] = [Number(wantedSince?.N), Number(coveredUntil?.N)];
  return (
    (wantedSince === undefined || wanted > time || wanted <= covered) &&
    (coveredUntil === undefined || covered < time)
  );
}

function update({ items }: Account, request: Request): object {
  const { Key = {}, UpdateExpression = '', ExpressionAttributeNames, ExpressionAttributeValues } = request;
  const there = items.get(idOf(Key));
  if (!holds(request.ConditionExpression, there, ExpressionAttributeValues)) refuse();
  const before = there ?? Key;
  const after = updated(before, UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues);
  store(items, after);
  return { Attributes: after };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MOST_BYTES = 400 * 1024;

function store(items: Account['items'], item: Item): void {
  if (sizeOf(item) > MOST_BYTES) {
    throw new ServiceError('ValidationException', 'Item size has exceeded the maximum allowed size');
  }
  items.set(idOf(item), item);
}

/** In bytes, as DynamoDB counts: of names and of values, of which binary ones come in base64. */
function sizeOf(item: Item): number {
  const sizes = Object.entries(item).map(([name, { S = '', N = '', B = '', SS = [] }]) => {
    const texts = [name, S, N, ...SS].join('');
    return Buffer.byteLength(texts) + Buffer.from(B as unknown as string, 'base64').length;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

function idOf(key: Item = {}): string {
  return key.id?.S ?? '';
}
