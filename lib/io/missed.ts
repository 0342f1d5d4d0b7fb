// Violations that the event path should have brought here and did not.
import type { Verdict, Violation } from '../evaluate/evaluate.ts';
import { load } from './ledger/entries.ts';
import { listKeys } from './ledger/history.ts';
import type { Candidate, HeldSweep } from './ledger/sweep-state.ts';
import type { SweepWorld } from './sweep.ts';
import { SWEEP_PREFIX } from './sweep-group.ts';

/** More than these are not looked up: then something else is wrong. */
const MOST_CANDIDATES = 500;
/** Milliseconds: an event is usually here within two minutes of the call. */
const UNDER_WAY = 120_000;
/** Milliseconds: how far the clocks of those who write the ledger may differ. */
const SLACK = 60_000;

/**
 * Violating rules that were not there at the previous sweep, as far as that can be known: it judged by the same policies
 * and all that it found is remembered. Not those that an exception would excuse but for its day or for who made them:
 * their event was right to leave them.
 */
export function candidatesOf(
  sweep: HeldSweep,
  before: ReadonlySet<string>,
  verdicts: readonly Verdict[],
): readonly Candidate[] {
  const { previous, policies, candidates } = sweep;
  if (!previous?.isWhole || previous.policies !== policies) return candidates;
  const byRule = Map.groupBy(verdicts.filter(isViolation).filter(isUnexcused), ({ rule }) => rule.id);
  const added = [...byRule].map(
    ([id, of]): Candidate => [id, ...of.flatMap(({ beside }) => beside.map((rule) => rule.id))],
  );
  const unknown = added.filter((ids) => !ids.some((id) => before.has(id)));
  return [...candidates, ...unknown].slice(0, MOST_CANDIDATES);
}

/** The ids of those that no event's record knows either; undefined where there is nothing to compare with. */
export async function missedByEvent(
  world: SweepWorld,
  sweep: HeldSweep,
): Promise<readonly string[] | undefined> {
  const { previous, policies, candidates } = sweep;
  if (!previous?.isWhole || previous.policies !== policies) return undefined;
  if (candidates.length === 0) return [];
  await world.wait(UNDER_WAY);
  const since = new Date(Date.parse(previous.startedAt) - SLACK).toISOString();
  let left = candidates;
  for await (const { id } of listKeys(world.ledger, 'remediation', since)) {
    if (id.startsWith(SWEEP_PREFIX)) continue;
    const entry = await load(world.ledger, id);
    const known = new Set(entry?.snapshot.changed);
    left = left.filter((ids) => !ids.some((ruleId) => known.has(ruleId)));
    if (left.length === 0) break;
  }
  return left.map(([ruleId]) => ruleId);
}

function isViolation(verdict: Verdict): verdict is Violation {
  return verdict.verdict === 'violation';
}

function isUnexcused({ near }: Violation): boolean {
  return near.every(({ because }) => because !== 'expired' && because !== 'maker');
}
