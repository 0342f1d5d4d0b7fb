// The facts that an attempt reports: the group as it was, the plan with its outcomes, and rules that were added and left.
import type { Verdict } from '../evaluate/evaluate.ts';
import { type Held, isTrimming, joinPlans, type Outcome, type Plan, revocations } from '../plan/plan.ts';
import type { Checks, Facts } from '../report/facts.ts';
import { contentOf, parseRule, type SecurityGroupRule } from '../rule.ts';
import { isForeign } from '../target.ts';
import { isOwnAddition } from './additions.ts';
import { findingsOf } from './attribute.ts';
import type { Attempt } from './state.ts';

/** Everything that is recorded and reported of an attempt. An attempt that has judged nothing has nothing to report. */
export function factsOf(attempt: Attempt, outcomes: readonly Outcome[], checks: Checks): Facts {
  const { task, judged, before, now } = attempt;
  const { target, config, change } = task;
  const scene = (before ?? judged)?.scene;
  return {
    id: attempt.entry?.id ?? attempt.progress?.next ?? task.id,
    stage: config.stage,
    change,
    target,
    group: scene?.group ?? { id: '', name: '', ownerId: '', vpcId: undefined, tags: {} },
    rules: rulesBefore(attempt),
    omittedTags: omittedTags(attempt),
    plan: planOf(attempt),
    outcomes,
    added: leftOver(attempt, outcomes),
    checks,
    exposure: attempt.exposure ?? undefined,
    // If a rule was revoked, it was no dry run, whatever the mode is now: `restore` depends on what the record says.
    mode: outcomes.some(({ outcome }) => outcome === 'revoked' || outcome === 'gone')
      ? 'enforce'
      : config.mode,
    audience: config.audience,
    now,
  };
}

/** Verdicts on all rules. Rules that were already gone come first, as the try that planned to revoke them judged them. */
export function verdictsOf({ earlierJudged, before, targets }: Attempt): readonly Verdict[] {
  const there = new Set(before?.scene.rules.map(({ id }) => id));
  const gone = new Set([...targets.values()].map(({ finding }) => finding.rule));
  const earlier = earlierJudged.flatMap(({ verdicts }) => verdicts.filter(({ rule }) => gone.has(rule)));
  return [...earlier.filter(({ rule }) => !there.has(rule.id)), ...(before?.verdicts ?? [])];
}

/** The plan as it was first judged, with the findings that have outcomes. */
export function planOf(attempt: Attempt): Plan {
  const { before, judged } = attempt;
  const findings = findingsOf(attempt);
  const first = before?.plan ?? joinPlans([]);
  return {
    ...first,
    notify: withReported(first.notify, judged?.plan.notify, attempt),
    undecided: withReported(first.undecided, judged?.plan.undecided, attempt),
    revoke: findings.filter((finding) => !isTrimming(finding)),
    trim: findings.filter(isTrimming),
    dryRun: judged?.plan.dryRun ?? [],
    held: [
      ...first.held.filter((held) => !isWaiting(held)),
      ...(judged?.plan.held ?? []).filter(isWaiting).toSorted(byHold),
    ],
  };
}

/** What was only reported at first, and what is now that was to be revoked: EC2 refused to keep its rest, or somebody has changed it. */
function withReported<One extends { readonly rule: SecurityGroupRule }>(
  first: readonly One[],
  now: readonly One[] = [],
  attempt: Attempt,
): readonly One[] {
  const idsOf = (all: readonly { readonly rule: SecurityGroupRule }[]) => all.map(({ rule }) => rule.id);
  const planned = attempt.before === undefined ? [] : revocations(attempt.before.plan);
  const toRevoke = new Set([...idsOf(planned), ...attempt.targets.keys()]);
  const added = now.filter(({ rule }) => toRevoke.has(rule.id));
  const others = new Set([...idsOf(added), ...idsOf(findingsOf(attempt))]);
  return [...first.filter(({ rule }) => !others.has(rule.id)), ...added];
}

function isWaiting({ because }: Held): boolean {
  return because === 'grace' || because === 'breaker';
}

/** What has a time to be closed comes first. */
function byHold(a: Held, b: Held): number {
  return Number(a.because === 'breaker') - Number(b.because === 'breaker');
}

/** The group's rules before anything was done, with those that are gone and an earlier try saw, without the bot's own additions. */
function rulesBefore(attempt: Attempt): readonly SecurityGroupRule[] {
  const { before, targets } = attempt;
  const first = (before?.scene.rules ?? []).filter((rule) => !isOwnAddition(rule, attempt));
  const there = new Set(first.map(({ id }) => id));
  const known = [...targets.values()].map(({ finding }) => finding.rule);
  const asJudged = (rule: SecurityGroupRule) => known.find(({ id }) => id === rule.id) ?? rule;
  return [...known.filter(({ id }) => !there.has(id)), ...first.map(asJudged)];
}

function omittedTags({ earlierJudged, targets }: Attempt): Readonly<Record<string, number>> {
  const all: Record<string, number> = Object.assign(
    {},
    ...earlierJudged.map(({ scene }) => scene.omittedTags),
  );
  return Object.fromEntries(Object.entries(all).filter(([id]) => targets.has(id)));
}

/**
 * The live rules that this or an earlier try added to keep a part of rules that are not trimmed after all. None in a group of another
 * account: there, only its owner can have set the tag.
 */
export function leftOver(attempt: Attempt, outcomes: readonly Outcome[]): readonly SecurityGroupRule[] {
  const kept = new Set(
    outcomes.flatMap(({ remainder = [] }) => remainder.map(({ rule }) => contentOf(parseRule(rule)))),
  );
  const { group, rules: live } = attempt.judged?.scene ?? { rules: [] };
  if (group === undefined || isForeign(group, attempt.task.target)) return [];
  return live.filter((rule) => isOwnAddition(rule, attempt) && !kept.has(contentOf(rule)));
}
