// Takes in EC2's answers to the calls that change a group.
import type { Kept } from '../plan/plan.ts';
import { contentOf, parseRule } from '../rule.ts';
import { revocationsIn } from './judge.ts';
import type { Answer, Batch, Sent } from './mutation.ts';
import type { Attempt } from './state.ts';

/** The attempt with the answer to a call that revokes rules. */
export function withRevoked(attempt: Attempt, batch: Batch, answer: Answer): Attempt {
  const findings = revocationsIn(attempt.judged);
  const targets = new Map(attempt.targets);
  for (const rule of batch.rules) {
    const finding = findings.find((one) => one.rule.id === rule.id);
    const sent = targets.get(rule.id)?.sent;
    const own = answerFor(rule.id, answer);
    if (finding !== undefined) targets.set(rule.id, { finding, sent: sentNow(sent, rule, own, batch) });
  }
  const isUnsure = batch.rules.some(({ id }) => UNSURE.has(answerFor(id, answer).kind));
  const throttled = answer.kind === 'throttled' ? attempt.throttled + 1 : 0;
  return { ...attempt, targets, throttled, isRested: false, isStale: isUnsure };
}

const UNSURE = new Set<Answer['kind']>(['not-found', 'unanswered']);

/** In the default VPC, EC2 may know only some rules of a call. */
function answerFor(ruleId: string, answer: Answer): Answer {
  if (answer.kind !== 'accepted' || answer.unknownIds?.includes(ruleId) !== true) return answer;
  return { kind: 'not-found', detail: 'EC2 does not know this permission' };
}

function sentNow(before: Sent | undefined, rule: Batch['rules'][number], answer: Answer, batch: Batch): Sent {
  const content = contentOf(rule);
  const times = before?.content === content ? before.times + 1 : 1;
  // A call that follows an unanswered one may be refused because that one was carried out.
  const wasUnanswered = before?.content === content && before.answer.kind === 'unanswered';
  const known = wasUnanswered && answer.kind === 'not-found' ? before.answer : answer;
  const limit = batch.by === 'id' ? 1 : batch.rules.length;
  return { content, answer: known, times, changes: before?.changes ?? 0, looks: 0, limit };
}

/** The attempt with the answer to a call that adds rules. */
export function withAdded(attempt: Attempt, rules: readonly Kept['rule'][], answer: Answer): Attempt {
  const additions = new Map(attempt.additions);
  for (const [index, rule] of rules.entries()) {
    const content = contentOf(parseRule(rule));
    const before = additions.get(content);
    const id = answer.kind === 'accepted' ? answer.ruleIds?.[index] : undefined;
    additions.set(content, {
      rule,
      answer,
      times: (before?.times ?? 0) + 1,
      isAlone: rules.length === 1,
      wasUnanswered: before?.wasUnanswered === true || before?.answer.kind === 'unanswered',
      ...(id !== undefined && { id }),
    });
  }
  return { ...attempt, additions, isRested: false, isAdditionUnseen: true };
}
