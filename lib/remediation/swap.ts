// The compare-and-swap: which call to EC2 comes next, given the answers to earlier calls and what the group shows now.
//
// A rule keeps its id while its content changes, so rules are revoked by the properties that were judged: EC2 revokes only exact
// matches. What was not revoked is read and judged again. Only rules that change faster than that, and rules whose shown content EC2
// keeps saying it does not know, are revoked by id.
import type { Finding, Trimming } from '../plan/plan.ts';
import { givesWay, trimmingPolicies } from '../plan/way-out.ts';
import { contentOf, ownTags, parseRule, type SecurityGroupRule } from '../rule.ts';
import { lateAddition, recordTag, untried } from './additions.ts';
import type { Command } from './command.ts';
import { revocationsIn } from './judge.ts';
import type { Batch, RevokeTarget, Sent } from './mutation.ts';
import type { Attempt } from './state.ts';

/** EC2's limit for a rule. The record's tag comes first: without it the rule could not be withdrawn. */
const MOST_TAGS = 50;
/** The most rules in one call to EC2. */
const MOST_RULES = 250;
/** Milliseconds before each look at a rule that should be gone: EC2 is eventually consistent. */
const LOOKS = [0, 1000, 2000, 4000];
/** How often a call is sent that gets no answer. */
const MOST_UNANSWERED = 2;
/** A rule that changes this often in mid-flight is revoked by id. */
const MOST_CHANGES = 2;
/** How often a call that EC2 throttles is sent. */
const MOST_THROTTLED = 8;
/** Milliseconds reserved for storing and reporting what was done. */
export const RESERVE = 20_000;

/** The next call or wait; none when every rule of the plan has its outcome. */
export function swap(attempt: Attempt): readonly Command[] {
  if (attempt.timeLeft < RESERVE) return [];
  if (attempt.isStale) return read(attempt, 0);
  const left = revocationsIn(attempt.judged);
  const toSend = left.filter((finding) => isToSend(finding, attempt));
  if (toSend.length > 0 && attempt.throttled > 0 && !attempt.isRested)
    return waitFor(attempt, backOff(attempt));
  const whole = toSend.filter((finding) => !('remainder' in finding));
  if (whole.length > 0) return [{ do: 'revoke', batch: firstBatch(whole, attempt) }];
  const [trimming] = toSend;
  if (trimming !== undefined) return trim(trimming as Trimming, attempt);
  const pause = pauseBefore(left, attempt);
  return pause === undefined ? addedLate(attempt) : read(attempt, pause);
}

/** Whether the rule is to be revoked by id, and so in a call of its own. */
function isById(rule: SecurityGroupRule, { earlierNote, targets }: Attempt): boolean {
  return earlierNote.byId.includes(rule.id) || (targets.get(rule.id)?.sent?.changes ?? 0) >= MOST_CHANGES;
}

function isToSend({ rule }: Finding, { targets }: Attempt): boolean {
  const sent = targets.get(rule.id)?.sent;
  if (sent === undefined || sent.content !== contentOf(rule)) return true;
  switch (sent.answer.kind) {
    case 'throttled':
      return sent.times < MOST_THROTTLED;
    case 'not-found':
      // After a refused call, the rules that have not changed are sent again at once, without the others.
      return sent.looks > 0 && sent.limit > 0;
    case 'unanswered':
      return sent.looks >= LOOKS.length && sent.times < MOST_UNANSWERED;
    default:
      return false;
  }
}

/** The next batch: rules of one direction by properties, or one rule by id. */
function firstBatch(findings: readonly Finding[], attempt: Attempt): Batch {
  const rules = findings.map(({ rule }) => rule);
  const single = rules.find((rule) => isById(rule, attempt));
  const first = single ?? rules[0];
  const groupId = first?.groupId ?? '';
  if (single !== undefined) return { groupId, rules: [single], by: 'id' };
  const limitOf = (rule: SecurityGroupRule) => attempt.targets.get(rule.id)?.sent?.limit || MOST_RULES;
  const limit = first === undefined ? 1 : limitOf(first);
  const alike = rules.filter((rule) => rule.direction === first?.direction && limitOf(rule) === limit);
  return { groupId, rules: alike.slice(0, limit), by: 'properties' };
}

