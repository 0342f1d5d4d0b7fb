// The entry that an attempt writes to the ledger at each step until everything is done.
import { isForSome } from '../change/words.ts';
import { gracedIn } from '../plan/grace.ts';
import { isGone, isUnfinished } from '../plan/plan.ts';
import { isWorthTelling } from '../report/breaker-phrases.ts';
import type { Checks } from '../report/facts.ts';
import { makeMessage } from '../report/message.ts';
import { makeRecord } from '../report/record.ts';
import { contentOf, parseRule } from '../rule.ts';
import { outcomesOf } from './attribute.ts';
import { batchedEntry, finalEntry } from './closed-entry.ts';
import { heldByBreaker, revocationsIn } from './judge.ts';
import { LEASE } from './lease.ts';
import { factsOf } from './report-facts.ts';
import type { Attempt, Entry, Planned, Resolved, Stored } from './state.ts';
import { storeScene } from './stored-scene.ts';
import { waitsOf } from './waits.ts';
import type { NotedRevoke, WriteAheadNote } from './write-ahead-note.ts';

/** The entry of an attempt with the write-ahead note: what is about to be done, and all it takes to finish or undo it. */
export function plannedEntry(attempt: Attempt): Planned | Stored<Planned> {
  const { task, judged, entry, now, attemptId, progress, isComplete } = attempt;
  if (judged === undefined) throw new Error('nothing is judged');
  const outcomes = entry === undefined ? [] : outcomesOf(attempt).filter(isGone);
  const earlier = earlierOf(attempt);
  return {
    id: entry?.id ?? progress?.next ?? task.id,
    target: task.target,
    state: 'planned',
    time: entry?.time ?? now.toISOString(),
    leaseUntil: now.getTime() + LEASE,
    attemptId,
    isComplete: entry?.isComplete ?? isComplete,
    ...(isForSome(task.change.rules) && { isForSome: true }),
    snapshot: storeScene(task, judged),
    ...(earlier.length > 0 && { earlier }),
    checks: attempt.checks,
    note: noteOf(attempt),
    record: makeRecord(factsOf(attempt, outcomes, attempt.checks)),
    ...(entry !== undefined && { version: entry.version }),
  };
}

/** The entry with its lease taken, to publish what an earlier try resolved. */
export function leasedEntry({ now, attemptId }: Attempt, entry: Stored): Stored {
  return { ...entry, leaseUntil: now.getTime() + LEASE, attemptId };
}

/** The entry for the next try; its note lists only calls that EC2 accepted or did not answer. */
export function givenUpEntry(attempt: Attempt, entry: Stored): Stored {
  return { ...entry, state: 'planned', leaseUntil: 0, note: noteAfter(attempt) };
}

/** The entry with every outcome and the message, once all is done. */
export function resolvedEntry(attempt: Attempt, entry: Stored): Stored {
  const outcomes = outcomesOf(attempt);
  const facts = factsOf(attempt, outcomes, attempt.checks);
  const message = isToTell(attempt) && isWorthTelling(facts) ? makeMessage(facts) : undefined;
  const waits = waitsOf(attempt);
  const record = message?.record ?? makeRecord(facts);
  const resolved: Stored<Resolved> = {
    ...entry,
    state: 'resolved',
    checks: attempt.checks,
    note: noteAfter(attempt),
    record,
    ...(waits && { waits }),
  };
  if (message === undefined) return finalEntry(resolved);
  const isLoud = [...attempt.checks.holds, ...attempt.checks.recurring].some((one) => one.isLoud);
  if (attempt.hasMailRoom === false && !isLoud) return batchedEntry(resolved, message);
  return { ...resolved, message, ...(attempt.question && { question: attempt.question }) };
}

/** Whether it tells people itself: a digest, which reports what a sweep did, may come after the end of a grace. */
export function isToTell({ task, judged }: Attempt): boolean {
  return !task.isSilent || (judged !== undefined && gracedIn(judged.plan).some(({ isTold }) => !isTold));
}

