// What keeps the bot from doing harm by its own zeal: the breaker, and the notice that somebody fights it. Both count in
// the ledger, so that all invocations count together.
import { createHash } from 'node:crypto';
import { homeAccount } from '../config.ts';
import { hold, type Plan, revocations } from '../plan.ts';
import type { Fight, Restraint } from '../report/restraint.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import { count, openBreaker, readBreaker, toldOf } from './breaker.ts';
import { addTo, claim } from './counters.ts';
import type { World } from './world.ts';

/** The same rule of the same group back so often in so long is no accident. */
const FIGHT = { times: 3, minutes: 60 };

/** Counts what is about to be revoked; `id` names the remediation, so that of several only one tells. */
export async function restrain(world: World, plan: Plan, id: string): Promise<Restraint> {
  const rules = revocations(plan).map(({ rule }) => rule);
  if (rules.length === 0 || world.config.mode === 'dry-run') return { fights: [] };
  const breaker = await askBreaker(world, rules.length, id);
  if (breaker !== undefined) return { breaker, fights: [] };
  const fights: Fight[] = [];
  for (const rule of rules) fights.push(...(await countFight(world, rule, id)));
  return { fights };
}

/** The plan as far as the restraint lets it be carried out. */
export function restrained(plan: Plan, { breaker }: Restraint): Plan {
  return breaker === undefined ? plan : hold(plan, { because: 'breaker' });
}

/** Undefined while the breaker lets the rules go. What comes while it is open does not count. */
async function askBreaker(world: World, amount: number, id: string): Promise<Restraint['breaker']> {
  const { ledger, config, now, isSilent } = world;
  const { breakerLimit: limit, breakerMinutes: minutes, region } = config;
  const window = { account: homeAccount(config), region, minutes };
  let open = await readBreaker(ledger, window, now());
  if (open === undefined) {
    // A group with more than the limit can never go at once: counted in each sweep, it would hold what the events bring.
    if (isSilent && amount > limit) return { limit, minutes, until: now().toISOString(), isLoud: false };
    if ((await count(ledger, window, amount, now())) <= limit) return undefined;
    open = await openBreaker(ledger, window, id, now());
  }
  const { until } = open;
  return {
    limit,
    minutes,
    until: until.toISOString(),
    isLoud: await isToTell(world, toldOf(window), id, until),
  };
}

/** Counted by the hours of the clock: it only matters for what is told. */
async function countFight(world: World, rule: SecurityGroupRule, id: string): Promise<readonly Fight[]> {
  const { ledger, now } = world;
  const content = createHash('sha256').update(contentOf(rule)).digest('hex').slice(0, 32);
  const length = FIGHT.minutes * 60_000;
  const window = Math.floor(now().getTime() / length);
  const until = new Date((window + 1) * length);
  const name = `fight/${rule.groupId}/${content}/${window}`;
  const times = await addTo(ledger, name, 1, until);
  if (times < FIGHT.times) return [];
  const isLoud = await isToTell(world, `${name}/told`, id, until);
  return [{ ruleId: rule.id, times, minutes: FIGHT.minutes, isLoud }];
}

/** Who is silent must not take the one message from those who tell. */
async function isToTell(
  { ledger, now, isSilent = false }: World,
  told: string,
  id: string,
  until: Date,
): Promise<boolean> {
  return !isSilent && (await claim(ledger, told, id, { now: now(), until })).by === id;
}
