// What a sweep has found so far, as plain JSON of bounded size however many groups there are: counts, the most severe findings
// for the digest, and the ids of the violating rules for the next sweep to compare with.
import { type Exposure, KINDS } from '../../exposure/exposure.ts';
import type { LetIn } from '../../exposure/violating-packets.ts';
import { SEVERITIES } from '../../policy/severity.ts';
import { parseRule, type SecurityGroup } from '../../rule.ts';
import { ruleInWords } from '../phrases.ts';
import type { FindingRecord } from '../record.ts';
import {
  type Comparison,
  isAsItWas,
  isStillOpen,
  type Line,
  type LineStatus,
  type Standing,
  withStanding,
} from './standing.ts';

export interface SweepTotals {
  readonly groups: number;
  readonly rules: number;
  /** Groups in which something violates. */
  readonly affected: number;
  readonly violations: number;
  readonly exempt: number;
  readonly undecided: number;
  /** Of the violations, how many some policy could not evaluate. */
  readonly alsoUndecided: number;
  /** Violations that the previous sweep did not find; undefined where nothing can be compared. */
  readonly fresh: number | undefined;
  /** Groups that could not be handled. */
  readonly troubled: number;
  /** Findings that are not as the previous sweep left them. */
  readonly changed: number;
  readonly bySeverity: Readonly<Record<string, number>>;
  readonly byPolicy: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Partial<Record<LineStatus, number>>>;
  readonly mostSevere: readonly Line[];
  /** The ids of the violating rules, up to a limit. */
  readonly seen: readonly string[];
  /** The ids of those that should have been revoked and are still there, by status, up to a limit. */
  readonly standing: Standing;
}

/** What was found in one group. */
export interface Found {
  readonly group: Pick<SecurityGroup, 'id' | 'name' | 'ownerId'>;
  readonly rules: number;
  readonly exempt: number;
  readonly findings: readonly FindingRecord[];
  /** The status of a rule that should be revoked and has no outcome. */
  readonly openAs: 'reported' | 'held' | 'unfinished';
  readonly isTroubled: boolean;
  /** What its inbound rules let in that they should not, by rule id; empty where nobody wants to know. */
  readonly letIn: ReadonlyMap<string, LetIn>;
}

/** Nobody reads more lines than these in a mail. */
const MOST_LINES = 20;
/** The ids of two sweeps and everything else fit into one ledger item: 400 KB, and an id takes about eleven bytes. */
export const MOST_SEEN = 14_000;

/** The totals before the first group; `isComparable` says whether the ids of the previous sweep are known. */
export function emptyTotals(isComparable: boolean): SweepTotals {
  return {
    ...{ groups: 0, rules: 0, affected: 0, violations: 0, exempt: 0, undecided: 0, troubled: 0, changed: 0 },
    alsoUndecided: 0,
    fresh: isComparable ? 0 : undefined,
    ...{ bySeverity: {}, byPolicy: {}, byStatus: {}, mostSevere: [], seen: [], standing: {} },
  };
}

/** The totals with one more group, whose lines are those of `linesOf`; `before` is what the previous sweep found. */
export function addFound(
  totals: SweepTotals,
  found: Found,
  lines: readonly Line[],
  before: Comparison,
): SweepTotals {
  const violations = lines.filter(({ status }) => status !== 'undecided');
  return {
    groups: totals.groups + 1,
    rules: totals.rules + found.rules,
    affected: totals.affected + (violations.length > 0 ? 1 : 0),
    violations: totals.violations + violations.length,
    exempt: totals.exempt + found.exempt,
    undecided: totals.undecided + lines.length - violations.length,
    alsoUndecided:
      totals.alsoUndecided + found.findings.filter(({ undecided }) => undecided !== undefined).length,
    troubled: totals.troubled + (found.isTroubled ? 1 : 0),
    changed: totals.changed + lines.filter((line) => !isAsItWas(line, before)).length,
    fresh:
      totals.fresh === undefined ? undefined : totals.fresh + violations.filter((line) => line.isNew).length,
    bySeverity: plus(
      totals.bySeverity,
      violations.map(({ severity }) => severity),
    ),
    byPolicy: plus(
      totals.byPolicy,
      lines.flatMap(({ policies, wouldAlso = [] }) => [...policies, ...wouldAlso]),
    ),
    byStatus: plus(
      totals.byStatus,
      lines.map(({ status }) => status),
    ),
    mostSevere: [...totals.mostSevere, ...lines].toSorted(bySeverityFirst).slice(0, MOST_LINES),
    seen: [...totals.seen, ...violations.map(({ ruleId }) => ruleId)].slice(0, MOST_SEEN),
    standing: withStanding(totals.standing, lines, before),
  };
}

