// What keeps the bot from doing harm by its own zeal: the breaker, and the notice that somebody fights it. Both count in
// the ledger, so that all invocations count together.
import { createHash } from 'node:crypto';
import { homeAccount } from '../config.ts';
import { type Plan, revocations } from '../plan.ts';
import type { Breaker, Fight, Restraint } from '../report/restraint.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import { count, openBreaker, readBreaker, toldOf, type Window } from './breaker.ts';
import { addIds, claim, readIds } from './counters.ts';
import type { World } from './world.ts';

/** The same rule of the same group back so often in so long is no accident. */
const FIGHT = { times: 3, minutes: 60 };

/** Milliseconds: longer than a dead letter is kept, whose event may be the one that is to tell. */
const CLAIM_FOR = 30 * 86_400_000;

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
  const fights = noted.fights.filter(({ ruleId }) => !ids.includes(ruleId));
  for (const rule of rules) fights.push(...(await countFight(world, rule, id)));
  return { fights };
}

/** Undefined while the breaker lets the rules go. What comes while it is open does not count. */
async function askBreaker(
  world: World,
  ruleIds: readonly string[],
  id: string,
): Promise<Breaker | undefined> {
  const { ledger, config, now, isSilent } = world;
  const { breakerLimit: limit, breakerMinutes: minutes } = config;
  const window = windowOf(world);
  const time = now();
  const held = { limit, minutes, isLoud: false };
  let open = await readBreaker(ledger, window, time);
  if (open === undefined) {
    // A group with more than the limit can never go at once: counted in each sweep, it would hold what the events bring.
    if (isSilent && ruleIds.length > limit) return { ...held, until: time.toISOString(), by: id };
    if ((await count(ledger, window, ruleIds, time)) <= limit) return undefined;
    open = await openBreaker(ledger, window, id, time);
  }
  return { ...held, until: open.until.toISOString(), by: open.by };
}

/**
 * Finds out whether it is this remediation that tells people of the breaker. To be asked when it is noted that something
 * is held: who dies before has not yet kept anybody else from telling, and who dies after asks again.
 */
export async function withVoice(world: World, restraint: Restraint, id: string): Promise<Restraint> {
  const { breaker } = restraint;
  if (breaker === undefined) return restraint;
  const until = new Date(world.now().getTime() + CLAIM_FOR);
  const isLoud = await isToTell(world, toldOf(windowOf(world), breaker), id, until);
  return { ...restraint, breaker: { ...breaker, isLoud } };
}

function windowOf({ config }: World): Window {
  return { account: homeAccount(config), region: config.region, minutes: config.breakerMinutes };
}

/** A rule that comes back has another id; the one that is tried again has not. */
async function countFight(world: World, rule: SecurityGroupRule, id: string): Promise<readonly Fight[]> {
  const { ledger, now } = world;
  const content = createHash('sha256').update(contentOf(rule)).digest('hex').slice(0, 32);
  const name = `fight/${rule.groupId}/${content}`;
  const length = FIGHT.minutes * 60_000;
  const time = now().getTime();
  const hour = Math.floor(time / length);
  const entries = await Promise.all([
    readIds(ledger, `${name}/${hour - 1}`),
    addIds(ledger, `${name}/${hour}`, [`${rule.id} ${time}`], new Date((hour + 2) * length)),
  ]);
  const lately = entries
    .flat()
    .map((entry) => entry.split(' '))
    .filter(([, at]) => time - Number(at) < length);
  const times = new Set(lately.map(([ruleId]) => ruleId)).size;
  if (times < FIGHT.times) return [];
  const isLoud = await isToTell(world, `${name}/told`, id, new Date(time + length));
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
