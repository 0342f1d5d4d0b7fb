// What stays of a trimmed rule, and what is lost of it.

import { isUnfinished, type Kept, type Notice, trimmingOf } from '../plan/plan.ts';
import type { Loss } from '../plan/remainder.ts';
import type { Obstacle } from '../plan/way-out.ts';
import { parseRule, type SecurityGroupRule } from '../rule.ts';
import type { Facts } from './facts.ts';
import { ruleInWords } from './phrases.ts';
import { sanitize } from './sanitize.ts';

const KEPT: Readonly<Record<Kept['outcome'] | 'planned', string>> = {
  added: 'kept:',
  present: 'kept, by a rule that was there:',
  refused: 'NOT KEPT:',
  planned: 'would keep:',
};

/** The same while the rule itself is still there. */
const BESIDE: typeof KEPT = {
  ...KEPT,
  added: 'added already, to keep:',
  present: 'there already, to keep:',
};

const LOST: Readonly<Record<Loss, string>> = {
  protocols: 'not kept: protocols other than TCP, UDP, ICMP, GRE, ESP and AH',
  types:
    'not kept: ICMP types that are allowed: each would be a rule of its own, more than the limit for trimming',
  addresses:
    'not kept: allowed addresses on the forbidden ports, such as private ones. Add rules for any that need them',
  all: 'revoked as a whole: keeping a part of it would take more rules than the limit for trimming',
  deployment:
    'revoked as a whole: this deployment may not add the rules that would keep a part of it (trimLimit is 0)',
};

const OBSTACLES: Readonly<Record<Obstacle, string>> = {
  deployment: 'this deployment may not add the rules that would keep what is allowed (trimLimit is 0)',
  limit: 'keeping what is allowed would take more rules than the limit for trimming',
  refused: 'AWS refused the rules that would keep what is allowed',
  'prefix-list': 'what is allowed is a part of a prefix list, which cannot be cut',
};

/**
 * `left as it is, and not trimmed: what is allowed is a part of a prefix list, which cannot be cut`; undefined for a rule that no policy asks
 * to trim.
 */
export function obstacleInWords({
  obstacle,
  detail,
}: Pick<Notice, 'obstacle' | 'detail'>): string | undefined {
  if (obstacle === undefined) return undefined;
  return `left as it is, and not trimmed: ${OBSTACLES[obstacle]}${why({ detail })}`;
}

/** The lines about the rest of a rule; none for a rule that no policy asks to trim. */
export function remainderInWords(rule: SecurityGroupRule, { plan, outcomes }: Facts): readonly string[] {
  const obstacle = obstacleInWords(plan.notify.find((notice) => notice.rule === rule) ?? {});
  if (obstacle !== undefined) return [obstacle];
  const planned = trimmingOf(plan, rule)?.remainder;
  if (planned === undefined) return [];
  const outcome = outcomes.find((it) => it.rule === rule);
  // A rule that was gone, or could not be read again, has not been trimmed.
  if (outcome !== undefined && outcome.outcome !== 'dry-run' && outcome.remainder === undefined) return [];
  const attempts =
    outcome?.remainder ?? planned.rules.map((left) => ({ rule: left, outcome: 'planned' as const }));
  const isThere = outcome !== undefined && (outcome.outcome === 'denied' || isUnfinished(outcome));
  const words = isThere ? BESIDE : KEPT;
  const said = attempts.map(
    (attempt) =>
      `${words[attempt.outcome]} ${ruleInWords(parseRule(attempt.rule))}${why('detail' in attempt ? attempt : {})}`,
  );
  // What is lost comes first: a long list is cut at its end.
  return [
    ...(isThere ? [] : planned.losses).map((loss) => LOST[loss]),
    ...said.toSorted((a, b) => Number(b.startsWith(KEPT.refused)) - Number(a.startsWith(KEPT.refused))),
  ];
}

function why({ detail }: { readonly detail?: string | undefined }): string {
  return detail === undefined ? '' : ` (${sanitize(detail, 200)})`;
}
