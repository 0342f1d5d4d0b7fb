// The findings of an audit, some at a time: however many there are, no more than a page of them is held.
import type { Policy } from '../../lib/policy/policy.ts';
import { type Audited, auditGroup, type Summary } from './audit-group.ts';
import type { AuditSources } from './audit-sources.ts';

/** A page ends with the group that fills it. */
const PAGE = 1000;

/** Audits group by group; counts in `summary`, and says so. */
export async function* auditPages(
  sources: AuditSources,
  policies: readonly Policy[],
  region: string | undefined,
  summary: Summary,
  onGroup: () => void,
): AsyncGenerator<readonly Audited[]> {
  let page: Audited[] = [];
  for await (const described of sources.groups) {
    for (const audited of await auditGroup(described, policies, sources, region)) {
      summary[audited.finding.verdict] += 1;
      page.push(audited);
    }
    summary.groups += 1;
    summary.rules += described.rules.length;
    onGroup();
    if (page.length >= PAGE) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}
