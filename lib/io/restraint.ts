// What keeps the bot from doing harm by its own zeal: the breaker, and the notice that somebody fights it. Both count in
// the ledger, so that all invocations count together.
import { createHash } from 'node:crypto';
import { homeAccount } from '../config.ts';
import { type Outcome, type Plan, revocations } from '../plan.ts';
import type { Breaker, Fight, Restraint } from '../report/restraint.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import { count, openBreaker, readBreaker, toldName, type Window } from './breaker.ts';
import { claim } from './counters.ts';
import { remember } from './recent.ts';
import type { World } from './world.ts';

/** The same rule of the same group back so often in so long is no accident. */
const FIGHT = { times: 3, minutes: 60 };
const FIGHT_LENGTH = FIGHT.minutes * 60_000;

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
  const fights = new Map(noted.fights.map((fight) => [fight.ruleId, fight]));
  for (const rule of rules) {
    const times = await countFight(world, rule);
    if (times >= FIGHT.times) fights.set(rule.id, fightOf(rule, times));
  }
  return { fights: [...fights.values()] };
}

/** Counts once more what goes now: it may be long since it was asked for, and must not be forgotten before its time. */
export async function countAgain(world: World, ruleIds: readonly string[]): Promise<void> {
  await count(world.ledger, windowOf(world), ruleIds, world.now());
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

function windowOf({ config }: World): Window {
  return { account: homeAccount(config), region: config.region, minutes: config.breakerMinutes };
}

/** How often the same rule was to be revoked lately. One that comes back has another id; one that is tried again has not. */
function countFight(world: World, rule: SecurityGroupRule): Promise<number> {
  return remember(world.ledger, fightName(rule), [rule.id], { now: world.now(), length: FIGHT_LENGTH });
}

function fightOf({ id }: SecurityGroupRule, times: number): Fight {
  return { ruleId: id, times, minutes: FIGHT.minutes, isLoud: false };
}

function fightName(rule: SecurityGroupRule): string {
  const content = createHash('sha256').update(contentOf(rule)).digest('hex').slice(0, 32);
  return `fight/${rule.groupId}/${content}`;
}

/**
 * Finds out whether it is this remediation that tells people of the breaker and of fights. To be asked when all is done:
 * who dies before has not yet kept anybody else from telling, and who dies after asks again. Of a fight over what is held
 * there is nothing to tell.
 */
export async function withVoice(
  world: World,
  { breaker, fights }: Restraint,
  outcomes: readonly Outcome[],
  id: string,
): Promise<Restraint> {
  const heard: Fight[] = [];
  for (const fight of fights) {
    const rule = outcomes.find((outcome) => outcome.rule.id === fight.ruleId)?.rule;
    const isLoud = rule !== undefined && (await isToTell(world, `${fightName(rule)}/told`, id, FIGHT_LENGTH));
    heard.push({ ...fight, isLoud });
  }
  return { fights: heard, ...(breaker && { breaker: await withItsVoice(world, breaker, id) }) };
}

/** The breaker as it is now: somebody may have reset it, and then it may have opened anew. */
async function withItsVoice(world: World, breaker: Breaker, id: string): Promise<Breaker> {
  const window = windowOf(world);
  const open = await readBreaker(world.ledger, window, world.now());
  const isOver = open?.by !== breaker.by || open.until.toISOString() !== breaker.until;
  return { ...breaker, isOver, isLoud: await isToTell(world, toldName(window, breaker), id, CLAIM_FOR) };
}

/** Who is silent must not take the one message from those who tell. */
async function isToTell(
  { ledger, now, isSilent = false }: World,
  told: string,
  id: string,
  length: number,
): Promise<boolean> {
  const until = new Date(now().getTime() + length);
  return !isSilent && (await claim(ledger, told, id, { now: now(), until })).by === id;
}
