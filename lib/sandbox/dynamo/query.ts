// Query of the ledger's index by time, and of nothing else
// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html).
import type { Account } from '../account.ts';
import type { Item } from '../account-state.ts';
import { ServiceError } from '../faults.ts';

interface Request {
  readonly IndexName?: string;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
  readonly ScanIndexForward?: boolean;
  readonly ExclusiveStartKey?: Item;
}

/** The keys of the items of a kind, from a time on; a page has as many as the account's pages have. */
export function query({ items, pageSize }: Account, request: Request): object {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = request;
  const isKnown =
    request.IndexName === 'byTime' &&
    request.KeyConditionExpression === '#kind = :kind AND #time >= :since' &&
    names['#kind'] === 'kind' &&
    names['#time'] === 'time';
  if (!isKnown) throw new ServiceError('ValidationException', 'the sandbox knows one query of one index');
  const found = [...items.values()]
    .filter(({ kind, time }) => kind?.S === values[':kind']?.S && timeOf(time) >= timeOf(values[':since']))
    .map(({ id, kind, time }) => ({ id, kind, time }) as Item)
    .toSorted((a, b) => timeOf(a.time).localeCompare(timeOf(b.time)));
  const ordered = request.ScanIndexForward === false ? found.toReversed() : found;
  const start = ordered.findIndex(({ id }) => id?.S === request.ExclusiveStartKey?.id?.S) + 1;
  const page = ordered.slice(start, start + pageSize);
  const isCut = start + page.length < ordered.length;
  return { Items: page, Count: page.length, ...(isCut ? { LastEvaluatedKey: page.at(-1) } : {}) };
}

function timeOf(value: Item[string] | undefined): string {
  return value?.S ?? '';
}
