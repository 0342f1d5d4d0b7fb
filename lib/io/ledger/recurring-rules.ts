// Counts recurring rules, which somebody adds again each time they are revoked.
import { createHash } from 'node:crypto';
import type { RecurringRule } from '../../report/facts.ts';
import { contentOf, type SecurityGroupRule } from '../../rule.ts';
import type { World } from '../world.ts';
import { remember } from './sliding-window.ts';

/** The same rule of the same group, added this often in this many minutes, is no accident. */
const TIMES = 3;
const MINUTES = 60;
/** Milliseconds. */
export const RECURRENCE_WINDOW = MINUTES * 60_000;

/** The most rules that are counted at once: an hour of them must fit into one item. */
const MOST_COUNTED = 100;

/**
 * Counts rules that are about to be revoked, and returns those that keep coming back. A rule that comes back has a new id; a rule that
 * is tried again does not.
 */
export async function countRecurrence(
  { ledger, now }: World,
  rules: readonly SecurityGroupRule[],
): Promise<readonly RecurringRule[]> {
  const [first] = rules;
  if (first === undefined) return [];
  const group = `recurring/${first.groupId}`;
  const counted = rules.slice(0, MOST_COUNTED).map((rule) => ({ ruleId: rule.id, hash: hashOf(rule) }));
  const ids = counted.map(({ ruleId, hash }) => `${hash}/${ruleId}`);
  const recent = await remember(ledger, group, ids, { now: now(), length: RECURRENCE_WINDOW });
  const byHash = Map.groupBy(recent, (id) => id.split('/')[0] ?? '');
  return counted.flatMap(({ ruleId, hash }) => {
    const times = byHash.get(hash)?.length ?? 0;
    return times < TIMES
      ? []
      : [{ ruleId, name: `${group}/${hash}`, times, minutes: MINUTES, isLoud: false }];
  });
}

/** A hash of the rule's content. */
function hashOf(rule: SecurityGroupRule): string {
  return createHash('sha256').update(contentOf(rule)).digest('hex').slice(0, 16);
}
