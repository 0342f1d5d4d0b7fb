// What a removal means for the ledger, for the framework's plugin: from JSON to JSON. Deletes the ledger when the stack is gone and that
// was asked for.
import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type RemovedLedger, removalInWords, whyNotRemoved } from '../lib/deployment/removal.ts';
import { isLedgerKept } from '../lib/deployment/template.ts';
import { deleteLedger } from '../lib/io/ledger/table.ts';
import { readDeployed } from './live-stack.ts';
import { printOrExplain } from './print-or-explain.ts';

type Asked = { readonly mayDelete: boolean } & (
  | { readonly stack: string; readonly region: string }
  | { readonly removed: RemovedLedger }
);

await printOrExplain('the ledger cannot be kept or deleted', async () => {
  const asked: Asked = JSON.parse(await text(process.stdin));
  const { mayDelete } = asked;
  if ('removed' in asked) {
    const { removed } = asked;
    const { table, region } = removed;
    if (mayDelete) await deleteLedger({ client: new DynamoDBClient({ region }), table });
    return { lines: removalInWords(removed, mayDelete) };
  }
  const deployed = await readDeployed(asked.stack, asked.region);
  const table = deployed?.outputs.LedgerTable;
  if (deployed === undefined || table === undefined) return {};
  const removed = { table, region: asked.region, isKept: isLedgerKept(deployed.template) };
  return { removed, problem: whyNotRemoved(removed, mayDelete) };
});
