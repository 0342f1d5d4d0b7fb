// The breaker, in the ledger: how much was to be revoked lately, and until when nothing is. Counting is atomic, so that
// all invocations count together, and slides, so that no stretch of time of a window's length has more than the limit.
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { addTo, type Claim, claim, readClaim, readCounter } from './counters.ts';
import type { Ledger } from './items.ts';

const MINUTE = 60_000;
/** What is counted is forgotten slice by slice. */
const SLICES = 3;
/** So many windows may pass before all that was counted is forgotten. */
export const BREAKER_MEMORY = (SLICES + 1) / SLICES;

/** What is counted together: revocations in a region of an account, over a window of time. */
export interface Window {
  readonly account: string;
  readonly region: string;
  readonly minutes: number;
}

/** Adds to what was to be revoked; answers how many rules that makes within the window. */
export async function count(ledger: Ledger, window: Window, amount: number, now: Date): Promise<number> {
  const [next = '', slice = '', ...earlier] = slicesOf(window, now);
  const counted = await addTo(ledger, slice, amount, new Date(now.getTime() + 2 * window.minutes * MINUTE));
  return (await sum(ledger, [next, ...earlier])) + counted;
}

/** How many rules were to be revoked within the window. */
export function countedBy(ledger: Ledger, window: Window, now: Date): Promise<number> {
  return sum(ledger, slicesOf(window, now));
}

/** True while what was counted `then` counts as if it were counted now. */
export function isStillCounted(window: Window, then: Date, now: Date): boolean {
  return sliceOf(window, then) === sliceOf(window, now);
}

/** Who opened the breaker and until when; undefined while it is closed. */
export function readBreaker(ledger: Ledger, window: Window, now: Date): Promise<Claim | undefined> {
  return readClaim(ledger, nameOf(window), now);
}

/** Opens it until all that was counted is forgotten; answers who did, which may be somebody who was faster. */
export function openBreaker(ledger: Ledger, window: Window, by: string, now: Date): Promise<Claim> {
  const until = new Date((sliceOf(window, now) + SLICES + 1) * lengthOf(window));
  return claim(ledger, nameOf(window), by, { now, until });
}

/** Closes it: counting begins again, and who goes beyond the limit tells people again. */
export async function resetBreaker({ client, table }: Ledger, window: Window, now: Date): Promise<void> {
  for (const id of [...slicesOf(window, now), nameOf(window), toldOf(window)]) {
    await client.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: id } } }));
  }
}

/** The name under which it is noted who tells people that it is open. */
export function toldOf(window: Window): string {
  return `${nameOf(window)}/told`;
}

function nameOf({ account, region }: Window): string {
  return `breaker/${account}/${region}`;
}

/**
 * The names of the counters: the next one, the present one, and those before. Of two who count at once where a slice ends,
 * one at least must see both.
 */
function slicesOf(window: Window, now: Date): readonly string[] {
  const slice = sliceOf(window, now);
  return Array.from(
    { length: SLICES + 2 },
    (_, age) => `${nameOf(window)}/${window.minutes}/${slice + 1 - age}`,
  );
}

function sliceOf(window: Window, now: Date): number {
  return Math.floor(now.getTime() / lengthOf(window));
}

/** Milliseconds. */
function lengthOf({ minutes }: Window): number {
  return (minutes * MINUTE) / SLICES;
}

async function sum(ledger: Ledger, names: readonly string[]): Promise<number> {
  const counts = await Promise.all(names.map((name) => readCounter(ledger, name)));
  return counts.reduce((total, counted) => total + counted, 0);
}
