// What policies in dry run would also do.
import { reportedIn } from '../plan/plan.ts';
import type { Action } from '../policy/policy.ts';
import type { Facts } from './facts.ts';
import { headline } from './phrases.ts';
import { shorten } from './sanitize.ts';

const WOULD: Readonly<Record<Action, string>> = { revoke: 'revoke', trim: 'trim', notify: 'report' };

/** `range would revoke SSH from the whole internet (sgr-0abc)`, for rules that other policies decide about. */
export function wouldAlsoInWords({ plan }: Facts): readonly string[] {
  return shorten(
    reportedIn(plan).flatMap(({ rule, also }) =>
      also.map(({ policy }) => `${policy.id} would ${WOULD[policy.action]} ${headline(rule)} (${rule.id})`),
    ),
  );
}