/** Adds the rules that keep a part of a rule before the rule is revoked, so that allowed traffic is never cut. */
function trim(trimming: Trimming, attempt: Attempt): readonly Command[] {
  const open = untried(trimming, attempt);
  if (open.length > 0) return [addition(trimming, open, attempt)];
  const late = givesWay(trimmingPolicies(trimming)) ? lateAddition(trimming, attempt, false) : undefined;
  if (late !== undefined) return addLate(trimming, late, attempt);
  return [{ do: 'revoke', batch: firstBatch([trimming], attempt) }];
}

function addition(
  { rule }: Trimming,
  open: readonly Trimming['remainder']['rules'][number][],
  { additions, entry }: Attempt,
): Command {
  const earlier = open.flatMap((one) => additions.get(contentOf(parseRule(one))) ?? []);
  // An SCP may deny tags: a rule without its tags is better than no rule.
  const tags = earlier[0]?.answer.kind === 'denied' ? [] : [recordTag(entry?.id ?? ''), ...ownTags(rule)];
  return {
    do: 'add',
    rules: earlier.length === 0 ? open : open.slice(0, 1),
    tags: tags.slice(0, MOST_TAGS),
  };
}

/** Adds what could not be added before its rule was gone. */
function addedLate(attempt: Attempt): readonly Command[] {
  const { targets, judged } = attempt;
  const live = new Set(judged?.scene.rules.map(({ id }) => id));
  for (const { finding } of targets.values()) {
    if (!('remainder' in finding) || live.has(finding.rule.id)) continue;
    const late = lateAddition(finding, attempt, true);
    if (late !== undefined) return addLate(finding, late, attempt);
  }
  return [];
}

function addLate(
  trimming: Trimming,
  { rule, pause }: NonNullable<ReturnType<typeof lateAddition>>,
  attempt: Attempt,
): readonly Command[] {
  return pause > 0 && !attempt.isRested ? waitFor(attempt, pause) : [addition(trimming, [rule], attempt)];
}

/** Milliseconds before the next look; undefined if another look would show nothing new. */
function pauseBefore(left: readonly Finding[], { targets }: Attempt): number | undefined {
  const pauses = left.flatMap(({ rule }) => {
    const target = targets.get(rule.id);
    return target?.sent === undefined || !isToLook(target.sent) ? [] : (LOOKS[target.sent.looks] ?? []);
  });
  return pauses.length === 0 ? undefined : Math.min(...pauses);
}

function isToLook({ answer, looks }: Sent): boolean {
  const isOpen = answer.kind === 'accepted' || answer.kind === 'unanswered' || answer.kind === 'not-found';
  return isOpen && looks < LOOKS.length;
}

function read(attempt: Attempt, pause: number): readonly Command[] {
  if (pause > 0 && !attempt.isRested) return waitFor(attempt, pause);
  const group = attempt.judged?.scene.group;
  return group === undefined ? [] : [{ do: 'read', groupId: group.id, group }];
}

/** Waits; if there is no time left for it, the try ends. */
function waitFor({ timeLeft }: Attempt, milliseconds: number): readonly Command[] {
  return timeLeft - milliseconds < RESERVE ? [] : [{ do: 'wait', milliseconds }];
}

function backOff({ throttled }: Attempt): number {
  return Math.min(1000 * 2 ** (throttled - 1), 16_000);
}

/** The target after a look at the group, which still has the rule. */
export function looked(target: RevokeTarget, live: SecurityGroupRule, others: number): RevokeTarget {
  const { sent } = target;
  if (sent === undefined) return target;
  if (sent.content !== contentOf(live)) {
    return { ...target, sent: { ...sent, content: '', changes: sent.changes + 1, looks: 0, limit: 0 } };
  }
  return { ...target, sent: { ...sent, looks: sent.looks + 1, limit: nextLimit(sent, others) } };
}

/** After a refused call, the unchanged rules are sent together. If all are unchanged, EC2 does not say which it lacks: the call is halved. */
function nextLimit({ answer, looks, limit }: Sent, others: number): number {
  if (looks > 0) return limit;
  if (answer.kind !== 'not-found' || limit < 2) return 0;
  return others < limit ? Math.max(others, 1) : Math.ceil(limit / 2);
}
