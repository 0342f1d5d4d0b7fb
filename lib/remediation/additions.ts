// The rules that keep a part of a trimmed rule: which are still to be added, which cannot be, and which live rules are among them.
import type { Tag } from '@aws-sdk/client-ec2';
import { isTrimming, type Plan, type Trimming } from '../plan/plan.ts';
import { givesWay, trimmingPolicies } from '../plan/way-out.ts';
import { contentOf, parseRule, type SecurityGroupRule } from '../rule.ts';
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
  const byKind = Map.groupBy(plan.trim, ({ rule }) => left.has(rule));
  // Other policies, which wait, still ask for the rule.
  const held = (byKind.get(true) ?? []).flatMap(({ beyond }) => beyond ?? []);
  const waiting = new Set(held.map(({ rule }) => rule));
  const after = {
    ...plan,
    trim: byKind.get(false) ?? [],
    held: [...plan.held, ...held],
    notify: [...plan.notify, ...refused.filter(({ rule }) => !waiting.has(rule))],
  };
  return { ...attempt, judged: { ...judged, plan: after } };
}

/**
 * The ids of the live rules that keep a part of rules that are gone, where other policies ask for more than what went: they are a part of
 * the change, as the rules were.
 */
export function partsLeft(attempt: Attempt, live: readonly SecurityGroupRule[]): ReadonlySet<string> {
  const { targets, earlierJudged } = attempt;
  const there = new Set(live.map(({ id }) => id));
  const contents = new Set(
    [
      ...[...targets.values()].map(({ finding }) => finding),
      ...earlierJudged.flatMap(({ plan }) => plan.trim),
    ]
      .filter(isTrimming)
      .filter(({ rule, beyond }) => beyond !== undefined && !there.has(rule.id))
      .flatMap(({ remainder }) => remainder.rules.map((rule) => contentOf(parseRule(rule)))),
  );
  if (contents.size === 0) return new Set();
  const parts = live.filter((rule) => contents.has(contentOf(rule)) && isOwnAddition(rule, attempt));
  return new Set(parts.map(({ id }) => id));
}

function refusedOf(trimming: Trimming, attempt: Attempt): Plan['notify'] {
  const { remainder, beyond: _, ...finding } = trimming;
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

/** The tag that names the record whose remediation added a rule. */
const RECORD_TAG = 'portcullis:record';

/** A tag value has at most 256 characters. */
export function recordTag(id: string): Tag {
  return { Key: RECORD_TAG, Value: id.slice(0, 256) };
}

/** True for a live rule that this or an earlier try of the same remediation added. */
export function isOwnAddition(rule: SecurityGroupRule, { entry, additions }: Attempt): boolean {
  const made = additions.get(contentOf(rule));
  if (made?.answer.kind === 'accepted') return made.id === undefined || made.id === rule.id;
  const { Value } = entry === undefined ? {} : recordTag(entry.id);
  return (rule.aws.Tags ?? []).some((tag) => tag.Key === RECORD_TAG && tag.Value === Value);
}
