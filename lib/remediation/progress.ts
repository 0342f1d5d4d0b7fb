// How far earlier tries of a change came. An event of which something failed, waited or was not visible yet has one entry for each
// try that found more.
import { isUnfinished } from '../plan/plan.ts';
import type { AuditRecord } from '../report/record.ts';
import { contentOf, parseRule } from '../rule.ts';
import type { Entry, Progress, Stored, Waiting } from './state.ts';

/** The question that a task asks the ledger. */
export interface ProgressRequest {
  /** The id of the task. */
  readonly id: string;
  readonly isSilent: boolean;
  /** Whether to take up what waits. */
  readonly takesUp: boolean;
}

/** The id of the nth entry of a task, counted from 0. */
export function entryName(id: string, index: number): string {
  return index === 0 ? id : `${id}.${index + 1}`;
}

/** Whether the entry is closed, and what it left undone belongs to the next entry. */
export function isFollowed(entry: Entry, { isSilent, takesUp }: ProgressRequest): boolean {
  if (!isClosed(entry)) return false;
  const { isComplete } = entry;
  const isLeft = !isComplete || (!isSilent && hasUnfinished(entry));
  return takesUp || isLeft || ('takenUpAt' in entry && entry.takenUpAt !== undefined);
}

/** Whether a rule of the entry could not be revoked, and another try may. */
export function hasUnfinished({ record }: Entry): boolean {
  return record.findings.some(isUnfinished);
}

/** Whether no try has anything left to do: the tick handles what waits, and batches. */
export function isClosed({ state }: Entry): boolean {
  return state === 'notified' || state === 'waiting' || state === 'batched';
}

/** The progress of a task, from its entries, the oldest first. */
export function progressOf(id: string, entries: readonly Stored[]): Progress {
  const known = dealtWith(entries);
  const ended = dealtWith(entries.filter(isClosed));
  const failed = entries.flatMap(({ record }) => record.findings).filter(isUnfinished);
  return {
    last: entries.at(-1),
    next: entryName(id, entries.length),
    known,
    failed: new Map(
      failed
        .filter(({ ruleId }) => !ended.has(ruleId))
        .map(({ ruleId, rule }) => [ruleId, contentOf(parseRule(rule))]),
    ),
    waiting: entries.filter((one): one is Stored<Waiting> => one.state === 'waiting'),
  };
}

/** The ids of the rules that an entry was about, as far as every policy was asked. */
export function judgedIn({ snapshot, isForSome }: Entry): readonly string[] {
  return isForSome === true ? [] : snapshot.changed;
}

/** The ids of rules that entries have dealt with; a rule that failed or waits may be tried again. */
function dealtWith(entries: readonly Entry[]): ReadonlySet<string> {
  return entries.reduce((known, { snapshot, record }) => {
    const open = record.findings.filter((one) => isUnfinished(one) || isWaiting(one));
    const openIds = new Set(open.map(({ ruleId }) => ruleId));
    return known.union(new Set(snapshot.changed)).difference(openIds);
  }, new Set<string>());
}

/** True for a rule that waits, for the breaker or for the end of a grace. */
export function isWaiting({ because }: AuditRecord['findings'][number]): boolean {
  return because === 'breaker' || because === 'grace';
}
