// The one line that tells the story: subject of the mail, title in the chat.
import { type Outcome, type Plan, trimmingOf } from '../plan.ts';
import type { SecurityGroupRule } from '../rule.ts';
import type { Facts } from './record.ts';
import type { Breaker } from './restraint.ts';
import { stillOpen } from './still-open.ts';
import { harmless } from './text.ts';
import { headline } from './words.ts';

export type Status =
  | Outcome['outcome']
  | 'trimmed'
  | 'would-trim'
  | 'unconfirmed'
  | 'held'
  | 'added'
  | 'notify'
  | 'undecided';

/** What each status is called; the most urgent first. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  denied: 'COULD NOT REVOKE (access denied)',
  failed: 'COULD NOT REVOKE',
  unconfirmed: 'Revoke not confirmed',
  held: 'LEFT OPEN',
  'dry-run': 'Would revoke (dry run)',
  'would-trim': 'Would trim (dry run)',
  revoked: 'Revoked',
  trimmed: 'Trimmed',
  absent: 'Already gone',
  added: 'Added, and left',
  notify: 'Notice',
  undecided: 'Could not judge',
};

/** Every rule that people hear about, with what became of it; the most urgent first. */
export function told({
  plan,
  outcomes,
  added = [],
  restraint: { breaker },
}: Facts): readonly { readonly status: Status; readonly rule: SecurityGroupRule }[] {
  const all = [
    ...outcomes.map((outcome) => ({ status: statusOf(outcome, plan), rule: outcome.rule })),
    ...plan.held
      .filter(({ because }) => because === 'protected' || breaker?.isLoud)
      .map(({ rule }) => ({ status: 'held' as const, rule })),
    ...added.map((rule) => ({ status: 'added' as const, rule })),
    ...plan.notify.map(({ rule }) => ({ status: 'notify' as const, rule })),
    ...plan.undecided.map(({ rule }) => ({ status: 'undecided' as const, rule })),
  ];
  const order = Object.keys(STATUS_WORDS);
  return all.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
}

function statusOf({ outcome, rule, isUnconfirmed, remainder = [] }: Outcome, plan: Plan): Status {
  if (isUnconfirmed) return 'unconfirmed';
  const isKept = remainder.some((kept) => kept.outcome !== 'refused');
  if (isKept && outcome === 'revoked') return 'trimmed';
  const planned = trimmingOf(plan, rule)?.remainder.rules ?? [];
  return planned.length > 0 && outcome === 'dry-run' ? 'would-trim' : outcome;
}

/** `Revoked: SSH (tcp/22) from the whole internet on web-prod (111122223333, eu-west-1) and 2 more`. */
export function makeHeadline(facts: Facts): string {
  const [first, ...others] = told(facts);
  const where = `on ${harmless(facts.group.name, 40)} (${facts.accountId}, ${facts.region})`;
  const { breaker, fights } = facts.restraint;
  const loud = breaker?.isLoud ? `${breakerHeadline(facts, breaker)}. ` : '';
  if (first === undefined) return `${loud}Nothing left to close ${where}`;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const open = stillOpen(facts).length > 0 ? 'STILL OPEN by another rule. ' : '';
  const fight = fights.some(({ isLoud }) => isLoud) ? 'FIGHT over a rule. ' : '';
  return `${loud}${fight}${open}${STATUS_WORDS[first.status]}: ${headline(first.rule)}${more} ${where}`;
}

function breakerHeadline(facts: Facts, breaker: Breaker): string {
  return isOver(facts, breaker)
    ? 'BREAKER WAS OPEN, revoking had stopped'
    : 'BREAKER OPEN, revoking has stopped';
}

/** True for a breaker that has closed by itself since: who was to tell of it comes late. */
export function isOver({ now }: Facts, { until }: Breaker): boolean {
  return Date.parse(until) <= now.getTime();
}
