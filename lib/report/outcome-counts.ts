// The outcomes of many rules, counted.

/** What the outcomes are called; the others speak for themselves. */
const OUTCOMES_IN_WORDS: Readonly<Record<string, string>> = {
  denied: 'still open: access denied',
  failed: 'still open: could not be revoked',
  unconfirmed: 'may still be open: the revoke is not confirmed',
  'dry-run': 'still open: dry run',
  held: 'still open: on hold, protected, of another account, or until their grace ends',
  notify: 'still open: only reported',
  gone: 'gone: the revoke was sent and not answered',
  absent: 'already gone',
  changed: 'changed before they could be revoked, and compliant now',
  added: 'added to keep a part of other rules, and left',
  undecided: 'could not be evaluated',
};

const CLOSED = ['revoked', 'gone', 'absent', 'changed'];

/** Whether a rule with this outcome is open, or may be. */
export function isLeftOpen(outcome: string): boolean {
  return !CLOSED.includes(outcome);
}

/** The outcomes with their counts, such as `228 revoked`, the most frequent first. */
export function outcomeCounts(all: readonly string[]): readonly string[] {
  const counts = [...Map.groupBy(all, (outcome) => outcome)].map(
    ([outcome, of]) => [of.length, outcome] as const,
  );
  return counts
    .toSorted(([a], [b]) => b - a)
    .map(([amount, outcome]) => `${amount} ${OUTCOMES_IN_WORDS[outcome] ?? outcome}`);
}
