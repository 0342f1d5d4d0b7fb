// What an attempt asks the breaker, and which of its rules the breaker holds.
import { wordsOf } from '../change/words.ts';
import type { AskingPolicy, BreakerRequest } from '../plan/breaker.ts';
import { type Finding, type Plan, revocations } from '../plan/plan.ts';
import type { Attempt } from './state.ts';
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
export function isFresh({ task: { change, takesUp } }: Attempt): boolean {
  const { rules } = change;
  return takesUp?.isFresh ?? ((rules.by === 'id' || rules.by === 'content') && wordsOf(rules) === undefined);
}

/** The findings of a plan that the breaker holds. */
export function heldIn(plan: Plan, { admission }: Attempt): readonly Finding[] {
  return revocations(plan).filter(({ rule }) => admission?.held.has(rule.id) === true);
}
