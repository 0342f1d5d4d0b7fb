// What a sweep has found so far, as plain JSON of a bounded size however many groups there are: numbers of everything, the
// gravest findings for the digest, and the ids of the violating rules for the next sweep to compare with.
import { mayBeGone } from '../../plan/plan.ts';
import { SEVERITIES, type Severity } from '../../policy/policy.ts';
import { parseRule, type SecurityGroup } from '../../rule.ts';
import { ruleInWords } from '../phrases.ts';
import type { FindingRecord } from '../record.ts';

/** What people are told of one rule. */
export interface Line {
  readonly groupId: string;
  readonly groupName: string;
  /** The account that the group belongs to. */
  readonly ownerId: string;
  readonly ruleId: string;
  /** `SSH (tcp/22) from the whole internet (0.0.0.0/0)`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly policies: readonly string[];
  readonly reason: string;
  readonly status: LineStatus;
  readonly detail?: string;
  /** The previous sweep did not find it; undefined where nothing can be compared. */
  readonly isNew?: boolean;
  /** Makes the rule again; only for those that are gone, or may be. */
  readonly undo?: string;
}

/** `reported`: found, and not acted on; `unfinished`: on record, and nobody knows what came of it. */
export type LineStatus =
  | NonNullable<FindingRecord['outcome']>
  | 'reported'
  | 'protected'
  | 'foreign'
  | 'breaker'
  | 'unfinished'
  | 'undecided';

export interface Tally {
  readonly groups: number;
  readonly rules: number;
  /** Groups in which something violates. */
  readonly affected: number;
  readonly violations: number;
  readonly exempt: number;
  readonly undecided: number;
  /** Violations that the previous sweep did not find; undefined where nothing can be compared. */
  readonly fresh: number | undefined;
  /** Groups that could not be dealt with. */
  readonly troubled: number;
  readonly bySeverity: Readonly<Record<string, number>>;
  readonly byPolicy: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly gravest: readonly Line[];
  /** The ids of the violating rules, as many as are remembered. */
  readonly seen: readonly string[];
}

/** What was found in one group. */
export interface Found {
  readonly group: Pick<SecurityGroup, 'id' | 'name' | 'ownerId'>;
  readonly rules: number;
  readonly exempt: number;
  readonly findings: readonly FindingRecord[];
  /** Whether it was to be acted on; what has no outcome then is unfinished. */
  readonly isActedOn: boolean;
  readonly isTroubled: boolean;
}

/** More lines than these nobody reads in a mail. */
const MOST_LINES = 20;
/** Two sweeps of so many ids fit into one item of the ledger: 400 KB, and an id takes about ten bytes. */
export const MOST_SEEN = 15_000;

/** Before the first group; `isComparable` tells whether the ids of the previous sweep are known. */
export function emptyTally(isComparable: boolean): Tally {
  return {
    ...{ groups: 0, rules: 0, affected: 0, violations: 0, exempt: 0, undecided: 0, troubled: 0 },
    fresh: isComparable ? 0 : undefined,
    ...{ bySeverity: {}, byPolicy: {}, byStatus: {}, gravest: [], seen: [] },
  };
}

/** The tally with one more group; `before` holds the ids of the previous sweep. */
export function addFound(tally: Tally, found: Found, before: ReadonlySet<string>): Tally {
  const lines = found.findings.map((finding) => toLine(finding, found, tally, before));
  const violations = lines.filter(({ status }) => status !== 'undecided');
  return {
    groups: tally.groups + 1,
    rules: tally.rules + found.rules,
    affected: tally.affected + (violations.length > 0 ? 1 : 0),
    violations: tally.violations + violations.length,
    exempt: tally.exempt + found.exempt,
    undecided: tally.undecided + lines.length - violations.length,
    troubled: tally.troubled + (found.isTroubled ? 1 : 0),
    fresh:
      tally.fresh === undefined ? undefined : tally.fresh + violations.filter((line) => line.isNew).length,
    bySeverity: plus(
      tally.bySeverity,
      violations.map(({ severity }) => severity),
    ),
    byPolicy: plus(
      tally.byPolicy,
      lines.flatMap(({ policies }) => policies),
    ),
    byStatus: plus(
      tally.byStatus,
      lines.map(({ status }) => status),
    ),
    gravest: [...tally.gravest, ...lines].toSorted(byGravity).slice(0, MOST_LINES),
    seen: [...tally.seen, ...violations.map(({ ruleId }) => ruleId)].slice(0, MOST_SEEN),
  };
}

/** Whether the ids of all violating rules are there. */
export function remembersAll({ violations, seen }: Pick<Tally, 'violations' | 'seen'>): boolean {
  return violations === seen.length;
}

function toLine(
  finding: FindingRecord,
  { group, isActedOn }: Found,
  { fresh }: Tally,
  before: ReadonlySet<string>,
): Line {
  const { policies, detail, ruleId, undo } = finding;
  return {
    groupId: group.id,
    groupName: group.name,
    ownerId: group.ownerId,
    ruleId,
    rule: ruleInWords(parseRule(finding.rule)),
    severity: policies[0]?.severity ?? 'low',
    policies: policies.map(({ id }) => id),
    reason: policies[0]?.reason ?? '',
    status: statusOf(finding, isActedOn),
    ...(detail === undefined ? {} : { detail }),
    ...(fresh === undefined ? {} : { isNew: !before.has(ruleId) }),
    ...(undo === undefined || !mayBeGone(finding) ? {} : { undo }),
  };
}

function statusOf({ action, outcome, because }: FindingRecord, isActedOn: boolean): LineStatus {
  if (outcome !== undefined) return outcome;
  if (because !== undefined) return because;
  if (action === 'undecided') return 'undecided';
  return isActedOn && (action === 'revoke' || action === 'trim') ? 'unfinished' : 'reported';
}

/** What could not be closed first, then by severity, the new ones before the others. */
function byGravity(a: Line, b: Line): number {
  return (
    rank(a) - rank(b) ||
    a.groupId.localeCompare(b.groupId, 'en-GB') ||
    a.ruleId.localeCompare(b.ruleId, 'en-GB')
  );
}

const STUBBORN: readonly LineStatus[] = ['denied', 'failed', 'unconfirmed', 'unfinished', 'breaker'];

function rank({ status, severity, isNew }: Line): number {
  const first = status === 'undecided' ? 200 : STUBBORN.includes(status) ? 0 : 100;
  return first + 10 * SEVERITIES.indexOf(severity) + (isNew ? 0 : 1);
}

function plus(
  counts: Readonly<Record<string, number>>,
  names: readonly string[],
): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...counts };
  for (const name of names) sum[name] = (sum[name] ?? 0) + 1;
  return sum;
}
