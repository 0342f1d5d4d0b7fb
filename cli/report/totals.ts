// What an audit found in numbers, counted while the findings come. It grows with accounts, regions and policies, and not with findings.
import { type Exposure, KINDS } from '../../lib/exposure/exposure.ts';
import { SEVERITIES, type Severity } from '../../lib/policy/severity.ts';
import type { Audited, AuditFinding } from './finding.ts';
import type { Row } from './rows.ts';

/** How many rules violate, by the most severe policy that each violates. */
export type Counts = Record<Severity, number>;

export interface PolicyTotals {
  /** A finding that names the policy, its severity and its mode. */
  readonly example: AuditFinding;
  readonly verdicts: Record<AuditFinding['verdict'], number>;
}

interface GroupTotals {
  /** A finding that names the group. */
  readonly example: AuditFinding;
  readonly counts: Counts;
}

export interface Totals {
  /** Rules and verdicts: as many as there are rows. */
  rows: number;
  /** The same by verdict. */
  readonly verdicts: Record<AuditFinding['verdict'], number>;
  /** Groups with a rule that violates. */
  groups: number;
  readonly violating: Counts;
  readonly exposures: Record<Exposure['kind'], number>;
  readonly policies: Map<string, PolicyTotals>;
  /** By account, then by region. */
  readonly places: Map<string, Map<string, Counts>>;
  /** The worst first. */
  worstGroups: readonly GroupTotals[];
}

/** So many groups are named. */
const WORST_GROUPS = 10;

export function noTotals(): Totals {
  return {
    rows: 0,
    verdicts: { violation: 0, exempt: 0, undecided: 0 },
    groups: 0,
    violating: noCounts(),
    exposures: { reachable: 0, unknown: 0, blocked: 0, unattached: 0 },
    policies: new Map(),
    places: new Map(),
    worstGroups: [],
  };
}

export function noCounts(): Counts {
  return { critical: 0, high: 0, medium: 0, low: 0 };
}

/** Adds the rows of a page, which has all those of its groups. */
export function addRows(totals: Totals, rows: readonly Row[]): void {
  totals.rows += rows.length;
  const groups = new Map<string, { example: AuditFinding; counts: Counts }>();
  for (const row of rows) {
    for (const one of row) countPolicy(totals.policies, one);
    const [{ finding }] = row;
    totals.verdicts[finding.verdict] += 1;
    if (finding.verdict !== 'violation') continue;
    const { severity, accountId, region, groupId } = finding;
    totals.violating[severity] += 1;
    countsAt(totals.places, accountId, region)[severity] += 1;
    const name = `${accountId} ${region} ${groupId}`;
    const group = groups.get(name) ?? { example: finding, counts: noCounts() };
    group.counts[severity] += 1;
    groups.set(name, group);
    const exposure = mostExposed(row);
    if (exposure !== undefined) totals.exposures[exposure] += 1;
  }
  totals.groups += groups.size;
  totals.worstGroups = [...totals.worstGroups, ...groups.values()]
    .toSorted((a, b) => compareCounts(a.counts, b.counts))
    .slice(0, WORST_GROUPS);
}

function countPolicy(policies: Totals['policies'], { finding: example }: Audited): void {
  const known = policies.get(example.policy) ?? {
    example,
    verdicts: { violation: 0, exempt: 0, undecided: 0 },
  };
  known.verdicts[example.verdict] += 1;
  policies.set(example.policy, known);
}

function countsAt(places: Totals['places'], account: string, region: string): Counts {
  const regions = places.get(account) ?? new Map<string, Counts>();
  const counts = regions.get(region) ?? noCounts();
  places.set(account, regions.set(region, counts));
  return counts;
}

/** What matters most of what is known of a rule's packets; undefined where that was not looked up. */
export function mostExposed(row: Row): Exposure['kind'] | undefined {
  const kinds = row.flatMap(({ finding }) => finding.exposure?.exposure.kind ?? []);
  return KINDS.find((kind) => kinds.includes(kind));
}

/** Negative where the first is worse: more of what is most severe. */
export function compareCounts(a: Counts, b: Counts): number {
  const [first] = SEVERITIES.filter((severity) => a[severity] !== b[severity]);
  return first === undefined ? 0 : b[first] - a[first];
}

export function addedCounts(all: readonly Counts[]): Counts {
  const sum = noCounts();
  for (const one of all) for (const severity of SEVERITIES) sum[severity] += one[severity];
  return sum;
}

export function sumOf(counts: Counts): number {
  return SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0);
}