/** Whether the stored note covers all that may be sent now. */
export function isNoted(attempt: Attempt): boolean {
  const { entry, attemptId } = attempt;
  if (entry === undefined || entry.attemptId !== attemptId) return false;
  const { revoking, adding } = entry.note;
  const left = revocationsIn(attempt.judged);
  // What the breaker holds is not sent, so the note must not list it.
  const held = new Set(heldByBreaker(attempt.judged).map(({ rule }) => rule.id));
  const isHeldNoted = Object.keys(revoking).some(
    (id) => held.has(id) && attempt.earlierNote.revoking[id] === undefined && !isSent(attempt, id),
  );
  if (left.length > 0 && isHeldNoted) return false;
  return left.every((finding) => {
    const isTrimNoted =
      !('remainder' in finding) ||
      finding.remainder.rules.every((rule) => {
        const content = contentOf(parseRule(rule));
        return adding.includes(content) || isThere(attempt, content);
      });
    return revoking[finding.rule.id]?.content === contentOf(finding.rule) && isTrimNoted;
  });
}

function isThere({ judged }: Attempt, content: string): boolean {
  return judged?.scene.rules.some((rule) => contentOf(rule) === content) ?? false;
}

/** The notes of earlier tries, with what is about to be sent. */
function noteOf(attempt: Attempt): WriteAheadNote {
  const { earlierNote, entry, now } = attempt;
  const noted = entry?.attemptId === attempt.attemptId ? entry.note : earlierNote;
  const findings = revocationsIn(attempt.judged);
  const time = now.toISOString();
  const revoking = findings.map(({ rule }): [string, NotedRevoke] => [
    rule.id,
    { content: contentOf(rule), time },
  ]);
  const kept = findings.flatMap((finding) =>
    'remainder' in finding ? finding.remainder.rules.map((rule) => contentOf(parseRule(rule))) : [],
  );
  const adding = kept.filter((content) => !isThere(attempt, content));
  return {
    revoking: { ...earlierNote.revoking, ...sentOf(attempt), ...Object.fromEntries(revoking) },
    adding: [...new Set([...noted.adding, ...adding])],
    byId: earlierNote.byId,
  };
}

/** The part of this try's own note that has been sent. */
function sentOf(attempt: Attempt): WriteAheadNote['revoking'] {
  const noted = Object.entries(attempt.entry?.note.revoking ?? {});
  return Object.fromEntries(noted.filter(([id]) => isSent(attempt, id)));
}

function isSent({ targets }: Attempt, id: string): boolean {
  return targets.get(id)?.sent !== undefined;
}

/** The part of the note that was carried out, or may have been. */
function noteAfter(attempt: Attempt): WriteAheadNote {
  const earlier = attempt.earlierNote;
  const revoking = [...attempt.targets].flatMap(([id, { sent }]): [string, NotedRevoke][] => {
    const noted = attempt.entry?.note.revoking[id];
    if (sent === undefined || noted === undefined) return [];
    if (sent.answer.kind === 'accepted') return [[id, { ...noted, isAccepted: true }]];
    return sent.answer.kind === 'unanswered' ? [[id, noted]] : [];
  });
  const added = [...attempt.additions].flatMap(([content, { answer }]) =>
    answer.kind === 'accepted' || answer.kind === 'unanswered' ? [content] : [],
  );
  const refused = outcomesOf(attempt)
    .filter(isUnfinished)
    .flatMap(({ rule }) =>
      attempt.targets.get(rule.id)?.sent?.answer.kind === 'not-found' ? [rule.id] : [],
    );
  return {
    revoking: { ...earlier.revoking, ...Object.fromEntries(revoking) },
    adding: [...new Set([...earlier.adding, ...added])],
    byId: [...new Set([...earlier.byId, ...refused])],
  };
}

/** The scenes that retries need to judge the rules that are gone, each with its other rules: rules may violate together. */
function earlierOf({ entry, targets, judged }: Attempt): NonNullable<Entry['earlier']> {
  const live = new Set(judged?.scene.rules.map(({ id }) => id));
  const gone = new Set([...targets.keys()].filter((id) => !live.has(id)));
  return [...(entry === undefined ? [] : [entry.snapshot]), ...(entry?.earlier ?? [])]
    .map((one) => ({ ...one, changed: one.changed.filter((id) => gone.has(id)) }))
    .filter(({ changed }) => changed.length > 0);
}

/** The checks before the breaker was asked and recurring rules were counted. */
export const NOTHING_CHECKED: Checks = { holds: [], recurring: [] };
