// The one line that tells the story: subject of the mail, title in the chat.
import { type Held, type Outcome, type Plan, trimmingOf } from '../plan/plan.ts';
import type { SecurityGroupRule } from '../rule.ts';
import type { Facts } from './facts.ts';
import { headline, minuteInWords } from './phrases.ts';
import { residualExposure } from './residual-exposure.ts';
import { sanitize } from './sanitize.ts';

export type Status =
  | Outcome['outcome']
  | 'trimmed'
  | 'would-trim'
  | 'held'
  | 'foreign'
  | 'grace'
  | 'added'
  | 'notify'
  | 'undecided';

/** What each status is called; the most urgent first. */
const STATUS_WORDS: Readonly<Record<Status, string>> = {
  denied: 'COULD NOT REVOKE (access denied)',
  failed: 'COULD NOT REVOKE',
  unconfirmed: 'Revoke not confirmed',
  held: 'LEFT OPEN',
  foreign: 'OPEN in another account',
  grace: 'Closes soon',
  revoked: 'Revoked',
  trimmed: 'Trimmed',
  'dry-run': 'Would revoke (dry run)',
  'would-trim': 'Would trim (dry run)',
  gone: 'Gone (sent, not answered)',
  absent: 'Already gone',
  changed: 'Changed meanwhile, and compliant now',
  added: 'Added, and left',
  notify: 'Notice',
  undecided: 'Could not evaluate',
};

/** A rule that people hear about, and what became of it. */
export interface Told {
  readonly status: Status;
  readonly rule: SecurityGroupRule;
  /** When its grace ends, ISO 8601. */
  readonly until?: string;
  /** Whether people were told the same before; such rules come last. */
  readonly isKnown?: boolean;
}

/** What the status is called: `Revoked`, `Closes at 12:12 UTC`. */
export function statusInWords({ status, until }: Told): string {
  return until === undefined ? STATUS_WORDS[status] : `Closes at ${minuteInWords(until)}`;
}

/** Every rule that people hear about, the most urgent first. */
export function told({ plan, outcomes, added = [] }: Facts): readonly Told[] {
  const all: readonly Told[] = [
    ...outcomes.map((outcome) => ({ status: statusOf(outcome, plan), rule: outcome.rule })),
    ...plan.held.map(toldOfHeld),
    ...added.map((rule) => ({ status: 'added' as const, rule })),
    ...plan.notify.map(({ rule }) => ({ status: 'notify' as const, rule })),
    ...plan.undecided.map(({ rule }) => ({ status: 'undecided' as const, rule })),
  ];
  return all.toSorted((a, b) => rank(a) - rank(b));
}

function rank({ status, isKnown = false }: Told): number {
  const order = Object.keys(STATUS_WORDS);
  return order.indexOf(status) + (isKnown ? order.length : 0);
}

function toldOfHeld(held: Held): Told {
  const { rule, because } = held;
  if (because === 'grace') return { status: because, rule, until: held.until, isKnown: held.isTold };
  return { status: because === 'foreign' ? because : 'held', rule };
}

function statusOf({ outcome, rule, remainder = [] }: Outcome, plan: Plan): Status {
  const isKept = remainder.some((kept) => kept.outcome !== 'refused');
  if (isKept && outcome === 'revoked') return 'trimmed';
  const planned = trimmingOf(plan, rule)?.remainder.rules ?? [];
  return planned.length > 0 && outcome === 'dry-run' ? 'would-trim' : outcome;
}

/** What the others are called that the line has only a number for. */
const IN_SHORT: Readonly<Record<Status, string>> = {
  denied: 'denied',
  failed: 'not revoked',
  unconfirmed: 'not confirmed',
  held: 'left open',
  foreign: 'open in another account',
  grace: 'closed soon',
  revoked: 'revoked',
  trimmed: 'trimmed',
  'dry-run': 'would go',
  'would-trim': 'would be trimmed',
  gone: 'gone',
  absent: 'already gone',
  changed: 'changed',
  added: 'added',
  notify: 'noticed',
  undecided: 'not evaluated',
};

/** `Revoked: SSH (tcp/22) from the whole internet and 2 more; 1 left open on web-prod (111122223333, eu-west-1)`. */
export function makeHeadline(facts: Facts): string {
  const { holds, recurring } = facts.checks;
  const { accountId, region } = facts.target;
  const group = `on ${sanitize(facts.group.name, 40)}`;
  // The breaker is one of an account and region: these come first, where no mail client cuts them off.
  const loud = holds.some(({ isLoud }) => isLoud) ? `BREAKER OPEN in ${accountId}, ${region}. ` : '';
  const where = loud === '' ? `${group} (${facts.group.ownerId}, ${region})` : group;
  const story = storyOf(facts);
  if (story === undefined) return `${loud}Nothing left to close ${where}`;
  const open = stillOpen(facts);
  const back = recurring.some(({ isLoud }) => isLoud) ? 'COMES BACK. ' : '';
  return `${loud}${back}${open}${story} ${where}`;
}

function stillOpen(facts: Facts): string {
  if (residualExposure(facts).length > 0) return 'STILL OPEN by another rule. ';
  return facts.exposure?.elsewhere.kind === 'open' ? 'STILL OPEN by another group. ' : '';
}

/** What became of the most urgent rule, and of how many others. */
function storyOf(facts: Facts): string | undefined {
  const [first, ...others] = told(facts);
  if (first === undefined) return undefined;
  const numbers = [...Map.groupBy(others, ({ status }) => status)].map(([status, of]) =>
    status === first.status ? ` and ${of.length} more` : `; ${of.length} ${IN_SHORT[status]}`,
  );
  return `${statusInWords(first)}: ${headline(first.rule)}${numbers.join('')}`;
}
