// One rule in a digest, compared with how the previous sweep left it.
import type { Exposure } from '../../exposure/exposure.ts';
import type { Severity } from '../../policy/severity.ts';
import type { FindingRecord } from '../record.ts';

/** What people read about one rule. */
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
  /** The policies in dry run that it violates beside these. */
  readonly wouldAlso?: readonly string[];
  readonly reason: string;
  readonly status: LineStatus;
  readonly detail?: string;
  /** When its grace ends, ISO 8601. */
  readonly until?: string;
  /** Whether the previous sweep did not find it; undefined where nothing can be compared. */
  readonly isNew?: boolean;
  /** Whether packets from the internet reach it; missing where that was not looked up. */
  readonly exposure?: Exposure['kind'];
}

/**
 * `reported`: found, and not acted on; `held`: the sweep would have closed too much; `unfinished`: on record, with an unknown
 * outcome.
 */
export type LineStatus =
  | NonNullable<FindingRecord['outcome']>
  | 'reported'
  | 'protected'
  | 'foreign'
  | 'breaker'
  | 'grace'
  | 'held'
  | 'unfinished'
  | 'undecided';

/** The ids of rules that should have been revoked and are still there, by status, up to a limit. */
export type Standing = Readonly<Record<string, readonly string[]>>;

/** What the previous sweep found. */
export interface Comparison {
  readonly seen: ReadonlySet<string>;
  readonly standing: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What the previous sweep left, as sets to compare with. */
export function comparisonWith(previous: {
  readonly seen: readonly string[];
  readonly standing: Standing;
}): Comparison {
  const sets = Object.entries(previous.standing).map(([status, ids]) => [status, new Set(ids)] as const);
  return { seen: new Set(previous.seen), standing: new Map(sets) };
}

/** The comparison when there is no earlier sweep. */
export const NOTHING_BEFORE: Comparison = comparisonWith({ seen: [], standing: {} });

const QUIET: readonly LineStatus[] = ['reported', 'dry-run', 'protected', 'foreign', 'undecided'];
const STANDING: readonly LineStatus[] = ['denied', 'failed', 'unconfirmed', 'breaker', 'held'];
/** What a sweep remembers of rules that are still there, to report it once. */
const REMEMBERED: readonly LineStatus[] = [...STANDING, 'grace'];
/** The limit for each status; what is not remembered is reported as if it were new. */
const MOST_STANDING = 2000;

/** Whether the finding says nothing that the previous sweep did not say. */
export function isAsItWas({ ruleId, status }: Line, before: Comparison): boolean {
  return QUIET.includes(status) || isStanding(before, status, ruleId);
}

/** Whether the previous sweep left the rule in that status. */
export function isStanding({ standing }: Comparison, status: LineStatus, ruleId: string): boolean {
  return standing.get(status)?.has(ruleId) ?? false;
}

/** Whether a rule is still open that should have been revoked; these come first in a digest. */
export function isStillOpen(status: LineStatus): boolean {
  return status === 'unfinished' || STANDING.includes(status);
}

/** Whether a rule is open, or may be, for whatever reason. */
export function isOpenAfter(status: LineStatus): boolean {
  return isStillOpen(status) || ['reported', 'dry-run', 'protected', 'foreign', 'grace'].includes(status);
}

/** Adds these rules. A rule that EC2 denied is remembered as denied while a hold keeps it from being tried. */
export function withStanding(standing: Standing, lines: readonly Line[], before: Comparison): Standing {
  const sum: Record<string, readonly string[]> = { ...standing };
  const add = (status: LineStatus, id: string) => {
    sum[status] = [...(sum[status] ?? []), id].slice(0, MOST_STANDING);
  };
  for (const { ruleId, status } of lines) {
    if (REMEMBERED.includes(status)) add(status, ruleId);
    if (status === 'held' && isStanding(before, 'denied', ruleId)) add('denied', ruleId);
  }
  return sum;
}
