// The part of DynamoDB that the ledger uses: whole items by their id, under a condition, and the index by time
// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html). Each operation is atomic here
// because nothing else runs meanwhile.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Account } from './account.ts';
import { query } from './dynamo-query.ts';
import { ServiceError } from './faults.ts';

export type Item = Readonly<Record<string, AttributeValue>>;

interface Request {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
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
  const id = idOf(Item);
  if (!holds(ConditionExpression, items.get(id), ExpressionAttributeValues)) {
    throw new ServiceError('ConditionalCheckFailedException', 'The conditional request failed');
  }
  items.set(id, Item);
  return {};
}

function holds(condition: string | undefined, item: Item | undefined, values: Item = {}): boolean {
  switch (condition) {
    case undefined:
      return true;
    case 'attribute_not_exists(id)':
      return item === undefined;
    case 'version = :version':
      return item?.version?.N !== undefined && item.version.N === values[':version']?.N;
    case 'attribute_not_exists(id) OR expiresAt <= :now':
      return item === undefined || Number(item.expiresAt?.N) <= Number(values[':now']?.N);
    default:
      throw new ServiceError('ValidationException', `the sandbox does not know the condition ${condition}`);
  }
}

/** `SET a = if_not_exists(a, :a) ADD n :n`, for a number or a set of strings, and no other expression. */
function update(
  { items }: Account,
  { Key = {}, UpdateExpression, ExpressionAttributeValues = {} }: Request,
): object {
  const form = /^SET (\w+) = if_not_exists\(\1, (:\w+)\) ADD (\w+) (:\w+)$/.exec(UpdateExpression ?? '');
  const [, set, initial, add, amount] = form ?? [];
  if (set === undefined || initial === undefined || add === undefined || amount === undefined) {
    throw new ServiceError('ValidationException', `the sandbox does not know the update ${UpdateExpression}`);
  }
  const before = items.get(idOf(Key)) ?? Key;
  const added = plus(before[add], ExpressionAttributeValues[amount]);
  const after = {
    ...before,
    [set]: before[set] ?? ExpressionAttributeValues[initial],
    [add]: added,
  };
  items.set(idOf(Key), after as Item);
  return { Attributes: { [add]: added } };
}

function plus(before: AttributeValue | undefined, value: AttributeValue | undefined): object {
  if (value?.SS !== undefined) return { SS: [...new Set([...(before?.SS ?? []), ...value.SS])] };
  return { N: `${Number(before?.N ?? 0) + Number(value?.N)}` };
}

function idOf(key: Item = {}): string {
  return key.id?.S ?? '';
}
