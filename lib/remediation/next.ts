// The only place that decides what an attempt does next, given what it has seen. Total and pure.
import { isUnfinished, type Outcome, reportedIn, verdictsIn } from '../plan/plan.ts';
import { highestSeverity } from '../policy/severity.ts';
import { firstMessageOf } from '../report/evidence/follow-up-facts.ts';
import type { Message } from '../report/message.ts';
import { contentOf } from '../rule.ts';
import { outcomesOf } from './attribute.ts';
import { breakerRequest, unasked } from './breaker-request.ts';
import { finalEntry, takenUpEntry, unpublishedEntry } from './closed-entry.ts';
import type { Command } from './command.ts';
import { givenUpEntry, isNoted, isToTell, leasedEntry, plannedEntry, resolvedEntry } from './entry.ts';
import { noticeToClaim, surroundingsNeeded } from './exposure-facts.ts';
import { clockReads, clockWrites, coverReads } from './grace.ts';
import { revocationsIn } from './judge.ts';
import { isLast } from './last-try.ts';
import { leftOver, planOf } from './report-facts.ts';
import { isIdle, isToLookAgain, missingLists, VISIBILITY_LOOKS } from './sight.ts';
import type { Attempt, Resolved, Stored } from './state.ts';
import { RESERVE, swap } from './swap.ts';
import { fingerprintsNeeded, modifiedToNote } from './unchanged-rules.ts';
import { vpcReads } from './vpc-reads.ts';

/** Milliseconds before another try to store what cannot be undone. */
const WRITE_PAUSES = [1000, 5000];

/** The commands to perform in parallel; none when the attempt has ended. */
export function next(attempt: Attempt): readonly Command[] {
  const { end, closing, entry, progress, judged, writeErrors, isRested } = attempt;
  if (end !== undefined) return [];
  if (closing !== undefined) {
    return closing.entries.map((one) => ({ do: 'write', entry: takenUpEntry(attempt, one) }));
  }
  if (writeErrors > 0 && !isRested) {
    return [{ do: 'wait', milliseconds: WRITE_PAUSES[writeErrors - 1] ?? 0 }];
  }
  if (entry?.state === 'resolved') return publish(attempt, entry);
  if (progress === undefined || judged === undefined) return look(attempt);
  if (isIdle(attempt)) return modifiedToNote(attempt);
  const clocks = clockWrites(attempt);
  if (!isNoted(attempt) || unasked(attempt).length + clocks.length > 0) return note(attempt, clocks);
  const calls = swap(attempt);
  return calls.length > 0 ? calls : conclude(attempt, entry as Stored);
}

/** Reads the entry, the group and its VPCs in parallel, then the prefix lists that judging takes. */
function look(attempt: Attempt): readonly Command[] {
  const { task } = attempt;
  const load: readonly Command[] =
    attempt.progress === undefined
      ? [{ do: 'load', id: task.id, isSilent: task.isSilent, takesUp: task.takesUp !== undefined }]
      : [];
  const needed = fingerprintsNeeded(attempt);
  const others = [
    ...(needed === undefined ? [] : [needed]),
    ...vpcReads(attempt),
    ...clockReads(attempt),
    ...coverReads(attempt),
  ];
  if (attempt.live === undefined) return [...load, readGroup(attempt), ...others];
  if (load.length + others.length > 0) return [...load, ...others];
  if (isToLookAgain(attempt)) {
    const milliseconds = VISIBILITY_LOOKS[attempt.looks] ?? 0;
    return attempt.isRested ? [readGroup(attempt)] : [{ do: 'wait', milliseconds }];
  }
  return [{ do: 'read-lists', ids: missingLists(attempt) }];
}

function readGroup({ entry, task: { change } }: Attempt): Command {
  if (entry !== undefined) return { do: 'read', groupId: entry.snapshot.group.id };
  return change.group?.by === 'id' ? { do: 'read', groupId: change.group.id } : { do: 'find', change };
}

/** Writes the write-ahead note and counts, in parallel: nothing is revoked before all have answered. */
function note(attempt: Attempt, clocks: readonly Command[]): readonly Command[] {
  const rules = revocationsIn(attempt.judged).map(({ rule }) => rule);
  const known = [...attempt.targets.values()].map(({ finding }) => finding.rule);
  const isEnforced = attempt.task.config.mode === 'enforce' && rules.length + known.length > 0;
  return [
    { do: 'write', entry: plannedEntry(attempt), logs: 'findings' },
    ...clocks,
    ...modifiedToNote(attempt),
    ...(unasked(attempt).length > 0 ? [{ do: 'count' as const, request: breakerRequest(attempt) }] : []),
    ...countMail(attempt),
    ...(isEnforced && !attempt.hasCountedRecurrence
      ? [{ do: 'count-recurrence' as const, rules: [...rules, ...known] }]
      : []),
  ];
}

function countMail(attempt: Attempt): readonly Command[] {
  const { hasMailRoom, judged } = attempt;
  if (!isToTell(attempt) || hasMailRoom !== undefined || judged === undefined) return [];
  const policies = reportedIn(judged.plan)
    .flatMap(verdictsIn)
    .map(({ policy }) => policy);
  const severity = highestSeverity(policies);
  return severity === undefined ? [] : [{ do: 'count-mail', severity }];
}

