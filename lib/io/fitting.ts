// An entry of the ledger with less in it: tags are a stranger's to choose, and must not keep a rule from being recorded.
import type { AuditRecord } from '../report.ts';
import type { Entry, StoredSnapshot } from './ledger.ts';

/** The entry without the tags of rules: the log has every rule whole. */
export function withoutTags(entry: Entry): Entry {
  const { snapshot, earlier, record, message } = entry;
  return {
    ...entry,
    snapshot: snapshotWithoutTags(snapshot),
    ...(earlier && { earlier: earlier.map(snapshotWithoutTags) }),
    record: recordWithoutTags(record),
    ...(message && { message: { ...message, record: recordWithoutTags(message.record) } }),
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
function recordWithoutTags(record: AuditRecord): AuditRecord {
  const findings = record.findings.map(({ rule: { Tags = [], ...rule }, undo: _, ...finding }) => ({
    ...finding,
    rule,
    ...(Tags.length > 0 && { omittedTags: Tags.length }),
  }));
  return { ...record, findings };
}
