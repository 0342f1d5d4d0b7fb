// The ledger's items about rules that people have put back: on record before anything is sent, as revocations are.
import { gunzipSync, gzipSync } from 'node:zlib';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { KEPT_FOR, type Ledger } from './ledger.ts';

/** What became of a rule that was to be put back; none while it has not been tried. */
export interface RestoredRule {
  readonly rule: AwsSecurityGroupRule;
  readonly outcome?: 'restored' | 'refused';
  /** The id of the new rule: EC2 never gives an id twice. */
  readonly newId?: string;
  readonly detail?: string;
}

export interface Restoration {
  readonly id: string;
  /** The id of the remediation that had taken the rules away. */
  readonly of: string;
  readonly state: 'intent' | 'restored';
  readonly time: string;
  readonly accountId: string;
  readonly region: string;
  readonly group: { readonly id: string; readonly name: string };
  readonly rules: readonly RestoredRule[];
  /** Why, who answers for it, and until when: what the exception says, where one was asked for. */
  readonly exception?: { readonly until: string; readonly reason: string; readonly owner: string };
}

/** What the restore of a record at that moment is called. */
export function restorationId(of: string, time: Date): string {
  return `restore/${of}/${time.toISOString()}`;
}

/** Writes an intent, which must be new, or what came of it, which must have been one. */
export async function saveRestoration({ client, table }: Ledger, restoration: Restoration): Promise<void> {
  const { id, state, time } = restoration;
  const isNew = state === 'intent';
  await client.send(
    new PutItemCommand({
      TableName: table,
      Item: {
        id: { S: id },
        version: { N: isNew ? '1' : '2' },
        kind: { S: 'restore' },
        state: { S: state },
        time: { S: time },
        expiresAt: { N: `${Math.floor(Date.parse(time) / 1000) + KEPT_FOR}` },
        body: { B: gzipSync(JSON.stringify(restoration)) },
      },
      ConditionExpression: isNew ? 'attribute_not_exists(id)' : 'version = :version',
      ...(isNew ? {} : { ExpressionAttributeValues: { ':version': { N: '1' } } }),
    }),
  );
}

/** Reads the item of a restore; undefined when there is none. */
export async function loadRestoration(
  { client, table }: Ledger,
  id: string,
): Promise<Restoration | undefined> {
  const input = { TableName: table, Key: { id: { S: id } }, ConsistentRead: true };
  const { Item: item } = await client.send(new GetItemCommand(input));
  return item?.body?.B === undefined ? undefined : JSON.parse(gunzipSync(item.body.B).toString());
}