/** What was added may have to be withdrawn, so it must be seen first: at once, and then again after a pause. */
function lookForAdditions(attempt: Attempt): Command | undefined {
  const { judged, timeLeft, additions } = attempt;
  const group = judged?.scene.group;
  // The next try withdraws what there is no time for.
  if (group === undefined || (timeLeft < RESERVE && !isLast(attempt))) return undefined;
  const isUnread = attempt.isAdditionUnseen || (attempt.isStale && additions.size > 0);
  if (!isUnread && !attempt.isAdditionMissing) return undefined;
  const isDue = isUnread || attempt.isRested;
  return isDue ? { do: 'read', groupId: group.id, group } : { do: 'wait', milliseconds: LOOK_PAUSE };
}

/** Milliseconds before another look for what was added. */
const LOOK_PAUSE = 2000;

/** Withdraws rules that were added for nothing, decides which remediation reports, and stores the outcomes. */
function conclude(attempt: Attempt, entry: Stored): readonly Command[] {
  const look = lookForAdditions(attempt);
  if (look !== undefined) return [look];
  const withdrawal = withdraw(attempt);
  if (withdrawal !== undefined) return [withdrawal];
  const hasFailed = outcomesOf(attempt).some(isUnfinished);
  // Until the last try there is nothing final to report.
  if (hasFailed && !isLast(attempt)) return [{ do: 'write', entry: givenUpEntry(attempt, entry) }];
  const { checks, task, isAnnounced } = attempt;
  const isToAnnounce = checks.holds.length + checks.recurring.length > 0;
  if (isToAnnounce && !isAnnounced && !task.isSilent) {
    return [{ do: 'announce', checks: concerned(attempt), id: entry.id }];
  }
  const reads = surroundingsNeeded(attempt);
  if (reads.length > 0) return reads;
  const notice = noticeToClaim(attempt);
  if (notice !== undefined) return [notice];
  return [{ do: 'write', entry: resolvedEntry(attempt, entry), logs: 'outcomes' }, ...uncount(attempt)];
}

/** Removes from the breaker's count what revoked nothing, and what never waits. */
function uncount(attempt: Attempt): readonly Command[] {
  const { members: all = [], uncounted = [] } = attempt.admission ?? {};
  const isIdle = outcomesOf(attempt).every(({ outcome }) => !COUNTS.has(outcome));
  const members = all.filter(({ policy }) => isIdle || uncounted.includes(policy));
  return members.length > 0 ? [{ do: 'uncount', members }] : [];
}

const COUNTS = new Set<Outcome['outcome']>(['revoked', 'gone', 'unconfirmed']);

/** The checks with only those recurring rules that are reported. */
function concerned(attempt: Attempt): Attempt['checks'] {
  const ids = new Set([...outcomesOf(attempt), ...planOf(attempt).held].map(({ rule }) => rule.id));
  return { ...attempt.checks, recurring: attempt.checks.recurring.filter(({ ruleId }) => ids.has(ruleId)) };
}

/** Withdraws the rules that were added to keep a part of a rule that is not trimmed after all. */
function withdraw(attempt: Attempt): Command | undefined {
  if (attempt.task.config.mode === 'dry-run' || attempt.isWithdrawn) return undefined;
  const { leaning, entry } = attempt;
  const added = leftOver(attempt, outcomesOf(attempt));
  if (entry !== undefined && added.length > 0 && leaning === undefined) {
    return { do: 'find-leaning', groupId: entry.snapshot.group.id, id: entry.id, since: entry.time };
  }
  // Another remediation may have found the rule there, and have it stay of a rule that it trimmed.
  const left = added.filter((rule) => leaning !== 'unknown' && leaning?.has(contentOf(rule)) !== true);
  const [first] = left;
  if (first === undefined) return undefined;
  const rules = left.filter(({ direction }) => direction === first.direction);
  return { do: 'withdraw', batch: { groupId: first.groupId, rules, by: 'properties' } };
}

/** Publishes the message, then closes the entry. */
function publish(attempt: Attempt, entry: Stored<Resolved>): readonly Command[] {
  if (entry.attemptId !== attempt.attemptId) return [{ do: 'write', entry: leasedEntry(attempt, entry) }];
  if (attempt.publishError !== undefined) return [{ do: 'write', entry: unpublishedEntry(entry) }];
  const { message } = entry;
  if (message !== undefined && !attempt.isPublished) {
    return [{ do: 'publish', message }, ...scheduleEvidence(entry, message)];
  }
  const holds = (entry.checks?.holds ?? []).filter(({ isLoud }) => isLoud);
  const confirm: readonly Command[] =
    holds.length === 0 ? [] : [{ do: 'confirm-announced', holds, id: entry.id }];
  return [{ do: 'write', entry: finalEntry(entry) }, ...confirm];
}

function scheduleEvidence({ question, target }: Resolved, message: Message): readonly Command[] {
  if (question === undefined) return [];
  return [{ do: 'schedule-evidence', scheduled: { first: firstMessageOf(message, target), question } }];
}
