// The ledger as a whole.
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import type { Ledger } from './items.ts';

/** Deletes the ledger with all that it holds; one that is not there is as good as deleted. */
export async function deleteLedger({ client, table }: Ledger): Promise<void> {
  try {
    await client.send(new DeleteTableCommand({ TableName: table }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
  }
}
