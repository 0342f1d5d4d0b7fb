// What stays of a trimmed rule, and what is lost of it.

import type { Loss } from '../plan/remainder.ts';
import type { Kept } from '../plan.ts';
import { parseRule, type SecurityGroupRule } from '../rule.ts';
import type { Facts } from './record.ts';
import { harmless } from './text.ts';
import { ruleInWords } from './words.ts';

const KEPT: Readonly<Record<Kept['outcome'] | 'planned', string>> = {
  added: 'kept:',
  present: 'kept, by a rule that was there:',
  refused: 'NOT KEPT:',
  withdrawn: 'not kept, the rule had been removed before:',
  planned: 'would keep:',
};

const LOST: Readonly<Record<Loss, string>> = {
  protocols: 'not kept: protocols other than TCP, UDP, ICMP, GRE, ESP and AH',
  addresses:
    'not kept: addresses that are allowed at the closed ports (too many rules, or entries of a prefix list)',
  all: 'taken away whole: what may stay of it would take more rules than the limit for trimming',
};

/** The lines about the rest of a rule; none for a rule that is not trimmed. */
export function remainderInWords(rule: SecurityGroupRule, { plan, outcomes }: Facts): readonly string[] {
  const planned = plan.trim.find((trimming) => trimming.rule === rule)?.remainder;
  if (planned === undefined) return [];
  const kept = outcomes.find((outcome) => outcome.rule === rule)?.remainder;
  const attempts = kept ?? planned.rules.map((left) => ({ rule: left, outcome: 'planned' as const }));
  return [
    ...attempts.map(
      (attempt) => `  ${KEPT[attempt.outcome]} ${ruleInWords(parseRule(attempt.rule))}${why(attempt)}`,
    ),
    ...planned.losses.map((loss) => `  ${LOST[loss]}`),
  ];
}

function why(attempt: { readonly rule: object; readonly detail?: string }): string {
  return attempt.detail === undefined ? '' : ` (${harmless(attempt.detail, 200)})`;
}
