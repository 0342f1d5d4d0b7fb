// The rules that keep a part of a trimmed rule: which are still to be added, and which cannot be.
import type { Plan, Trimming } from '../plan/plan.ts';
import { givesWay, trimmingPolicies } from '../plan/way-out.ts';
import { contentOf, parseRule } from '../rule.ts';
import type { Addition } from './mutation.ts';
import type { Attempt } from './state.ts';

type Remaining = Trimming['remainder']['rules'][number];

/** Milliseconds before each further try of an addition. */
const LATE_PAUSES = [0, 2000, 5000];

/** The rules that were not added yet, each of which gets a second try alone. */
export function untried({ remainder }: Trimming, attempt: Attempt): readonly Remaining[] {
  return remainder.rules.filter((rule) => isToAdd(rule, attempt));
}

function isToAdd(rule: Remaining, { additions, judged }: Attempt): boolean {
  const tried = additions.get(contentOf(parseRule(rule)));
  if (tried === undefined) return !isLive(rule, judged);
  // A refused call with several rules says nothing about each of them, and a denied tag nothing about the rule.
  const isOpen = tried.answer.kind === 'denied' || (!tried.isAlone && tried.answer.kind !== 'accepted');
  return isOpen && tried.times === 1;
}

function isLive(rule: Remaining, judged: Attempt['judged']): boolean {
  const content = contentOf(parseRule(rule));
  return judged?.scene.rules.some((live) => contentOf(live) === content) === true;
}

/** What may pass: EC2 was busy, or did not answer; and once the revoked rule has left room, a full group. */
const BUSY = /^RequestLimitExceeded/;
const BUSY_OR_FULL = /^(RulesPerSecurityGroupLimitExceeded|RequestLimitExceeded)/;

/** The first rule that another try may add, and milliseconds to wait before it. */
export function lateAddition(
  { remainder }: Trimming,
  { additions }: Attempt,
  isRuleGone: boolean,
): { readonly rule: Remaining; readonly pause: number } | undefined {
  const tried = remainder.rules.flatMap((rule) => additions.get(contentOf(parseRule(rule))) ?? []);
  const late = tried.find((addition) => mayPass(addition, isRuleGone));
  return late && { rule: late.rule, pause: LATE_PAUSES[late.times - 1] ?? 0 };
}

function mayPass({ answer, times }: Addition, isRuleGone: boolean): boolean {
  const passing = isRuleGone ? BUSY_OR_FULL : BUSY;
  const isPassing = answer.kind === 'unanswered' || ('detail' in answer && passing.test(answer.detail));
  return isPassing && times <= LATE_PAUSES.length;
}

/** The attempt with the rules left alone whose allowed rest EC2 does not let be kept, where their policies give way. */
export function withGivenUp(attempt: Attempt): Attempt {
  const { judged } = attempt;
  if (judged === undefined || judged.plan.trim.length === 0) return attempt;
  const { plan } = judged;
  const refused = plan.trim.flatMap((trimming) => refusedOf(trimming, attempt));
  if (refused.length === 0) return attempt;
  const left = new Set(refused.map(({ rule }) => rule));
  const trim = plan.trim.filter(({ rule }) => !left.has(rule));
  return { ...attempt, judged: { ...judged, plan: { ...plan, trim, notify: [...plan.notify, ...refused] } } };
}

function refusedOf(trimming: Trimming, attempt: Attempt): Plan['notify'] {
  const { remainder, ...finding } = trimming;
  if (!givesWay(trimmingPolicies(finding)) || untried(trimming, attempt).length > 0) return [];
  const [answer] = remainder.rules.flatMap((rule) => {
    const tried = attempt.additions.get(contentOf(parseRule(rule)));
    const isKept = tried === undefined || isThere(tried) || isLive(rule, attempt.judged);
    return isKept || mayPass(tried, false) ? [] : [tried.answer];
  });
  if (answer === undefined) return [];
  return [{ ...finding, obstacle: 'refused', ...('detail' in answer && { detail: answer.detail }) }];
}

function isThere({ answer }: Addition): boolean {
  return answer.kind === 'accepted' || answer.kind === 'duplicate';
}

/** The rules that are left alone because EC2 refused what would keep their allowed rest. */
export function givenUpIn(judged: Attempt['judged']): Plan['notify'] {
  return (judged?.plan.notify ?? []).filter(({ obstacle }) => obstacle === 'refused');
}
