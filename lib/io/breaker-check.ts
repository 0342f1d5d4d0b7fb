// What keeps the bot from doing harm by its own zeal: the breaker, and the notice that somebody fights it. Both count in
// the ledger, so that all invocations count together.
import { type Plan, revocations } from '../plan/plan.ts';
import type { Breaker, Restraint } from '../report/breaker-phrases.ts';
import { count, openBreaker, readBreaker, windowOf } from './ledger/breaker.ts';
import { countFight } from './recurring-rules.ts';
import type { World } from './world.ts';

/**
 * Counts what is about to be revoked, and asks whether it may go; `noted` is what an earlier try of the same remediation was
 * told, and `id` names the remediation.
 */
export async function restrain(
  world: World,
  plan: Plan,
  id: string,
  noted: Restraint = { fights: [] },
): Promise<Restraint> {
  const rules = revocations(plan).map(({ rule }) => rule);
  // What was held stays held: people have been told so, or are about to be.
  if (noted.breaker !== undefined || world.config.mode === 'dry-run' || rules.length === 0) return noted;
  const ids = rules.map((rule) => rule.id);
  const breaker = await askBreaker(world, ids, id);
  if (breaker !== undefined) return { ...noted, breaker };
  const fights = new Map(noted.fights.map((fight) => [fight.ruleId, fight]));
  for (const rule of rules) {
    const fight = await countFight(world, rule);
    if (fight !== undefined) fights.set(rule.id, fight);
  }
  return { fights: [...fights.values()] };
}

/** Counts once more what goes now: it may be long since it was asked for, and must not be forgotten before its time. */
export async function countAgain(world: World, ruleIds: readonly string[]): Promise<void> {
  await count(world.ledger, windowOf(world.config), ruleIds, world.now());
}

/** Undefined while the breaker lets the rules go. What comes while it is open does not count. */
async function askBreaker(
  world: World,
  ruleIds: readonly string[],
  id: string,
): Promise<Breaker | undefined> {
  const { ledger, config, now, isSilent } = world;
  const { breakerLimit: limit, breakerMinutes: minutes } = config;
  const window = windowOf(world.config);
  const time = now();
  const held = { limit, minutes, isOver: false, isLoud: false };
  let open = await readBreaker(ledger, window, time);
  if (open === undefined) {
    // A group with more than the limit can never go at once: counted in each sweep, it would hold what the events bring.
    if (isSilent && ruleIds.length > limit) return { ...held, until: time.toISOString(), by: id };
    if ((await count(ledger, window, ruleIds, time)) <= limit) return undefined;
    open = await openBreaker(ledger, window, id, time);
  }
  return { ...held, until: open.until.toISOString(), by: open.by };
}
