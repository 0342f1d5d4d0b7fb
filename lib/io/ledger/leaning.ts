// What remediations of a group have stay of rules that they trim: it must not be withdrawn by another one that added it.
import { mayBeGone } from '../../plan/plan.ts';
import type { AuditRecord } from '../../report/record.ts';
import { contentOf, parseRule } from '../../rule.ts';
import { type Ledger, load } from './entries.ts';
import { listKeys } from './history.ts';

/** With more entries than these nobody waits for the answer. */
const MOST_ENTRIES = 300;
/** Milliseconds by which the clocks of those who write the ledger may differ. */
const SLACK = 60_000;

/** The contents of these rules, by the entries of other remediations since a time; `unknown` where there are too many entries. */
export async function findLeaning(
  ledger: Ledger,
  { groupId, id, since }: { readonly groupId: string; readonly id: string; readonly since: string },
): Promise<ReadonlySet<string> | 'unknown'> {
  const from = new Date(Date.parse(since) - SLACK).toISOString();
  const contents = new Set<string>();
  let count = 0;
  for await (const key of listKeys(ledger, 'remediation', from)) {
    count += 1;
    if (count > MOST_ENTRIES) return 'unknown';
    if (key.id === id) continue;
    const entry = await load(ledger, key.id);
    if (entry?.snapshot.group.id !== groupId) continue;
    for (const content of keptBy(entry.record)) contents.add(content);
  }
  return contents;
}

/** What stays of rules that are gone, or that are to go. */
function keptBy({ findings }: AuditRecord): readonly string[] {
  return findings
    .filter((finding) => finding.action === 'trim' && (finding.outcome === undefined || mayBeGone(finding)))
    .flatMap(({ remainder }) => (remainder?.rules ?? []).map((rule) => contentOf(parseRule(rule))));
}
