// The rules that a message is about, each with what became of it.
import { type Held, type Outcome, type Plan, trimmingOf } from '../plan/plan.ts';
import type { SecurityGroupRule } from '../rule.ts';
import type { Facts } from './facts.ts';

/** What can become of a rule; the most urgent first. */
const STATUSES = [
  'denied',
  'failed',
  'unconfirmed',
  'waiting',
  'protected',
  'foreign',
  'grace',
  'revoked',
  'trimmed',
  'dry-run',
  'would-trim',
  'gone',
  'absent',
  'changed',
  'added',
  'notify',
  'undecided',
] as const;

export type Status = (typeof STATUSES)[number];

export interface ReportedRule {
  readonly status: Status;
  readonly rule: SecurityGroupRule;
  /** When its grace ends, ISO 8601. */
  readonly until?: string;
  /** Whether an earlier message said the same; such rules come last. */
  readonly isKnown?: boolean;
}

/** Every rule that a message reports, the most urgent first. */
export function reportedRules({ plan, outcomes, added = [] }: Facts): readonly ReportedRule[] {
  const all: readonly ReportedRule[] = [
    ...outcomes.map((outcome) => ({ status: statusOf(outcome, plan), rule: outcome.rule })),
    ...plan.held.map(heldRule),
    ...added.map((rule) => ({ status: 'added' as const, rule })),
    ...plan.notify.map(({ rule }) => ({ status: 'notify' as const, rule })),
    ...plan.undecided.map(({ rule }) => ({ status: 'undecided' as const, rule })),
  ];
  return all.toSorted((a, b) => rank(a) - rank(b));
}

/** True for a rule that is still there, or may be. */
export function isOpen({ status }: ReportedRule): boolean {
  return !CLOSED.has(status);
}

const CLOSED: ReadonlySet<Status> = new Set<Status>(['revoked', 'trimmed', 'gone', 'absent', 'changed']);

function rank({ status, isKnown = false }: ReportedRule): number {
  return STATUSES.indexOf(status) + (isKnown ? STATUSES.length : 0);
}

function heldRule(held: Held): ReportedRule {
  const { rule, because } = held;
  if (because === 'grace') return { status: because, rule, until: held.until, isKnown: held.isTold };
  return { status: because === 'breaker' ? 'waiting' : because, rule };
}

function statusOf({ outcome, rule, remainder = [] }: Outcome, plan: Plan): Status {
  const isKept = remainder.some((kept) => kept.outcome !== 'refused');
  if (isKept && outcome === 'revoked') return 'trimmed';
  const planned = trimmingOf(plan, rule)?.remainder.rules ?? [];
  return planned.length > 0 && outcome === 'dry-run' ? 'would-trim' : outcome;
}
