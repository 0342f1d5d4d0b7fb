// What an attempt sees of the group: whether to look again, and the judgment once everything that it takes has been read.
import type { Changed } from '../change/change.ts';
import { wordsOf } from '../change/words.ts';
import { prefixListsNeeded } from '../evaluate/prefix-lists-needed.ts';
import { hasNothingToReport, revocations } from '../plan/plan.ts';
import { contentOf, type GroupSnapshot, type SecurityGroupRule } from '../rule.ts';
import { partsLeft } from './additions.ts';
import { changedRulesIn, isSettled, NotVisibleError, showsChange, strangersIn } from './changed-rules.ts';
import { coverReads, lacksClocks, whyWaiting } from './grace.ts';
import { type Judged, judge } from './judge.ts';
import type { Addition, RevokeTarget } from './mutation.ts';
import type { Attempt, End } from './state.ts';
import { looked } from './swap.ts';
import { fingerprintsNeeded, modifiedToNote, policiesInForce, withoutUnchanged } from './unchanged-rules.ts';
import { vpcReads, vpcsSeen } from './vpc-reads.ts';
import { changedSince } from './waits.ts';

/** Milliseconds before each look at a group that does not show the change yet. */
export const VISIBILITY_LOOKS = [0, 2000, 4000, 8000];

/** Whether to read the group again, because the group or the change may not be visible yet. */
export function isToLookAgain(attempt: Attempt): boolean {
  const { live, entry, task, now, looks } = attempt;
  if (live === undefined || entry !== undefined) return false;
  if (isSettled(task.change, now) || looks >= VISIBILITY_LOOKS.length) return false;
  return live === null || !isShown(attempt, live);
}

function isShown(attempt: Attempt, live: GroupSnapshot): boolean {
  return showsChange(live, attempt.task.change.rules, vpcsSeen(attempt, live.group).associated);
}

/** The prefix lists that judging takes and that were not read yet. */
export function missingLists({ live, task: { policies }, lists }: Attempt): readonly string[] {
  return prefixListsNeeded(live?.rules ?? [], policies).filter((id) => !lists.has(id));
}

/** The attempt with a new read of the group. */
export function withSnapshot(attempt: Attempt, read: GroupSnapshot | null): Attempt {
  const live = read === null || attempt.live == null ? read : sameRules(read, attempt.live);
  const { judged: _judged, readError: _error, ...rest } = attempt;
  const seen = {
    ...rest,
    live,
    looks: attempt.looks + 1,
    isRested: false,
    isStale: false,
    isAdditionUnseen: false,
    isAdditionMissing: live !== null && lacksAddition(attempt, live),
  };
  return { ...seen, targets: lookedAt(attempt, live?.rules ?? []) };
}

/** Whether EC2 does not show yet what was added, which may have to be withdrawn. Somebody else may have removed it: looks are few. */
function lacksAddition(attempt: Attempt, { rules }: GroupSnapshot): boolean {
  const { additions, looks, isAdditionUnseen, isAdditionMissing } = attempt;
  // What was seen once may be gone because it was withdrawn.
  if (!isAdditionUnseen && !isAdditionMissing) return false;
  const there = new Set(rules.map(({ id }) => id));
  const isMissing = ({ answer, id }: Addition) =>
    answer.kind === 'accepted' && id !== undefined && !there.has(id);
  return looks < 2 * VISIBILITY_LOOKS.length && [...additions.values()].some(isMissing);
}

/** Keeps the objects of rules that have not changed, so that earlier findings still refer to them. */
function sameRules(read: GroupSnapshot, before: GroupSnapshot): GroupSnapshot {
  const known = new Map(before.rules.map((rule) => [rule.id, rule]));
  const isSame = (a: SecurityGroupRule, b: SecurityGroupRule) =>
    JSON.stringify(a.aws) === JSON.stringify(b.aws);
  const rules = read.rules.map((rule) => {
    const earlier = known.get(rule.id);
    return earlier !== undefined && isSame(earlier, rule) ? earlier : rule;
  });
  return { ...read, rules };
}

function lookedAt({ targets }: Attempt, rules: readonly SecurityGroupRule[]): Attempt['targets'] {
  const live = new Map(rules.map((rule) => [rule.id, rule]));
  const unchanged = [...targets.values()].filter(({ finding, sent }) => {
    const rule = live.get(finding.rule.id);
    const isAwaited = sent?.answer.kind === 'not-found' && sent.looks === 0;
    return rule !== undefined && isAwaited && sent.content === contentOf(rule);
  });
  const look = (target: RevokeTarget): RevokeTarget => {
    const rule = live.get(target.finding.rule.id);
    return rule === undefined ? target : looked(target, rule, unchanged.length);
  };
  return new Map([...targets].map(([id, target]) => [id, look(target)]));
}