/** What people read about the findings of a group. */
export function linesOf(totals: SweepTotals, found: Found, before: Comparison): readonly Line[] {
  return found.findings.map((finding) => toLine(finding, found, totals, before));
}

/** The totals with what was looked up of exposure, by rule id. */
export function withExposureKinds(
  totals: SweepTotals,
  kinds: ReadonlyMap<string, Exposure['kind']>,
): SweepTotals {
  const lines = totals.mostSevere.map((line): Line => {
    const exposure = kinds.get(line.ruleId);
    return exposure === undefined ? line : { ...line, exposure };
  });
  return { ...totals, mostSevere: lines.toSorted(bySeverityFirst) };
}

/** Whether `seen` has the ids of all violating rules. */
export function remembersAll({ violations, seen }: Pick<SweepTotals, 'violations' | 'seen'>): boolean {
  return violations === seen.length;
}

/** Whether rules that should have been revoked are still there. */
export function leavesOpen({ byStatus }: Pick<SweepTotals, 'byStatus'>): boolean {
  return Object.keys(byStatus).some((status) => isStillOpen(status as LineStatus));
}

function toLine(
  finding: FindingRecord,
  { group, openAs }: Found,
  { fresh }: SweepTotals,
  before: Comparison,
): Line {
  const { policies, wouldAlso, detail, until, ruleId } = finding;
  return {
    groupId: group.id,
    groupName: group.name,
    ownerId: group.ownerId,
    ruleId,
    rule: ruleInWords(parseRule(finding.rule)),
    severity: policies[0]?.severity ?? 'low',
    policies: policies.map(({ id }) => id),
    ...(wouldAlso === undefined ? {} : { wouldAlso: wouldAlso.map(({ id }) => id) }),
    reason: policies[0]?.reason ?? '',
    status: statusOf(finding, openAs),
    ...(detail === undefined ? {} : { detail }),
    ...(until === undefined ? {} : { until }),
    ...(fresh === undefined ? {} : { isNew: !before.seen.has(ruleId) }),
  };
}

function statusOf({ action, outcome, because }: FindingRecord, openAs: Found['openAs']): LineStatus {
  if (outcome !== undefined) return outcome;
  if (because !== undefined) return because;
  if (action === 'undecided') return 'undecided';
  return action === 'revoke' || action === 'trim' ? openAs : 'reported';
}

type Ranked = Pick<Line, 'status' | 'severity' | 'exposure' | 'isNew' | 'groupId' | 'ruleId'>;

/** Sorts what could not be closed first, then by severity, what the internet reaches before the rest, new findings before known ones. */
export function bySeverityFirst(a: Ranked, b: Ranked): number {
  return (
    rank(a) - rank(b) ||
    a.groupId.localeCompare(b.groupId, 'en-GB') ||
    a.ruleId.localeCompare(b.ruleId, 'en-GB')
  );
}

function rank({ status, severity, exposure, isNew }: Ranked): number {
  const first = status === 'undecided' ? 200 : isStillOpen(status) ? 0 : 100;
  const reach = exposure === undefined ? KINDS.length - 1 : KINDS.indexOf(exposure);
  return first + 10 * SEVERITIES.indexOf(severity) + 2 * reach + (isNew ? 0 : 1);
}

function plus(
  counts: Readonly<Record<string, number>>,
  names: readonly string[],
): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...counts };
  for (const name of names) sum[name] = (sum[name] ?? 0) + 1;
  return sum;
}
