// What an attempt asks the breaker, its answer, and whether a policy waits for it.
import { wordsOf } from '../change/words.ts';
import type { Violation } from '../evaluate/evaluate.ts';
import type { AskingPolicy, BreakerRequest } from '../plan/breaker.ts';
import type { Finding } from '../plan/plan.ts';
import { revocationsIn } from './judge.ts';
import type { Attempt } from './state.ts';

/** The request to the breaker: the rules to be revoked that it was not asked about yet, with the policies that ask for it. */
export function breakerRequest(attempt: Attempt): BreakerRequest {
  const { judged, task } = attempt;
  return {
    entryId: attempt.entry?.id ?? attempt.progress?.next ?? task.id,
    groupId: judged?.scene.group.id ?? '',
    rules: unasked(attempt).map((finding) => ({
      ruleId: finding.rule.id,
      policies: askingNow(finding, attempt),
    })),
    isFresh: isFresh(attempt),
    isAdmitted: task.isAdmitted,
  };
}

/** The findings to ask the breaker about: rules change in mid-flight, and then other policies may ask for them. */
export function unasked(attempt: Attempt): readonly Finding[] {
  const going = attempt.admission?.going ?? new Set();
  return revocationsIn(attempt.judged).filter((finding) =>
    askingNow(finding, attempt).some(({ key }) => !going.has(key)),
  );
}

/** The policies that ask for a rule to be revoked or trimmed, and do not wait. */
function askingNow({ verdicts, ...finding }: Finding, { judged }: Attempt): readonly AskingPolicy[] {
  const [first, ...others] = verdicts.filter((violation) => judged?.waiting.has(violation) !== true);
  return first === undefined ? [] : askingFor({ ...finding, verdicts: [first, ...others] });
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

/** Whether the breaker has a policy wait with a rule. */
export function isHeld({ rule, policy }: Violation, { admission }: Attempt): boolean {
  return admission?.waiting.get(rule.id)?.has(policy.key) === true;
}

/** Adds the breaker's answer to its earlier ones. EC2 has refused to revoke, as it was, what the breaker holds now. */
export function withAdmission(attempt: Attempt, answer: Answered): Attempt {
  const admission = attempt.admission === undefined ? answer : joined(attempt.admission, answer);
  const isRefused = (id: string) =>
    answer.held.has(id) && attempt.targets.get(id)?.sent?.answer.kind === 'not-found';
  const targets = new Map([...attempt.targets].filter(([id]) => !isRefused(id)));
  const asked = { ...attempt, admission, targets };
  if ([...answer.waiting.values()].every(({ size }) => size === 0)) return asked;
  // What may be revoked is planned again, without the policies that wait.
  const { judged: _, ...unjudged } = asked;
  return unjudged;
}

type Answered = NonNullable<Attempt['admission']>;

function joined(before: Answered, answer: Answered): Answered {
  const { held, waiting, holds, going, latching, uncounted, members } = answer;
  return {
    held: before.held.union(held),
    waiting: new Map(
      [...before.waiting, ...waiting].map(([id, keys]) => [
        id,
        keys.union(before.waiting.get(id) ?? new Set()),
      ]),
    ),
    holds: new Map([...before.holds, ...holds]),
    going: before.going.union(going),
    latching: [...before.latching, ...latching],
    uncounted: [...before.uncounted, ...uncounted],
    members: [...before.members, ...members],
  };
}
