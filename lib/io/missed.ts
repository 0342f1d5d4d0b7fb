// Which rules the events have brought here, as far as the ledger says so.
import { judgedIn } from '../remediation/progress.ts';
import { SWEEP_PREFIX } from '../sweep/judge-group.ts';
import { type Ledger, load } from './ledger/entries.ts';
import { listKeys } from './ledger/history.ts';

/** Those of the rules that an entry of an event knows, written since a time. */
export async function knownToEntries(
  ledger: Ledger,
  ruleIds: readonly string[],
  since: string,
): Promise<ReadonlySet<string>> {
  const wanted = new Set(ruleIds);
  let known: ReadonlySet<string> = new Set();
  for await (const { id } of listKeys(ledger, 'remediation', since)) {
    if (id.startsWith(SWEEP_PREFIX)) continue;
    const entry = await load(ledger, id);
    known = known.union(wanted.intersection(new Set(entry && judgedIn(entry))));
    if (known.size === wanted.size) break;
  }
  return known;
}
