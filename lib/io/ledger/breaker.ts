// The breaker's item, one for each region of an account. Its sets of strings make every change atomic, and an update returns
// everything that others have counted before.
import { type Admission, admit, type BreakerRequest, membersOf } from '../../plan/breaker.ts';
import { forgettable, isRepeated } from '../../plan/breaker-members.ts';
import type { BreakerSettings, BreakerState, Member } from '../../plan/breaker-state.ts';
import { SWEEP } from '../../plan/breaker-sweep.ts';
import { keyOf, type Place, parseState, printMember, readSets, stamp, update } from './breaker-sets.ts';
import type { Ledger } from './items.ts';

/** The breaker as it is now. */
export async function readBreaker(ledger: Ledger, place: Place): Promise<BreakerState> {
  return parseState(await readSets(ledger, place));
}

/** Counts a request and decides which of its rules may be revoked. What is held is not counted, and new latches are set. */
export async function askBreaker(
  ledger: Ledger,
  place: Place,
  request: BreakerRequest,
  settings: BreakerSettings,
  now: Date,
): Promise<Admission & { readonly members: readonly Member[] }> {
  const members = membersOf(request, now);
  const sets =
    members.length === 0
      ? await readSets(ledger, place)
      : await update(ledger, place, { add: { members: members.map(printMember) } });
  const state = parseState(sets);
  const admission = admit(state, request, settings, now);
  const isLeaving = (member: Member) => !admission.going.has(member.policy) || isRepeated(member, state);
  const latched = admission.latching.map((key) => stamp(key, now));
  await update(ledger, place, {
    add: { latched },
    remove: { members: members.filter(isLeaving).map(printMember) },
  });
  return { ...admission, members: members.filter((member) => !isLeaving(member)) };
}

/** Counts what a sweep was admitted with. */
export async function countMembers(ledger: Ledger, place: Place, members: readonly Member[]): Promise<void> {
  await update(ledger, place, { add: { members: members.map(printMember) } });
}

/** Removes what was counted for a remediation that revoked nothing. */
export async function uncount(ledger: Ledger, place: Place, members: readonly Member[]): Promise<void> {
  await update(ledger, place, { remove: { members: members.map(printMember) } });
}

/** Stores when each policy in force was first seen, and removes other policies, their latches, and old members. Returns the state. */
export async function registerPolicies(
  ledger: Ledger,
  place: Place,
  keys: readonly string[],
  settings: BreakerSettings,
  now: Date,
): Promise<BreakerState> {
  const sets = await readSets(ledger, place);
  const known = new Set([...keys, SWEEP]);
  const old = (stamps: readonly string[] = []) => stamps.filter((one) => !known.has(keyOf(one)));
  const { firstSeen, members: all } = parseState(sets);
  const members = forgettable(all, settings, now).map(printMember);
  const seen = keys.filter((key) => !firstSeen.has(key)).map((key) => stamp(key, now));
  // One update cannot add to and remove from the same set.
  const remove = { members, latched: old(sets.latched), released: old(sets.released) };
  const added = await update(ledger, place, { add: { seen }, remove }, sets);
  return parseState(await update(ledger, place, { remove: { seen: old(sets.seen) } }, added));
}

/** Makes sweeps wait for a person. */
export async function latchSweep(ledger: Ledger, place: Place, now: Date): Promise<void> {
  await update(ledger, place, { add: { latched: [stamp(SWEEP, now)] } });
}

/** Releases what is latched under these keys. */
export async function release(
  ledger: Ledger,
  place: Place,
  keys: readonly string[],
  now: Date,
): Promise<void> {
  const { latched = [] } = await readSets(ledger, place);
  const remove = { latched: latched.filter((one) => keys.includes(keyOf(one))) };
  await update(ledger, place, { add: { released: keys.map((key) => stamp(key, now)) }, remove });
}

/** Stops all revoking. */
export async function stopRevoking(ledger: Ledger, place: Place, now: Date): Promise<void> {
  await update(ledger, place, { add: { stopped: [`${now.getTime()}`] } });
}

/** Ends a stop. */
export async function startRevoking(ledger: Ledger, place: Place): Promise<void> {
  const { stopped = [] } = await readSets(ledger, place);
  await update(ledger, place, { remove: { stopped } });
}

/** Stores how many groups there are. */
export async function noteGroups(ledger: Ledger, place: Place, groups: number, now: Date): Promise<void> {
  const { groups: before = [] } = await readSets(ledger, place);
  const noted = stamp(`${groups}`, now);
  await update(ledger, place, { add: { groups: [noted] } });
  await update(ledger, place, { remove: { groups: before.filter((one) => one !== noted) } });
}
