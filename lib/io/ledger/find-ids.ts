// Records by the beginning of their ids, as people type them.
import { listKeys } from './history.ts';
import type { Ledger } from './items.ts';

/** The ids of the remediations that begin so, the newest first, each with its time. */
export async function findIds(
  ledger: Ledger,
  beginning: string,
): Promise<readonly { readonly id: string; readonly time: string }[]> {
  const found: { readonly id: string; readonly time: string }[] = [];
  for await (const { id, time } of listKeys(ledger, 'remediation', '')) {
    if (id.startsWith(beginning)) found.push({ id, time });
  }
  return found;
}
