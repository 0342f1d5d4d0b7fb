// DynamoDB's Query, of the ledger's index of its records by time: keys only, in pages
// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html).
import type { Item, Request } from './dynamo.ts';
import { ServiceError } from './faults.ts';

/** One page, of 1 MB in DynamoDB. */
const PAGE = 100;
const CONDITION = '#kind = :kind AND #time >= :since';

/** The keys of the records of a kind since a time; knows no other index and condition. */
export function query(items: readonly Item[], request: Request): object {
  const { IndexName, KeyConditionExpression, ExpressionAttributeNames: names, Limit = PAGE } = request;
  if (IndexName !== 'byTime' || KeyConditionExpression !== CONDITION) {
    throw new ServiceError(
      'ValidationException',
      `the sandbox does not know the query ${KeyConditionExpression}`,
    );
  }
  const { ':kind': kind, ':since': since } = request.ExpressionAttributeValues ?? {};
  const [kindName = '', timeName = ''] = [names?.['#kind'], names?.['#time']];
  const found = items
    .filter((item) => item[kindName]?.S === kind?.S && (item[timeName]?.S ?? '') >= (since?.S ?? ''))
    .toSorted((a, b) => ((a[timeName]?.S ?? '') < (b[timeName]?.S ?? '') ? -1 : 1));
  const ordered = request.ScanIndexForward === false ? found.toReversed() : found;
  const start = ordered.findIndex(({ id }) => id?.S === request.ExclusiveStartKey?.id?.S) + 1;
  const page = ordered.slice(start, start + Limit).map(keysOf);
  return { Items: page, ...(start + Limit < ordered.length ? { LastEvaluatedKey: page.at(-1) } : {}) };
}

function keysOf({ id, kind, time }: Item): object {
  return { id, kind, time };
}
