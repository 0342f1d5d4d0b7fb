// Query of the ledger's two indexes, and of nothing else
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

/** An index as it is deployed, with the one query that is asked of it. */
interface Index {
  readonly condition: string;
  readonly partition: string;
  readonly sort: string;
  readonly projected: readonly string[];
}

const INDEXES: Readonly<Record<string, Index>> = {
  byTime: { condition: '#kind = :kind AND #time >= :since', partition: 'kind', sort: 'time', projected: [] },
  byDue: { condition: 'due = :due', partition: 'due', sort: 'dueAt', projected: ['waits'] },
};

/** The items of a partition of an index, in its order; a page has as many as the account's pages have. */
export function query({ items, pageSize }: Account, request: Request): object {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = request;
  const index = INDEXES[request.IndexName ?? ''];
  const isKnown =
    index?.condition === request.KeyConditionExpression &&
    Object.entries(names).every(([name, meant]) => name === `#${meant}`);
  if (index === undefined || !isKnown) {
    throw new ServiceError('ValidationException', 'the sandbox knows one query of each index');
  }
  const { partition, sort, projected } = index;
  const found = [...items.values()]
    .filter((item) => textOf(item[partition]) === textOf(values[`:${partition}`]) && item[sort] !== undefined)
    .filter((item) => textOf(item[sort]) >= textOf(values[':since']))
    .map((item) =>
      Object.fromEntries(['id', partition, sort, ...projected].map((name) => [name, item[name]])),
    )
    .toSorted((a, b) => (textOf(a[sort]) < textOf(b[sort]) ? -1 : 1));
  const ordered = request.ScanIndexForward === false ? found.toReversed() : found;
  const start = ordered.findIndex(({ id }) => textOf(id) === request.ExclusiveStartKey?.id?.S) + 1;
  const page = ordered.slice(start, start + pageSize);
  const isCut = start + page.length < ordered.length;
  return { Items: page, Count: page.length, ...(isCut ? { LastEvaluatedKey: page.at(-1) } : {}) };
}

function textOf(value: Item[string] | undefined): string {
  return value?.S ?? '';
}
