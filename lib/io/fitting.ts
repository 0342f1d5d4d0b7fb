// What fits into an item of the ledger: tags are a stranger's to choose, and must not keep a rule from being recorded.
import { gzipSync } from 'node:zlib';
import type { AuditRecord } from '../report.ts';
import type { Stored, StoredSnapshot } from './ledger.ts';

/** DynamoDB takes 400 KB (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html). */
const MOST_BYTES = 390_000;

/** The entry, without the tags of rules if it were too large with them: the log has every rule whole. */
export function fitting(entry: Stored): Stored {
  const text = JSON.stringify(entry);
  if (text.length < MOST_BYTES / 4 || gzipSync(text).length < MOST_BYTES) return entry;
  const { snapshot, earlier, record, message } = entry;
  return {
    ...entry,
    snapshot: snapshotWithoutTags(snapshot),
    ...(earlier && { earlier: earlier.map(snapshotWithoutTags) }),
    record: withoutTags(record),
    ...(message && { message: { ...message, record: withoutTags(message.record) } }),
  };
}

function snapshotWithoutTags({ rules, omittedTags = {}, ...rest }: StoredSnapshot): StoredSnapshot {
  const counts = rules.map(({ SecurityGroupRuleId: id = '', Tags = [] }) => [id, Tags.length] as const);
  return {
    ...rest,
    rules: rules.map(({ Tags: _, ...rule }) => rule),
    omittedTags: { ...omittedTags, ...Object.fromEntries(counts.filter(([, count]) => count > 0)) },
  };
}

/** Commands have the tags as well. */
function withoutTags(record: AuditRecord): AuditRecord {
  const findings = record.findings.map(({ rule: { Tags = [], ...rule }, undo: _, ...finding }) => ({
    ...finding,
    rule,
    ...(Tags.length > 0 && { omittedTags: Tags.length }),
  }));
  return { ...record, findings };
}
