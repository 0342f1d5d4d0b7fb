// Violations that an event should have reported and did not.
import type { Verdict, Violation } from '../evaluate/evaluate.ts';
import type { Candidate, Sweep } from './state.ts';

/** The most rules that are looked up: if there are more, something else is wrong. */
const MOST_CANDIDATES = 500;
/** Milliseconds by which the clocks of the ledger's writers may differ. */
const SLACK = 60_000;

/**
 * Whether no event explains that the previous sweep did not find a rule: it used the same policies, everything that it found is
 * remembered, and no event has arrived that did not say what it is about.
 */
export function isComparable({ previous, policies, wantedSince }: Compared): boolean {
  return wantedSince === undefined && previous?.isWhole === true && previous.policies === policies;
}

type Compared = Pick<Sweep, 'previous' | 'policies' | 'wantedSince'>;

/**
 * Violating rules that the previous sweep did not find. It leaves out rules that an exception would cover but for its last day or its
 * `principals`: their event was right to leave them.
 */
export function candidatesIn(verdicts: readonly Verdict[], seen: ReadonlySet<string>): readonly Candidate[] {
  const byRule = Map.groupBy(verdicts.filter(isViolation).filter(isUnexcused), ({ rule }) => rule.id);
  const added = [...byRule].map(
    ([id, of]): Candidate => [id, ...of.flatMap(({ beside }) => beside.map((rule) => rule.id))],
  );
  return added.filter((ids) => !ids.some((id) => seen.has(id)));
}

/** The candidates with more of them, up to the limit. */
export function withCandidates(sweep: Sweep, added: readonly Candidate[]): Sweep['candidates'] {
  if (!isComparable(sweep)) return [];
  return [...sweep.candidates, ...added].slice(0, MOST_CANDIDATES);
}

/** The time from which an entry may know the candidates, ISO 8601. */
export function entriesSince({ previous }: Sweep): string {
  return previous === undefined ? '' : new Date(Date.parse(previous.startedAt) - SLACK).toISOString();
}

/** The ids of the candidates that no entry knows; undefined if there is nothing to compare with. */
export function missedByEvent(sweep: Sweep, known: ReadonlySet<string>): readonly string[] | undefined {
  if (!isComparable(sweep)) return undefined;
  const missed = sweep.candidates.filter((ids) => !ids.some((id) => known.has(id)));
  return missed.map(([ruleId]) => ruleId);
}

function isViolation(verdict: Verdict): verdict is Violation {
  return verdict.verdict === 'violation';
}

function isUnexcused({ near }: Violation): boolean {
  return near.every(({ because }) => because !== 'expired' && because !== 'maker');
}
