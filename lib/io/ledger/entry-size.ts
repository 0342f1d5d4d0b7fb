// An entry of the ledger without tags: others choose the tags, which must not keep a rule from being recorded.

import type { Entry } from '../../remediation/state.ts';
import type { StoredScene } from '../../remediation/stored-scene.ts';
import type { AuditRecord } from '../../report/record.ts';
import { type FindingRecord, untagged } from '../../report/record.ts';

/** The entry without the tags of rules: the log has every rule whole. */
export function withoutTags<E extends Entry>(entry: E): E {
  const { snapshot, earlier, record } = entry;
  const message = entry.state === 'resolved' ? entry.message : undefined;
  return {
    ...entry,
    snapshot: snapshotWithoutTags(snapshot),
    ...(earlier && { earlier: earlier.map(snapshotWithoutTags) }),
    record: recordWithoutTags(record),
    ...(message && { message: { ...message, record: recordWithoutTags(message.record) } }),
  };
}

function snapshotWithoutTags({ rules, omittedTags = {}, ...rest }: StoredScene): StoredScene {
  const counts = rules.map(({ SecurityGroupRuleId: id = '', Tags = [] }) => [id, Tags.length] as const);
  return {
    ...rest,
    rules: rules.map(untagged),
    omittedTags: { ...omittedTags, ...Object.fromEntries(counts.filter(([, count]) => count > 0)) },
  };
}

/** Undo commands and the rules that keep a part of a trimmed rule have the tags, too. */
function recordWithoutTags(record: AuditRecord): AuditRecord {
  const findings = record.findings.map(({ undo: _, remainder, ...finding }) => {
    const { Tags = [] } = finding.rule;
    return {
      ...finding,
      rule: untagged(finding.rule),
      ...(remainder && { remainder: remainderWithoutTags(remainder) }),
      ...(Tags.length > 0 && { omittedTags: Tags.length }),
    };
  });
  return { ...record, group: { ...record.group, tags: {} }, findings };
}

function remainderWithoutTags({ rules, kept, ...rest }: Remains): Remains {
  return {
    ...rest,
    rules: rules.map(untagged),
    ...(kept && { kept: kept.map((one) => ({ ...one, rule: untagged(one.rule) })) }),
  };
}

type Remains = NonNullable<FindingRecord['remainder']>;
