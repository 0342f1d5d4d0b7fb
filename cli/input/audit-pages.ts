// The findings of an audit, some at a time: however many there are, no more than a page of them is held.
import type { Policy } from '../../lib/policy/policy.ts';
import { parseGroup } from '../../lib/rule.ts';
import type { Audited, Pages, Summary } from '../report/finding.ts';
import { withExposure } from './audit-exposure.ts';
import { type AuditFilter, isChosen, isFiltered } from './audit-filter.ts';
import { auditGroup, regionOf } from './audit-group.ts';
import type { AuditSources, OpenAudit } from './audit-sources.ts';
import { InputError } from './input.ts';

/** A page ends with the group that fills it. */
const PAGE = 1000;

/** What is counted while an audit goes on. */
export interface Tally {
  readonly summary: Summary;
  /** Accounts and regions, as `111122223333/eu-west-1`. */
  readonly visited: Set<string>;
  readonly onGroup: () => void;
}

/** Audits group by group, one source after the other. Throws InputError where no group is chosen: that is a slip, and would look clean. */
export async function* auditPages(
  audit: OpenAudit,
  policies: readonly Policy[],
  filter: AuditFilter,
  tally: Tally,
): Pages {
  for await (const sources of audit.sources) yield* pagesOf(sources, policies, filter, tally);
  if (isFiltered(filter) && tally.summary.groups === 0)
    throw new InputError('no group fits --group and --tag: nothing was evaluated');
}

async function* pagesOf(
  sources: AuditSources,
  policies: readonly Policy[],
  filter: AuditFilter,
  { summary, visited, onGroup }: Tally,
): Pages {
  let page: Audited[] = [];
  for await (const described of sources.groups) {
    const group = parseGroup(described.group);
    if (!isChosen(filter, group)) continue;
    const region = regionOf(described.group, sources.region, policies);
    for (const audited of await auditGroup(group, region, described.rules, policies, sources)) {
      summary[audited.finding.verdict] += 1;
      page.push(audited);
    }
    summary.groups += 1;
    summary.rules += described.rules.length;
    visited.add(`${group.ownerId || 'unknown'}/${region}`);
    onGroup();
    if (page.length < PAGE) continue;
    yield await exposed(page, sources);
    page = [];
  }
  if (page.length > 0) yield await exposed(page, sources);
}

async function exposed(page: readonly Audited[], { network }: AuditSources): Promise<readonly Audited[]> {
  return network === undefined ? page : withExposure(page, network);
}
