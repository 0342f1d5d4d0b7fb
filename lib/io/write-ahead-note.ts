// What a try notes before it acts, so that the next one knows what of all that it finds was the bot's own doing.
import { type Kept, type Outcome, type Plan, revocations } from '../plan/plan.ts';
import { contentOf, parseRule, type SecurityGroupRule } from '../rule.ts';
import type { Tries } from './attribution.ts';
import type { Attempt } from './ledger/entries.ts';

/** What earlier tries did. */
export function doneBy({ before, added }: Tries): Attempt {
  const revoked = before.flatMap(({ rule, time }) => (time === undefined ? [] : [[rule.id, time]]));
  return { revoking: Object.fromEntries(revoked), adding: added.map(contentOf) };
}

/** The same with what is to be `sent` now. */
export function attemptOf(tries: Tries, sent: Plan, time: string): Attempt {
  const { revoking, adding } = doneBy(tries);
  const there = new Set(tries.live.map(contentOf));
  const planned = sent.trim.flatMap(({ remainder }) => remainder.rules.map(contentOfAws));
  const toRevoke = revocations(sent).map(({ rule }) => [rule.id, time]);
  return {
    revoking: { ...revoking, ...Object.fromEntries(toRevoke) },
    adding: [...new Set([...adding, ...planned.filter((content) => !there.has(content))])],
  };
}

/** What of the attempt came about, or may have: what EC2 refused, or had not any more, was not the bot's doing. */
export function attemptAfter({ revoking, adding }: Attempt, tries: Tries, sent: readonly Outcome[]): Attempt {
  const done = doneBy(tries);
  const gone = sent.filter(({ outcome }) => outcome === 'revoked' || outcome === 'unconfirmed');
  const kept = sent
    .flatMap(({ remainder = [] }) => remainder)
    .filter(({ outcome, isUnconfirmed }) => outcome === 'added' || isUnconfirmed);
  const ids = new Set([...Object.keys(done.revoking), ...gone.map(({ rule }) => rule.id)]);
  const contents = new Set([...done.adding, ...kept.map(({ rule }) => contentOfAws(rule))]);
  return {
    revoking: Object.fromEntries(Object.entries(revoking).filter(([id]) => ids.has(id))),
    adding: adding.filter((content) => contents.has(content)),
  };
}

/**
 * The outcomes with what an earlier try added called so, once, whatever EC2 said to adding it again; and with what else was
 * there before called so.
 */
export function withAdded(outcomes: readonly Outcome[], { added, live }: Tries): readonly Outcome[] {
  const earlier = new Set(added.map(contentOf));
  const there = new Set(live.map(contentOf));
  const told = new Set<string>();
  const asAdded = (kept: Kept): Kept => {
    const content = contentOfAws(kept.rule);
    if (!earlier.has(content))
      return there.has(content) && kept.outcome === 'added' ? { rule: kept.rule, outcome: 'present' } : kept;
    // Of several rules that leave the same, one has it.
    const outcome = told.has(content) ? 'present' : 'added';
    told.add(content);
    return { rule: kept.rule, outcome };
  };
  return outcomes.map((outcome) =>
    outcome.remainder === undefined ? outcome : { ...outcome, remainder: outcome.remainder.map(asAdded) },
  );
}

/** What earlier tries added to stay of rules that have not been trimmed after all. */
export function leftOver({ added }: Tries, outcomes: readonly Outcome[]): readonly SecurityGroupRule[] {
  const kept = new Set(
    outcomes.flatMap(({ remainder = [] }) => remainder.map(({ rule }) => contentOfAws(rule))),
  );
  return added.filter((rule) => !kept.has(contentOf(rule)));
}

/** What a rule in EC2's shape admits, and whom. */
export function contentOfAws(rule: Kept['rule']): string {
  return contentOf(parseRule(rule));
}
