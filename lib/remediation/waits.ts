// What an attempt leaves waiting, for the breaker or for the end of a grace, to be taken up later; and what it has taken up, which no
// longer waits.
import type { ChangedRules, ChangedWords } from '../change/changed-rules.ts';
import { wordsOf } from '../change/words.ts';
import { type AskingPolicy, joinHolds } from '../plan/breaker.ts';
import { type Graced, gracedIn } from '../plan/grace.ts';
import type { Held } from '../plan/plan.ts';
import { highestSeverity } from '../policy/severity.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import { askingFor, isFresh, isHeld } from './breaker-request.ts';
import type { Observation } from './command.ts';
import { failed } from './errors.ts';
import { heldByBreaker } from './judge.ts';
import { hasUnfinished, isClosed } from './progress.ts';
import type { Attempt, Stored, Task, Waiting } from './state.ts';
import type { Waits } from './waiting-rules.ts';

/** The ids of the rules that wait. */
export function waitingIds(waits: Waits | undefined): readonly string[] {
  return waits?.change.rules.by === 'id' ? waits.change.rules.ids : [];
}

/** What two entries of one change have wait, together: the rules of both. */
export function joinWaits(one: Waits, other: Waits): Waits {
  const ids = [...new Set([...waitingIds(one), ...waitingIds(other)])];
  const { rules } = one.change;
  const contents = { ...one.contents, ...other.contents };
  return {
    ...one,
    contents,
    change: { ...one.change, rules: rules.by === 'id' ? { ...rules, ids } : rules },
  };
}

/** What waits, to be taken up later; undefined if nothing does. */
export function waitsOf(attempt: Attempt): Waits | undefined {
  const { judged, task, now, before } = attempt;
  const graced = ownGraced(attempt);
  const waiting = waitingIn(attempt);
  if (waiting.length === 0) return undefined;
  const all = waiting.flatMap(askingFor);
  const [until] = graced.map((one) => one.until).toSorted();
  const group = { by: 'id' as const, id: (judged ?? before)?.scene.group.id ?? '' };
  const { rules: changed } = task.change;
  // When the rules are taken up, too, only policies that look at the tags may close what tags have brought up.
  const tags = 'tags' in changed && changed.tags !== undefined ? { tags: changed.tags } : {};
  const vpc = 'vpcId' in changed && changed.vpcId !== undefined ? { vpcId: changed.vpcId } : {};
  const words = wordsLater(changed);
  const ids = waiting.map(({ rule }) => rule.id);
  return {
    taskId: task.id,
    change: {
      ...task.change,
      group,
      direction: undefined,
      rules: { by: 'id' as const, ids, rules: [], ...tags, ...vpc, ...(words && { words }) },
    },
    contents: Object.fromEntries(waiting.map(({ rule }) => [rule.id, contentNow(rule, task)])),
    since: task.takesUp?.since ?? now.toISOString(),
    severity: highestSeverity(all) ?? 'low',
    policies: waitedFor(attempt),
    ...(until !== undefined && { until }),
    isFresh: isFresh(attempt),
  };
}

function waitingIn(attempt: Attempt): readonly Held[] {
  return [...heldByBreaker(attempt.judged), ...ownGraced(attempt)];
}

/** The policies for which something waits for the breaker. */
function waitedFor(attempt: Attempt): readonly AskingPolicy[] {
  const held = waitingIn(attempt)
    .flatMap(({ verdicts }) => verdicts)
    .filter((one) => isHeld(one, attempt));
  const asking = held.map(({ policy: { key, severity } }) => ({ key, severity }));
  return [...new Map(asking.map((policy) => [policy.key, policy])).values()];
}

/**
 * The attempt with why the breaker has rules wait. INVARIANT: these are the holds of the policies that its entry waits for, which the tick
 * looks up; where nothing waits any more, of what the breaker held before somebody else closed it.
 */
export function withHolds(attempt: Attempt): Attempt {
  const { admission, judged, isAnnounced, checks } = attempt;
  if (admission === undefined || judged === undefined || isAnnounced) return attempt;
  const keys = waitedFor(attempt).map(({ key }) => key);
  const before = [...admission.held].flatMap((id) => [...(admission.waiting.get(id) ?? [])]);
  const holds = joinHolds(admission.holds, keys.length > 0 ? keys : before);
  return { ...attempt, checks: { ...checks, holds: holds.map((hold) => ({ ...hold, isLoud: false })) } };
}

/** A rule that somebody else had changed before goes on as such. */
function contentNow(rule: SecurityGroupRule, { takesUp }: Task): string {
  return takesUp?.contents[rule.id] ?? contentOf(rule);
}

/** The ids of the waiting rules that somebody has changed since. */
export function changedSince(
  waits: Waits | undefined,
  live: readonly SecurityGroupRule[],
): ReadonlySet<string> {
  const { contents = {} } = waits ?? {};
  const changed = live.filter((rule) => {
    const content = Object.hasOwn(contents, rule.id) ? contents[rule.id] : undefined;
    return content !== undefined && content !== contentOf(rule);
  });
  return new Set(changed.map(({ id }) => id));
}

/** The words that brought up what waits: of these rules it is known that nothing else changed. */
function wordsLater(rules: ChangedRules): ChangedWords | undefined {
  const words = wordsOf(rules);
  return words?.of === 'description' ? { of: 'description', descriptions: {} } : words;
}

/** Those that this task takes up when their grace ends. */
function ownGraced({ judged, task }: Attempt): readonly Graced[] {
  return judged === undefined ? [] : gracedIn(judged.plan).filter(({ taskId }) => taskId === task.id);
}

/**
 * Before it ends, marks the entries that it has taken up: they must not be taken up again, unless something could not be revoked. The next
 * tick tries that again.
 */
export function withClosing(attempt: Attempt): Attempt {
  const { end, task, progress, entry, ...rest } = attempt;
  if (end === undefined || task.takesUp === undefined) return attempt;
  const isOver = end.kind === 'done' || (entry !== undefined && isClosed(entry) && !hasUnfinished(entry));
  const entries = (progress?.waiting ?? []).filter((one) => one.id !== entry?.id && isTakenUp(attempt, one));
  if (!isOver || entries.length === 0) return attempt;
  const seen = { ...rest, task, ...(progress && { progress }), ...(entry && { entry }) };
  return { ...seen, closing: { entries, end } };
}

/** Whether the attempt dealt with all rules that wait in an entry; other entries of the change may have other rules that wait. */
function isTakenUp({ task, progress }: Attempt, { waits }: Stored<Waiting>): boolean {
  const dealtWith = new Set([...waitingIds(task.takesUp), ...(progress?.known ?? [])]);
  return waitingIds(waits).every((id) => dealtWith.has(id));
}

/** The attempt with one of these entries stored. */
export function withClosed(
  attempt: Attempt,
  { entries, end }: NonNullable<Attempt['closing']>,
  seen: Observation,
): Attempt {
  if (seen.saw === 'error') return { ...attempt, end: failed(seen.error) };
  if (seen.saw !== 'written') return attempt;
  const left = entries.filter(({ id }) => id !== seen.entry.id);
  return left.length === 0 ? { ...attempt, end } : { ...attempt, closing: { entries: left, end } };
}
