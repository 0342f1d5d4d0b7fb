// What an attempt asks the breaker, and which of its rules wait.
import type { ChangedRules, ChangedWords } from '../change/changed-rules.ts';
import { wordsOf } from '../change/words.ts';
import type { AskingPolicy, BreakerRequest } from '../plan/breaker.ts';
import { type Finding, type Plan, revocations } from '../plan/plan.ts';
import { SEVERITIES } from '../policy/policy.ts';
import type { Attempt, Waits } from './state.ts';
import { pending } from './swap.ts';

/** The request to the breaker: the rules to be revoked that it was not asked about yet, with the policies that ask for it. */
export function breakerRequest(attempt: Attempt): BreakerRequest {
  const { judged, task } = attempt;
  return {
    entryId: attempt.entry?.id ?? attempt.progress?.next ?? task.id,
    groupId: judged?.scene.group.id ?? '',
    rules: unasked(attempt).map((finding) => ({ ruleId: finding.rule.id, policies: askingFor(finding) })),
    isFresh: isFresh(attempt),
    isAdmitted: task.isAdmitted,
  };
}

/** The findings to ask the breaker about: rules change in mid-flight, and then other policies may ask for them. */
export function unasked(attempt: Attempt): readonly Finding[] {
  const going = attempt.admission?.going ?? new Set();
  return pending(attempt).filter((finding) => !askingFor(finding).some(({ key }) => going.has(key)));
}

/** The policies that ask for a rule to be revoked or trimmed. */
export function askingFor({ verdicts }: Finding): readonly AskingPolicy[] {
  const asking = verdicts.filter(({ policy }) => policy.action !== 'notify');
  return asking.map(({ policy: { key, severity } }) => ({ key, severity }));
}

/** True when this very change made the rules: the call names them. False for what a tag, a prefix list or a new description brings up. */
function isFresh({ task: { change, takesUp } }: Attempt): boolean {
  const { rules } = change;
  return takesUp?.isFresh ?? ((rules.by === 'id' || rules.by === 'content') && wordsOf(rules) === undefined);
}

/** The findings of a plan that the breaker holds. */
export function heldIn(plan: Plan, { admission }: Attempt): readonly Finding[] {
  return revocations(plan).filter(({ rule }) => admission?.held.has(rule.id) === true);
}

/** The ids of the rules that wait. */
export function waitingIds(waits: Waits | undefined): readonly string[] {
  return waits?.change.rules.by === 'id' ? waits.change.rules.ids : [];
}

/** What two entries of one change have wait, together: the rules of both. */
export function joinWaits(one: Waits, other: Waits): Waits {
  const ids = [...new Set([...waitingIds(one), ...waitingIds(other)])];
  const { rules } = one.change;
  return { ...one, change: { ...one.change, rules: rules.by === 'id' ? { ...rules, ids } : rules } };
}

/** What waits for the breaker, to be taken up later; undefined if nothing does. */
export function waitsOf(attempt: Attempt): Waits | undefined {
  const { judged, task, now, before } = attempt;
  const held = judged === undefined ? [] : heldIn(judged.plan, attempt);
  if (held.length === 0) return undefined;
  const asking = held.flatMap(askingFor);
  const policies = new Map(asking.map((policy) => [policy.key, policy]));
  const group = { by: 'id' as const, id: (judged ?? before)?.scene.group.id ?? '' };
  const { rules: changed } = task.change;
  // When the rules are taken up, too, only policies that look at the tags may close what tags have brought up.
  const tags = 'tags' in changed && changed.tags !== undefined ? { tags: changed.tags } : {};
  const vpc = 'vpcId' in changed && changed.vpcId !== undefined ? { vpcId: changed.vpcId } : {};
  const words = wordsLater(changed);
  const ids = held.map(({ rule }) => rule.id);
  const rules = { by: 'id' as const, ids, rules: [], ...tags, ...vpc, ...(words && { words }) };
  return {
    taskId: task.id,
    change: { ...task.change, group, direction: undefined, rules },
    since: task.takesUp?.since ?? now.toISOString(),
    severity: SEVERITIES.find((severity) => asking.some((policy) => policy.severity === severity)) ?? 'low',
    policies: [...policies.values()],
    isFresh: isFresh(attempt),
  };
}

/** The words that brought up what waits: of these rules it is known that nothing else changed. */
function wordsLater(rules: ChangedRules): ChangedWords | undefined {
  const words = wordsOf(rules);
  return words?.of === 'description' ? { of: 'description', descriptions: {} } : words;
}
