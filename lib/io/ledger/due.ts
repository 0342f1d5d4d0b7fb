// What waits: a sparse index of the entries that the breaker holds, in the order in which they are taken up.
import { type AttributeValue, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { AskingPolicy } from '../../plan/breaker.ts';
import { SEVERITIES } from '../../policy/policy.ts';
import type { Entry } from '../../remediation/state.ts';
import type { Ledger } from './items.ts';

/** An entry that waits, as far as the index has it. */
export interface Due {
  readonly id: string;
  readonly groupId: string;
  readonly isFresh: boolean;
  readonly policies: readonly AskingPolicy[];
}

const INDEX = 'byDue';

/** The attributes by which the index finds an entry; none for one that does not wait. */
export function dueAttributes(entry: Entry): Readonly<Record<string, AttributeValue>> {
  if (entry.state !== 'waiting') return {};
  const { waits, record, snapshot } = entry;
  const { severity, since, policies, isFresh } = waits;
  return {
    due: { S: partitionOf(record) },
    dueAt: { S: `${SEVERITIES.indexOf(severity)} ${since} ${entry.id}` },
    waits: { S: JSON.stringify({ groupId: snapshot.group.id, isFresh, policies }) },
  };
}

/** What waits in a region of an account, the most severe first, and of these the oldest. */
export async function listDue(
  { client, table }: Ledger,
  place: { readonly accountId: string; readonly region: string },
): Promise<readonly Due[]> {
  const input: QueryCommandInput = {
    TableName: table,
    IndexName: INDEX,
    KeyConditionExpression: 'due = :due',
    ExpressionAttributeValues: { ':due': { S: partitionOf(place) } },
  };
  const found: Due[] = [];
  let start: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await client.send(
      new QueryCommand({ ...input, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
    );
    for (const { id, waits } of page.Items ?? []) {
      found.push({ id: id?.S ?? '', ...JSON.parse(waits?.S ?? '{}') });
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return found;
}

function partitionOf({ accountId, region }: { readonly accountId: string; readonly region: string }): string {
  return `due/${accountId}/${region}`;
}
