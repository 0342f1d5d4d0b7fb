// The ledger's table on dynalite, a DynamoDB in this process: conditions and types are checked as DynamoDB checks them.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { parse } from 'yaml';
import type { Ledger } from '../../lib/io/ledger/entries.ts';

export interface Tables {
  /** A new, empty table. */
  readonly make: () => Promise<Ledger>;
  readonly close: () => Promise<void>;
}

/** Starts a server on loopback. */
export async function startTables(): Promise<Tables> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  let tables = 0;
  const make = async (): Promise<Ledger> => {
    tables += 1;
    const table = `ledger-${tables}`;
    await createTable(client, table);
    return { client, table };
  };
  return { make, close: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

/** The table's keys and index as they are deployed. */
const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = parse(
  readFileSync('resources/ledger.yml', 'utf8'),
  { logLevel: 'error' },
).Resources.Ledger.Properties;

async function createTable(client: DynamoDBClient, TableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions,
      KeySchema,
      GlobalSecondaryIndexes,
    }),
  );
  for (let status = ''; status !== 'ACTIVE'; ) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    status = Table?.TableStatus ?? '';
  }
}
