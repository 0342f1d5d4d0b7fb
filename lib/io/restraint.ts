// What keeps the bot from doing harm by its own zeal: the breaker, and the notice that somebody fights it. Both count in
// the ledger, so that all invocations count together.
import { createHash } from 'node:crypto';
import { homeAccount } from '../config.ts';
import { type Plan, revocations } from '../plan.ts';
import type { Fight, Restraint } from '../report/restraint.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import { count, isStillCounted, openBreaker, readBreaker, toldOf, type Window } from './breaker.ts';
import { addNamed, claim } from './counters.ts';
import type { Entry } from './ledger.ts';
import type { World } from './world.ts';

/** The same rule of the same group back so often in so long is no accident. */
const FIGHT = { times: 3, minutes: 60 };

/** What an earlier try of the same remediation noted. */
export type Earlier = Pick<Entry, 'restraint' | 'attempt'>;

/**
 * Counts what is about to be revoked, and a revoke that is tried again as another one unless it follows right away; `id`
 * names the remediation, so that of several only one tells.
 */
export async function restrain(world: World, plan: Plan, id: string, earlier?: Earlier): Promise<Restraint> {
  const { restraint: noted = { fights: [] }, attempt } = earlier ?? {};
  // What was held stays held: people have been told so, or are about to be.
  if (noted.breaker !== undefined || world.config.mode === 'dry-run') return noted;
  const rules = revocations(plan).map(({ rule }) => rule);
  // With nothing left to do, a try that died may still have been the one to tell that the breaker is open.
  if (rules.length === 0 && earlier === undefined) return noted;
  const tried = new Set(attempt?.ruleIds);
  const fresh = rules.filter((rule) => !tried.has(rule.id));
  const isCounted =
    attempt !== undefined && isStillCounted(windowOf(world), new Date(attempt.time), world.now());
  const breaker = await askBreaker(world, isCounted ? fresh.length : rules.length, id);
  if (breaker !== undefined) return { ...noted, breaker };
  const fights: Fight[] = [];
  for (const rule of fresh) fights.push(...(await countFight(world, rule, id)));
  return { fights: [...noted.fights, ...fights] };
}

/** Undefined while the breaker lets the rules go. What comes while it is open does not count. */
async function askBreaker(world: World, amount: number, id: string): Promise<Restraint['breaker']> {
  const { ledger, config, now, isSilent } = world;
  const { breakerLimit: limit, breakerMinutes: minutes } = config;
  const window = windowOf(world);
  let open = await readBreaker(ledger, window, now());
  if (open === undefined) {
    if (amount === 0) return undefined;
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

function windowOf({ config }: World): Window {
  return { account: homeAccount(config), region: config.region, minutes: config.breakerMinutes };
}

/**
 * A rule that comes back has another id; the one that is tried again has not. Counted by the hours of the clock: it only
 * matters for what is told.
 */
async function countFight(world: World, rule: SecurityGroupRule, id: string): Promise<readonly Fight[]> {
  const { ledger, now } = world;
  const content = createHash('sha256').update(contentOf(rule)).digest('hex').slice(0, 32);
  const length = FIGHT.minutes * 60_000;
  const window = Math.floor(now().getTime() / length);
  const until = new Date((window + 1) * length);
  const name = `fight/${rule.groupId}/${content}/${window}`;
  const times = await addNamed(ledger, name, rule.id, until);
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
