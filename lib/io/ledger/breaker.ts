// The breaker, in the ledger: which rules were to be revoked lately, and until when none is. All invocations count together;
// by the ids of rules, so that one that is tried again counts once; and it slides, so that no stretch of time of a window's
// length has more than the limit.
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { type Config, homeTarget } from '../../config.ts';
import type { Breaker } from '../../report/breaker-phrases.ts';
import type { World } from '../world.ts';
import { type Claim, claim, readClaim } from './claims.ts';
import type { Ledger } from './items.ts';
import { forget, recall, remember } from './sliding-window.ts';

const MINUTE = 60_000;
/** Milliseconds from the count of a rule to the end of the call that revokes it, at most. */
const LONGEST_REVOKE = 4 * MINUTE;

/** There is one breaker for each region of an account. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** What is counted together: revocations over so many minutes. */
export interface Window extends Place {
  readonly minutes: number;
}

/** The window of a deployment. */
export function windowOf(config: Config): Window {
  return { account: homeTarget(config).accountId, region: config.region, minutes: config.breakerMinutes };
}

/** Adds to the rules that are to be revoked; answers how many that makes within the window. One at least is to be added. */
export function count(
  ledger: Ledger,
  window: Window,
  ruleIds: readonly string[],
  now: Date,
): Promise<number> {
  return remember(ledger, countedName(window), ruleIds, { now, length: memoryOf(window) });
}

/** How many rules were to be revoked within the window. */
export function countedBy(ledger: Ledger, window: Window, now: Date): Promise<number> {
  return recall(ledger, countedName(window), { now, length: memoryOf(window) });
}

/** Milliseconds after which what was counted is forgotten. */
export function memoryOf({ minutes }: Pick<Window, 'minutes'>): number {
  return minutes * MINUTE + LONGEST_REVOKE;
}

/** Who opened the breaker and until when; undefined while it is closed. */
export function readBreaker(ledger: Ledger, place: Place, now: Date): Promise<Claim | undefined> {
  return readClaim(ledger, nameOf(place), now);
}

/** Opens it until all that was counted is forgotten; answers who did, which may be somebody who was faster. */
export function openBreaker(ledger: Ledger, window: Window, by: string, now: Date): Promise<Claim> {
  // What others count in a minute from now, before they see that it is open, is forgotten by then as well.
  const soon = Math.ceil(now.getTime() / MINUTE + 1) * MINUTE;
  return claim(ledger, nameOf(window), by, { now, until: new Date(soon + memoryOf(window)) });
}

/** Closes it: counting begins again, and who goes beyond the limit tells people again. */
export async function resetBreaker({ client, table }: Ledger, place: Place): Promise<void> {
  for (const id of [countedName(place), nameOf(place)]) {
    await client.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: id } } }));
  }
}

/** The name under which it is noted who tells people that it is open: another one each time that it opens. */
export function toldName(place: Place, opened: { readonly by: string; readonly until: string }): string {
  return `${nameOf(place)}/told/${opened.until}/${opened.by}`;
}

function countedName(place: Place): string {
  return `${nameOf(place)}/counted`;
}

function nameOf({ account, region }: Place): string {
  return `breaker/${account}/${region}`;
}

/** What asks to be let through: the rules, the name of the remediation, and whether a sweep asks. */
interface BreakerRequest {
  readonly ruleIds: readonly string[];
  readonly id: string;
  readonly isSilent: boolean;
}

/**
 * Counts rules that are to be revoked; answers the breaker where it holds them. It is read and counted side by side, because a
 * revoke waits for both; what was counted while it is open is forgotten again.
 */
export async function askBreaker(
  { ledger, config, now }: World,
  { ruleIds, id, isSilent }: BreakerRequest,
): Promise<Breaker | undefined> {
  const { breakerLimit: limit, breakerMinutes: minutes } = config;
  const window = windowOf(config);
  const time = now();
  const held = { limit, minutes, isOver: false, isLoud: false };
  // A group with more than the limit can never go at once: counted in each sweep, it would hold what the events bring.
  const isTooLarge = isSilent && ruleIds.length > limit;
  const [open, total] = await Promise.all([
    readBreaker(ledger, window, time),
    isTooLarge ? Number.POSITIVE_INFINITY : count(ledger, window, ruleIds, time),
  ]);
  if (open === undefined && isTooLarge) return { ...held, until: time.toISOString(), by: id };
  if (open === undefined && total <= limit) return undefined;
  if (open !== undefined && !isTooLarge) await forget(ledger, countedName(window), ruleIds, time);
  const opened = open ?? (await openBreaker(ledger, window, id, time));
  return { ...held, until: opened.until.toISOString(), by: opened.by };
}