/** The attempt with the group judged, once everything that judging takes has been read. */
export function withJudgement(attempt: Attempt): Attempt {
  const { progress, live, end, judged, entry } = attempt;
  if (progress === undefined || live === undefined || end !== undefined || judged !== undefined)
    return attempt;
  if (entry?.state === 'resolved' || isToLookAgain(attempt) || missingLists(attempt).length > 0)
    return attempt;
  if (fingerprintsNeeded(attempt) !== undefined || vpcReads(attempt).length > 0) return attempt;
  if (lacksClocks(attempt) || coverReads(attempt).length > 0) return attempt;
  if (live === null && entry === undefined) return { ...attempt, end: endWithoutGroup(attempt) };
  const seen = judgeLive(attempt, live ?? emptyGroup(attempt));
  return attempt.before === undefined ? begun(seen) : seen;
}

function endWithoutGroup({ task, now }: Attempt): End {
  if (isSettled(task.change, now)) return { kind: 'done' };
  return { kind: 'failed', error: new NotVisibleError('the security group of the event is not visible yet') };
}

/** The group, without rules, when it was deleted before a retry. */
function emptyGroup({ entry, before }: Attempt): GroupSnapshot {
  const group = before?.scene.group ?? entry?.snapshot.group;
  if (group === undefined) throw new Error('an entry has a group');
  return { group, rules: [] };
}

function judgeLive(attempt: Attempt, live: GroupSnapshot): Attempt & { readonly judged: Judged } {
  const { task, progress, entry, before, now } = attempt;
  const isComplete = isSettled(task.change, now) || isShown(attempt, live);
  const known = progress?.known ?? new Set<string>();
  const said = changedRulesIn(live, task.change, isComplete);
  // A rule with a clock may have complied since the sweep saw it: that it looks the same again excuses nothing.
  const clocked = new Set(attempt.clocks?.clocks.map(({ ruleId }) => ruleId));
  const named = withoutUnchanged(attempt, said, live.rules).union(said.intersection(clocked));
  // Within a try and in later ones, only the rules that were found first may be acted on.
  const found =
    before?.scene.changed ??
    (entry === undefined
      ? named.union(failedParts(attempt, live)).difference(known)
      : new Set(entry.snapshot.changed));
  const changed = found.union(partsLeft(attempt, live.rules));
  const vpcs = vpcsSeen(attempt, live.group);
  const strangers = changedSince(task.takesUp, live.rules).union(strangersIn(live, task.change));
  const scene = { ...live, changed, prefixLists: attempt.lists, vpcs, strangers, now };
  return {
    ...attempt,
    isComplete,
    judged: judge(
      { ...task, policies: policiesInForce(attempt) },
      scene,
      task.change,
      whyWaiting(attempt, live),
    ),
  };
}

/** The ids of rules that keep a part of others, which the event does not name, and that an entry of it could not revoke. */
function failedParts({ progress }: Attempt, { rules }: GroupSnapshot): ReadonlySet<string> {
  const isFailed = (rule: SecurityGroupRule) => progress?.failed.get(rule.id) === contentOf(rule);
  return new Set(rules.filter(isFailed).map(({ id }) => id));
}

/** Whether a change is of what policies look at: before EC2 shows it, the verdicts are those of before. */
function isAboutSight({ rules }: Changed): boolean {
  return rules.by === 'tags' || rules.by === 'vpc' || wordsOf(rules) !== undefined;
}

/** The attempt after its first judgment. */
function begun(attempt: Attempt & { readonly judged: Judged }): Attempt {
  const { entry, judged, isComplete, task, earlierJudged } = attempt;
  const seen = { ...attempt, before: judged };
  const isAwaited = !isComplete && (isAboutSight(task.change) || hasNothingToReport(judged.plan));
  if (entry === undefined && isAwaited) return { ...seen, end: { kind: 'failed', error: incomplete() } };
  if (isIdle(seen) && modifiedToNote(seen).length === 0) return { ...seen, end: { kind: 'done' } };
  const there = new Set(judged.scene.rules.map(({ id }) => id));
  const gone = earlierJudged
    .flatMap(({ plan }) => revocations(plan))
    .filter(({ rule }) => !there.has(rule.id));
  return { ...seen, targets: new Map(gone.map((finding) => [finding.rule.id, { finding }])) };
}

/** Whether it has judged the group, and there is nothing to do and nothing to report. */
export function isIdle({ entry, judged }: Attempt): boolean {
  return entry === undefined && judged !== undefined && hasNothingToReport(judged.plan);
}

/** The error of an event that names what EC2 does not show yet. */
export function incomplete(): NotVisibleError {
  return new NotVisibleError('what the event says is not all visible yet');
}
