// The ledger's table on dynalite, a DynamoDB in this process: conditions and types are checked as DynamoDB checks them.
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { Ledger } from '../../lib/io/ledger.ts';

/** A new, empty table; `close` ends the server. */
export async function makeTable(): Promise<{ readonly ledger: Ledger; readonly close: () => Promise<void> }> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: 'ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  for (let status = ''; status !== 'ACTIVE'; ) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'ledger' }));
    status = Table?.TableStatus ?? '';
  }
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { ledger: { client, table: 'ledger' }, close };
}
