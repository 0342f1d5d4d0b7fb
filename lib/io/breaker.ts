// The breaker, in the ledger: which rules were to be revoked lately, and until when none is. Counting is atomic, so that all
// invocations count together; by the ids of rules, so that one that is tried again counts once; and it slides, so that no
// stretch of time of a window's length has more than the limit.
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { addIds, type Claim, claim, readClaim, readIds } from './counters.ts';
import type { Ledger } from './items.ts';

const MINUTE = 60_000;
/** What is counted is forgotten slice by slice. */
const SLICES = 3;
/** Milliseconds from the count of a rule to its end, at most: a group of a sweep has the longest. */
const LONGEST_REVOKE = 4 * MINUTE;

/** What is counted together: revocations in a region of an account, over a window of time. */
export interface Window {
  readonly account: string;
  readonly region: string;
  readonly minutes: number;
}

/** Adds to the rules that are to be revoked; answers how many that makes within the window. One at least is to be added. */
export async function count(
  ledger: Ledger,
  window: Window,
  ruleIds: readonly string[],
  now: Date,
): Promise<number> {
  const [next = '', slice = '', ...earlier] = slicesOf(window, now);
  const counted = await addIds(ledger, slice, ruleIds, new Date(now.getTime() + 2 * memoryOf(window)));
  return new Set([...counted, ...(await readAll(ledger, [next, ...earlier]))]).size;
}

/** How many rules were to be revoked within the window. */
export async function countedBy(ledger: Ledger, window: Window, now: Date): Promise<number> {
  return new Set(await readAll(ledger, slicesOf(window, now))).size;
}

/** Milliseconds after which all that was counted is forgotten. */
export function memoryOf(window: Pick<Window, 'minutes'>): number {
  return (agesOf(window) + 1) * lengthOf(window);
}

/** Who opened the breaker and until when; undefined while it is closed. */
export function readBreaker(ledger: Ledger, window: Window, now: Date): Promise<Claim | undefined> {
  return readClaim(ledger, nameOf(window), now);
}

/** Opens it until all that was counted is forgotten; answers who did, which may be somebody who was faster. */
export function openBreaker(ledger: Ledger, window: Window, by: string, now: Date): Promise<Claim> {
  const until = new Date(sliceOf(window, now) * lengthOf(window) + memoryOf(window));
  return claim(ledger, nameOf(window), by, { now, until });
}

/** Closes it: counting begins again, and who goes beyond the limit tells people again. */
export async function resetBreaker({ client, table }: Ledger, window: Window, now: Date): Promise<void> {
  for (const id of [...slicesOf(window, now), nameOf(window)]) {
    await client.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: id } } }));
  }
}

/** The name under which it is noted who tells people that it is open: another one each time that it opens. */
export function toldOf(window: Window, opened: { readonly by: string; readonly until: string }): string {
  return `${nameOf(window)}/told/${opened.until}/${opened.by}`;
}

function nameOf({ account, region }: Window): string {
  return `breaker/${account}/${region}`;
}

/**
 * The names of the sets: the next one, the present one, and those before. Of two who count at once where a slice ends,
 * one at least must see both.
 */
function slicesOf(window: Window, now: Date): readonly string[] {
  const slice = sliceOf(window, now);
  return Array.from(
    { length: agesOf(window) + 2 },
    (_, age) => `${nameOf(window)}/${window.minutes}/${slice + 1 - age}`,
  );
}

/** How many slices before the present one still count: what was counted in them may have gone within the window. */
function agesOf(window: Pick<Window, 'minutes'>): number {
  return SLICES + Math.ceil(LONGEST_REVOKE / lengthOf(window));
}

function sliceOf(window: Window, now: Date): number {
  return Math.floor(now.getTime() / lengthOf(window));
}

/** Milliseconds. */
function lengthOf({ minutes }: Pick<Window, 'minutes'>): number {
  return (minutes * MINUTE) / SLICES;
}

async function readAll(ledger: Ledger, names: readonly string[]): Promise<readonly string[]> {
  return (await Promise.all(names.map((name) => readIds(ledger, name)))).flat();
}
