// The work of the tick: a sparse index of the entries that the breaker holds, in the order in which they are taken up, and of those
// that the next batch reports.
import { type AttributeValue, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { AskingPolicy } from '../../plan/breaker.ts';
import { SEVERITIES } from '../../policy/policy.ts';
import type { Entry } from '../../remediation/state.ts';
import type { Place } from './breaker-sets.ts';
import type { Ledger } from './items.ts';

/** The index's part of an entry that waits. */
export interface Due {
  readonly id: string;
  readonly groupId: string;
  readonly isFresh: boolean;
  readonly policies: readonly AskingPolicy[];
}

const INDEX = 'byDue';

/** The attributes by which the index finds an entry; none for one that does not wait. */
export function dueAttributes(entry: Entry): Readonly<Record<string, AttributeValue>> {
  if (entry.state === 'batched') {
    const { target, time, id } = entry;
    return { due: { S: partitionOf(target, 'batch') }, dueAt: { S: `${time} ${id}` } };
  }
  if (entry.state !== 'waiting') return {};
  const { waits, target, snapshot } = entry;
  const { severity, since, policies, isFresh } = waits;
  return {
    due: { S: partitionOf(target, 'breaker') },
    dueAt: { S: `${SEVERITIES.indexOf(severity)} ${since} ${entry.id}` },
    waits: { S: JSON.stringify({ groupId: snapshot.group.id, isFresh, policies }) },
  };
}

/** What waits in a region of an account, the most severe first, and among these the oldest. */
export async function listDue(ledger: Ledger, place: Place): Promise<readonly Due[]> {
  const items = await listPartition(ledger, partitionOf(place, 'breaker'));
  return items.map(({ id, waits }) => ({ id: id?.S ?? '', ...JSON.parse(waits?.S ?? '{}') }));
}

/** The ids of the entries that the next batch reports, the oldest first. */
export async function listBatched(ledger: Ledger, place: Place): Promise<readonly string[]> {
  const items = await listPartition(ledger, partitionOf(place, 'batch'));
  return items.map(({ id }) => id?.S ?? '');
}

type Item = Readonly<Record<string, AttributeValue>>;

async function listPartition({ client, table }: Ledger, partition: string): Promise<readonly Item[]> {
  const input: QueryCommandInput = {
    TableName: table,
    IndexName: INDEX,
    KeyConditionExpression: 'due = :due',
    ExpressionAttributeValues: { ':due': { S: partition } },
  };
  const found: Item[] = [];
  let start: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await client.send(
      new QueryCommand({ ...input, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
    );
    found.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return found;
}

function partitionOf({ accountId, region }: Place, what: 'breaker' | 'batch'): string {
  return `due/${what}/${accountId}/${region}`;
}
