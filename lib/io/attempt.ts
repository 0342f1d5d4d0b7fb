// What a try notes before it acts, so that the next one knows what of all that it finds was the bot's own doing.
import { type Kept, type Outcome, type Plan, revocations } from '../plan.ts';
import { contentOf, parseRule, type SecurityGroupRule } from '../rule.ts';
import type { Attempt } from './ledger.ts';
import type { Tries } from './resume.ts';

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
  const gone = sent.filter(({ outcome, isUnconfirmed }) => outcome === 'revoked' || isUnconfirmed);
  const kept = sent
    .flatMap(({ remainder = [] }) => remainder)
    .filter(({ outcome, isUnconfirmed }) => outcome !== 'refused' || isUnconfirmed);
  const ids = new Set([...Object.keys(done.revoking), ...gone.map(({ rule }) => rule.id)]);
  const contents = new Set([...done.adding, ...kept.map(({ rule }) => contentOfAws(rule))]);
  return {
    revoking: Object.fromEntries(Object.entries(revoking).filter(([id]) => ids.has(id))),
    adding: adding.filter((content) => contents.has(content)),
  };
}

/**
 * The outcomes with what is the bot's own called added, once: what an earlier try added, whatever EC2 said to adding it again;
 * and what this one set about and EC2 says is there, which is a request whose answer was lost.
 */
export function withAdded(
  outcomes: readonly Outcome[],
  { added }: Tries,
  { adding }: Attempt,
): readonly Outcome[] {
  const earlier = new Set(added.map(contentOf));
  const kept = outcomes.flatMap(({ remainder = [] }) => remainder);
  const said = new Set(
    kept.filter(({ outcome }) => outcome === 'added').map(({ rule }) => contentOfAws(rule)),
  );
  const asAdded = (one: Kept): Kept => {
    const content = contentOfAws(one.rule);
    const isOwn = earlier.has(content) || (one.outcome === 'present' && adding.includes(content));
    if (!isOwn || said.has(content)) return one;
    said.add(content);
    return { rule: one.rule, outcome: 'added' };
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
