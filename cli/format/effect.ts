// What policies do to a rule, in words and as plain JSON.
import type { Effect } from '../../lib/backtest/effect.ts';
import { listInWords } from '../../lib/report/sanitize.ts';

const WORDS = {
  revoke: 'revoked',
  trim: 'trimmed',
  report: 'reported',
  undecided: 'not evaluated',
  nothing: 'left alone',
};

/** `revoked, by no-world-open-admin`, `left alone, excused in no-world-open-admin`. */
export function effectInWords({ kind, verdicts }: Effect): string {
  const policies = [...new Set(verdicts.map(({ policy }) => policy.id))];
  if (policies.length === 0) return WORDS[kind];
  return `${WORDS[kind]}, ${kind === 'nothing' ? 'excused in' : 'by'} ${listInWords(policies)}`;
}

export function effectJson({ kind, verdicts }: Effect): object {
  return { effect: kind, policies: [...new Set(verdicts.map(({ policy }) => policy.id))] };
}
