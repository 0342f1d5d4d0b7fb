// What a sweep closes where sweeps only report: an event that does not say what it is about has wanted it, so whatever the last
// complete sweep before that event had not seen may be new.
import { fingerprintOf, isUnchanged } from '../remediation/fingerprints.ts';
import type { GroupSnapshot, SecurityGroupRule } from '../rule.ts';
import type { SweepCommand } from './command.ts';
import { completeBefore, type FingerprintIndex } from './fingerprints.ts';
import { sweepId } from './judge-group.ts';
import type { StoredSweep, SweepAttempt } from './state.ts';

type Working = Pick<SweepAttempt, 'task' | 'batch' | 'seenBefore' | 'recorded'>;

/** The fingerprints to compare with; undefined if none are needed, or there are none of the same policies. */
export function baseOf(
  { task }: Pick<SweepAttempt, 'task'>,
  sweep: StoredSweep,
): FingerprintIndex | undefined {
  const { wantedSince, mode, fingerprints, policies } = sweep;
  if (wantedSince === undefined || mode === 'enforce' || task.config.mode === 'dry-run') return undefined;
  const last = completeBefore(fingerprints, wantedSince);
  return last?.policies === policies ? last : undefined;
}

/** The reads that tell what is new in the batch, and that were not made yet. */
export function wantedReads(attempt: Working, sweep: StoredSweep): readonly SweepCommand[] {
  const { batch = [], seenBefore, recorded } = attempt;
  const base = baseOf(attempt, sweep);
  if (base === undefined || batch.length === 0) return [];
  const groupIds = batch.map(({ group }) => group.id);
  // What an earlier attempt of this very sweep has closed, or tried to, is not done with.
  const except = sweepId(sweep.startedAt);
  return [
    ...(seenBefore === undefined ? [{ do: 'read-seen' as const, base, groupIds }] : []),
    ...(recorded === undefined ? [{ do: 'find-recorded' as const, since: base.generation, except }] : []),
  ];
}

/** The ids of the rules that the sweep may close: all, or those that are new. */
export function closableIn(
  attempt: Working,
  sweep: StoredSweep,
  { group, rules }: GroupSnapshot,
): ReadonlySet<string> {
  if (sweep.mode === 'enforce') return new Set(rules.map(({ id }) => id));
  const seen = attempt.seenBefore?.get(group.id);
  if (seen === undefined || baseOf(attempt, sweep) === undefined) return new Set();
  const { recorded = new Set() } = attempt;
  const isNew = (rule: SecurityGroupRule) => !isUnchanged(rule, seen) && !recorded.has(fingerprintOf(rule));
  return new Set(rules.filter(isNew).map(({ id }) => id));
}
