// Who tells people of the breaker and of fights: one of all that come upon them.
import type { Breaker, Fight, Restraint } from '../report/breaker-phrases.ts';
import { readBreaker, toldName, windowOf } from './ledger/breaker.ts';
import { claim } from './ledger/claims.ts';
import { FIGHT_LENGTH } from './recurring-rules.ts';
import type { World } from './world.ts';

/** Milliseconds: longer than a dead letter is kept, whose event may be the one that is to tell. */
const CLAIM_FOR = 30 * 86_400_000;

/**
 * Finds out whether it is this remediation that tells people of the breaker and of fights: who is the one, tells in any case.
 * Of fights only those over the rules that are to be told of. To be asked when all is done: who dies before has not yet kept
 * anybody else from telling, and who dies after asks again.
 */
export async function withVoice(
  world: World,
  { breaker, fights }: Restraint,
  ruleIds: readonly string[],
  id: string,
): Promise<Restraint> {
  const heard: Fight[] = [];
  for (const fight of fights.filter(({ ruleId }) => ruleIds.includes(ruleId))) {
    // What failed to the last try, and is closed when the event is sent back, is the same fight told by the same event.
    const by = id.replace(/\.\d+$/, '');
    heard.push({ ...fight, isLoud: await isToTell(world, `${fight.name}/told`, by, FIGHT_LENGTH) });
  }
  return { fights: heard, ...(breaker && { breaker: await withItsVoice(world, breaker, id) }) };
}

/** The breaker as it is now: somebody may have reset it, and then it may have opened anew. */
async function withItsVoice(world: World, breaker: Breaker, id: string): Promise<Breaker> {
  const window = windowOf(world.config);
  const open = await readBreaker(world.ledger, window, world.now());
  const isOver = open?.by !== breaker.by || open.until.toISOString() !== breaker.until;
  return { ...breaker, isOver, isLoud: await isToTell(world, toldName(window, breaker), id, CLAIM_FOR) };
}

/** Who is silent must not take the one message from those who tell. */
async function isToTell(
  { ledger, now, isSilent = false }: World,
  told: string,
  by: string,
  length: number,
): Promise<boolean> {
  const until = new Date(now().getTime() + length);
  return !isSilent && (await claim(ledger, told, by, { now: now(), until })).by === by;
}
