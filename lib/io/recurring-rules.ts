// Who makes a rule again each time that it is closed fights the bot: how often that was, in the ledger.
import { createHash } from 'node:crypto';
import type { Fight } from '../report/breaker-phrases.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import { remember } from './ledger/sliding-window.ts';
import type { World } from './world.ts';

/** The same rule of the same group back so often in so many minutes is no accident. */
const TIMES = 3;
const MINUTES = 60;
/** Milliseconds. */
export const FIGHT_LENGTH = MINUTES * 60_000;

/**
 * Counts a rule that is to be revoked; answers the fight if there is one. A rule that comes back has another id; one that is
 * tried again has not.
 */
export async function countFight(
  { ledger, now }: World,
  rule: SecurityGroupRule,
): Promise<Fight | undefined> {
  const name = nameOf(rule);
  const times = await remember(ledger, name, [rule.id], { now: now(), length: FIGHT_LENGTH });
  return times < TIMES ? undefined : { ruleId: rule.id, name, times, minutes: MINUTES, isLoud: false };
}

function nameOf(rule: SecurityGroupRule): string {
  const content = createHash('sha256').update(contentOf(rule)).digest('hex').slice(0, 32);
  return `fight/${rule.groupId}/${content}`;
}
