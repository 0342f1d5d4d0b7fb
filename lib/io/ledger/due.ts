// The work of the tick: a sparse index of the entries that wait, for the breaker or for the end of a grace, in the order in which they
// are taken up, and of those that the next batch reports.
import { type AttributeValue, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { AskingPolicy } from '../../plan/breaker.ts';
import { SEVERITIES } from '../../policy/severity.ts';
import type { Entry } from '../../remediation/state.ts';
import type { Place } from './breaker-sets.ts';
import type { Ledger } from './items.ts';

/** The index's part of an entry that waits. */
export interface Due {
  readonly id: string;
  readonly groupId: string;
  readonly isFresh: boolean;
  /** The policies for which rules wait for the breaker. */
  readonly policies: readonly AskingPolicy[];
  /** When the first grace of its rules ends, ISO 8601. */
  readonly until?: string;
  /** True if the next batch reports it. */
  readonly isUntold?: true;
}

const INDEX = 'byDue';

/** The attributes by which the index finds an entry; none for one that does not wait. */
export function dueAttributes(entry: Entry): Readonly<Record<string, AttributeValue>> {
  if (entry.state === 'batched') {
    const { target, time, id } = entry;
    return { due: { S: duePartition(target, 'batch') }, dueAt: { S: `${time} ${id}` } };
  }
  if (entry.state !== 'waiting') return {};
  const { waits, target, snapshot, headline } = entry;
  const { severity, since, policies, until, isFresh, failedAt } = waits;
  const rank = failedAt === undefined ? SEVERITIES.indexOf(severity) : SEVERITIES.length;
  const said = {
    groupId: snapshot.group.id,
    isFresh,
    policies,
    until,
    ...(headline !== undefined && { isUntold: true }),
  };
  return {
    due: { S: duePartition(target, 'waiting') },
    dueAt: { S: `${rank} ${failedAt ?? since} ${entry.id}` },
    waits: { S: JSON.stringify(said) },
  };
}

/** What waits in a region of an account, the most severe first, and among these the oldest; last what the tick failed to take up. */
export async function listDue(ledger: Ledger, place: Place): Promise<readonly Due[]> {
  const items = await listPartition(ledger, duePartition(place, 'waiting'));
  return items.map(({ id, waits }) => ({ id: id?.S ?? '', ...JSON.parse(waits?.S ?? '{}') }));
}

/** The ids of the entries that the next batch reports, those that are done before those that wait, each the oldest first. */
export async function listBatched(ledger: Ledger, place: Place): Promise<readonly string[]> {
  const done = await listPartition(ledger, duePartition(place, 'batch'));
  const waiting = (await listDue(ledger, place)).filter(({ isUntold }) => isUntold === true);
  return [...done.map(({ id }) => id?.S ?? ''), ...waiting.map(({ id }) => id)];
}

type Item = Readonly<Record<string, AttributeValue>>;

/** All of a partition, in the order of the index. */
export async function listPartition({ client, table }: Ledger, partition: string): Promise<readonly Item[]> {
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

/** What the index holds under one name. */
export function duePartition({ accountId, region }: Place, what: 'waiting' | 'batch' | 'evidence'): string {
  return `due/${what}/${accountId}/${region}`;
}
