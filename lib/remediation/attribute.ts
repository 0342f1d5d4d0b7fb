// The outcome of each rule that was to be revoked, and of the rules that keep a part of it. Claims only what was observed.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Finding, Kept, Outcome, Trimming } from '../plan/plan.ts';
import { contentOf, parseRule, type SecurityGroupRule } from '../rule.ts';
import { isOwnAddition } from './additions.ts';
import { type Judged, revocationsIn } from './judge.ts';
import type { RevokeTarget, Sent } from './mutation.ts';
import type { Attempt } from './state.ts';
import type { NotedRevoke } from './write-ahead-note.ts';

/**
 * The findings that have or need an outcome: what was sent now or earlier, and what is still to be revoked. What the breaker holds, what
 * has a grace, what only policies in dry run still ask for, and what is now only reported is none of them, also where it was sent before
 * it changed.
 */
export function findingsOf({ targets, judged }: Attempt): readonly (Finding | Trimming)[] {
  const left = new Set(leftIn(judged).map(({ rule }) => rule.id));
  const known = [...targets.values()].flatMap(({ finding }) => (left.has(finding.rule.id) ? [] : [finding]));
  const others = revocationsIn(judged).filter(({ rule }) => !targets.has(rule.id));
  return [...known, ...others];
}

function leftIn(judged: Judged | undefined): readonly Pick<Finding, 'rule'>[] {
  if (judged === undefined) return [];
  const { dryRun, held, notify, undecided } = judged.plan;
  return [...dryRun, ...held, ...notify, ...undecided];
}

/** One outcome for each finding, and for each rule that only policies in dry run ask for. */
export function outcomesOf(attempt: Attempt): readonly Outcome[] {
  const live = new Map(attempt.judged?.scene.rules.map((rule) => [rule.id, rule]));
  const outcomes = findingsOf(attempt).map((finding) => {
    const outcome = outcomeOf(finding.rule, live.get(finding.rule.id), attempt);
    return 'remainder' in finding ? withRemainder(outcome, finding, attempt) : outcome;
  });
  return [
    ...outcomes,
    ...(attempt.judged?.plan.dryRun ?? []).map(({ rule }): Outcome => ({ rule, outcome: 'dry-run' })),
  ];
}

function outcomeOf(rule: SecurityGroupRule, live: SecurityGroupRule | undefined, attempt: Attempt): Outcome {
  const target = attempt.targets.get(rule.id);
  if (live === undefined) return goneOutcome(rule, target, attempt);
  const isPlanned = revocationsIn(attempt.judged).some((finding) => finding.rule.id === rule.id);
  if (!isPlanned) return { rule, outcome: 'changed' };
  return openOutcome(rule, target?.sent, attempt);
}

/** The outcome of a rule that no longer exists. */
function goneOutcome(rule: SecurityGroupRule, target: RevokeTarget | undefined, attempt: Attempt): Outcome {
  const noted = attempt.earlierNote.revoking[rule.id];
  const answer = target?.sent?.answer;
  if (answer?.kind === 'accepted') return { rule, outcome: 'revoked', ...confirmation(rule, answer.ruleIds) };
  if (answer?.kind === 'unanswered') return { rule, outcome: 'gone', detail: answer.detail };
  return noted === undefined ? { rule, outcome: 'absent' } : notedOutcome(rule, noted);
}

function notedOutcome(rule: SecurityGroupRule, { isAccepted, time }: NotedRevoke): Outcome {
  return isAccepted
    ? { rule, outcome: 'revoked', time }
    : { rule, outcome: 'gone', time, detail: 'a try that was cut short was about to revoke it' };
}

/** EC2 names the rules that it revoked; if the id differs, the record says so. */
function confirmation(rule: SecurityGroupRule, ruleIds: readonly string[] | undefined): { detail?: string } {
  if (ruleIds === undefined || ruleIds.length === 0 || ruleIds.includes(rule.id)) return {};
  return { detail: `EC2 says that it revoked ${ruleIds.slice(0, 3).join(', ')}` };
}

/** The outcome of a rule that is still there and still violates. */
function openOutcome(rule: SecurityGroupRule, sent: Sent | undefined, { readError }: Attempt): Outcome {
  if (sent === undefined) return { rule, outcome: 'failed', detail: 'there was no time left to revoke it' };
  const { answer } = sent;
  const unseen = readError ?? 'it is still there';
  switch (answer.kind) {
    case 'accepted':
      return { rule, outcome: 'unconfirmed', detail: `the rule was not seen to be gone: ${unseen}` };
    case 'unanswered':
      return {
        rule,
        outcome: 'unconfirmed',
        detail: `the rule was not seen to be gone: ${readError ?? answer.detail}`,
      };
    case 'denied':
      return { rule, outcome: 'denied', detail: answer.detail };
    default:
      return { rule, outcome: 'failed', detail: answer.detail };
  }
}

/** Adds what became of the rules that keep a part of a trimmed rule, if that rule is gone or may be. */
function withRemainder(outcome: Outcome, { remainder }: Trimming, attempt: Attempt): Outcome {
  if (!REPLACED.has(outcome.outcome)) return outcome;
  return { ...outcome, remainder: remainder.rules.map((rule) => keptOf(rule, attempt)) };
}

const REPLACED = new Set<Outcome['outcome']>(['revoked', 'gone', 'unconfirmed']);

function keptOf(rule: AwsSecurityGroupRule, attempt: Attempt): Kept {
  const { additions, judged, before } = attempt;
  const content = contentOf(parseRule(rule));
  const live = judged?.scene.rules.find((one) => contentOf(one) === content);
  const tried = additions.get(content);
  const isOwn = live !== undefined && isOwnAddition(live, attempt);
  if (tried?.answer.kind === 'accepted' || isOwn) return { rule, outcome: 'added' };
  // A rule that exists after an unanswered request was made by that request.
  if (tried?.answer.kind === 'duplicate' && tried.wasUnanswered === true) return { rule, outcome: 'added' };
  const wasThere = before?.scene.rules.some((one) => contentOf(one) === content) ?? false;
  if (tried?.answer.kind === 'duplicate' || wasThere) return { rule, outcome: 'present' };
  if (tried === undefined) {
    return { rule, outcome: 'refused', detail: 'the try that was to add it was cut short' };
  }
  const isUnconfirmed = tried.answer.kind === 'unanswered' ? { isUnconfirmed: true as const } : {};
  const detail = 'detail' in tried.answer ? tried.answer.detail : '';
  return { rule, outcome: 'refused', detail, ...isUnconfirmed };
}
