// Rules that somebody adds again each time they are revoked: how often, in the ledger.
import { createHash } from 'node:crypto';
import type { Fight } from '../../report/breaker-phrases.ts';
import { contentOf, type SecurityGroupRule } from '../../rule.ts';
import type { World } from '../world.ts';
import { remember } from './sliding-window.ts';

/** The same rule of the same group back so often in so many minutes is no accident. */
const TIMES = 3;
const MINUTES = 60;
/** Milliseconds. */
export const RECURRENCE_WINDOW = MINUTES * 60_000;

/**
 * Counts rules that are to be revoked; answers those that keep coming back. A rule that comes back has another id; one that is
 * tried again has not.
 */
export async function countRecurrence(
  world: World,
  rules: readonly SecurityGroupRule[],
): Promise<readonly Fight[]> {
  const counted = await Promise.all(rules.map((rule) => countRule(world, rule)));
  return counted.flatMap((fight) => fight ?? []);
}

async function countRule({ ledger, now }: World, rule: SecurityGroupRule): Promise<Fight | undefined> {
  const name = nameOf(rule);
  const times = await remember(ledger, name, [rule.id], { now: now(), length: RECURRENCE_WINDOW });
  return times < TIMES ? undefined : { ruleId: rule.id, name, times, minutes: MINUTES, isLoud: false };
}

function nameOf(rule: SecurityGroupRule): string {
  const content = createHash('sha256').update(contentOf(rule)).digest('hex').slice(0, 32);
  return `fight/${rule.groupId}/${content}`;
}
