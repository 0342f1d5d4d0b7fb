// What an attempt leaves waiting, for the breaker or for the end of a grace, to be taken up later.
import type { ChangedRules, ChangedWords } from '../change/changed-rules.ts';
import { wordsOf } from '../change/words.ts';
import { SEVERITIES } from '../policy/policy.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import { askingFor, isFresh, isHeld } from './breaker-request.ts';
import { ownGraced } from './grace.ts';
import { heldByBreaker } from './judge.ts';
import type { Attempt, Task, Waits } from './state.ts';

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
  const waiting = [...heldByBreaker(judged), ...graced];
  if (waiting.length === 0) return undefined;
  const held = waiting.flatMap(({ verdicts }) => verdicts).filter((one) => isHeld(one, attempt));
  const asking = held.map(({ policy: { key, severity } }) => ({ key, severity }));
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
    severity: SEVERITIES.find((severity) => all.some((policy) => policy.severity === severity)) ?? 'low',
    policies: [...new Map(asking.map((policy) => [policy.key, policy])).values()],
    ...(until !== undefined && { until }),
    isFresh: isFresh(attempt),
  };
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
