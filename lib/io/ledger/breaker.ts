// The breaker's item, one for each region of an account. Its sets of strings make every change of it atomic, and what an update
// answers has all that others have counted before.
import { type AttributeValue, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Config, homeAccount } from '../../config.ts';
import {
  type Admission,
  admit,
  type BreakerRequest,
  type BreakerSettings,
  type BreakerState,
  type Member,
  membersOf,
  windowOf,
} from '../../plan/breaker.ts';
import { getItem, type Ledger } from './items.ts';

/** There is one breaker for each region of an account. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** The place of a deployment. */
export function placeOf(config: Config): Place {
  return { accountId: homeAccount(config), region: config.region };
}

/** The name under which sweeps latch and are released, beside the keys of policies. */
export const SWEEP = 'sweep';

/** The breaker as it is now. */
export async function readBreaker(ledger: Ledger, place: Place): Promise<BreakerState> {
  return parseState(await readSets(ledger, place));
}

/** Counts what asks to be let through, and answers what may go; what is held is not counted, and new latches are set. */
export async function askBreaker(
  ledger: Ledger,
  place: Place,
  request: BreakerRequest,
  settings: BreakerSettings,
  now: Date,
): Promise<Admission & { readonly members: readonly Member[] }> {
  const members = membersOf(request, now);
  const state = parseState(await update(ledger, place, { add: { members: members.map(printMember) } }));
  const admission = admit(state, request, settings, now);
  const going = request.rules.filter(({ ruleId }) => !admission.held.has(ruleId));
  const keys = new Set(going.flatMap(({ policies }) => policies.map(({ key }) => key)));
  const stale = state.members.filter(({ at }) => now.getTime() - at > 2 * windowOf(settings));
  const leaving = [...members.filter(({ policy }) => !keys.has(policy)), ...stale];
  const latched = admission.latching.map((key) => stamp(key, now));
  await update(ledger, place, { add: { latched }, remove: { members: leaving.map(printMember) } });
  return { ...admission, members: members.filter(({ policy }) => keys.has(policy)) };
}

/** Takes back what was counted of a remediation that revoked nothing. */
export async function uncount(ledger: Ledger, place: Place, members: readonly Member[]): Promise<void> {
  await update(ledger, place, { remove: { members: members.map(printMember) } });
}

/** Notes since when the policies in force are, and forgets the others with their latches. Answers the breaker. */
export async function registerPolicies(
  ledger: Ledger,
  place: Place,
  keys: readonly string[],
  now: Date,
): Promise<BreakerState> {
  const sets = await readSets(ledger, place);
  const known = new Set([...keys, SWEEP]);
  const old = (stamps: readonly string[] = []) => stamps.filter((one) => !known.has(keyOf(one)));
  const { firstSeen } = parseState(sets);
  const seen = keys.filter((key) => !firstSeen.has(key)).map((key) => stamp(key, now));
  // One call cannot add to a set and take from it.
  const remove = { latched: old(sets.latched), released: old(sets.released) };
  const added = await update(ledger, place, { add: { seen }, remove }, sets);
  return parseState(await update(ledger, place, { remove: { seen: old(sets.seen) } }, added));
}

/** Makes sweeps wait for a person. */
export async function latchSweep(ledger: Ledger, place: Place, now: Date): Promise<void> {
  await update(ledger, place, { add: { latched: [stamp(SWEEP, now)] } });
}

/** Lets what is latched under these keys go on. */
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

/** Has nothing revoked any more. */
export async function stopRevoking(ledger: Ledger, place: Place, now: Date): Promise<void> {
  await update(ledger, place, { add: { stopped: [`${now.getTime()}`] } });
}

/** Has rules revoked again. */
export async function startRevoking(ledger: Ledger, place: Place): Promise<void> {
  const { stopped = [] } = await readSets(ledger, place);
  await update(ledger, place, { remove: { stopped } });
}

/** Notes how many groups there are. */
export async function noteGroups(ledger: Ledger, place: Place, groups: number, now: Date): Promise<void> {
  const { groups: before = [] } = await readSets(ledger, place);
  const noted = stamp(`${groups}`, now);
  await update(ledger, place, { add: { groups: [noted] } });
  await update(ledger, place, { remove: { groups: before.filter((one) => one !== noted) } });
}

/** The sets of the item, by name. */
type Sets = Readonly<
  Partial<Record<'members' | 'seen' | 'latched' | 'released' | 'groups' | 'stopped', readonly string[]>>
>;

interface Changes {
  readonly add?: Sets;
  readonly remove?: Sets;
}

async function readSets(ledger: Ledger, place: Place): Promise<Sets> {
  return setsOf(await getItem(ledger, nameOf(place)));
}

function setsOf(item: Readonly<Record<string, AttributeValue>> = {}): Sets {
  return Object.fromEntries(Object.entries(item).flatMap(([name, { SS }]) => (SS ? [[name, SS]] : [])));
}

/** The sets after the changes; `before` where there is nothing to change. */
async function update(
  { client, table }: Ledger,
  place: Place,
  { add = {}, remove = {} }: Changes,
  before: Sets = {},
): Promise<Sets> {
  const added = clause('ADD', add);
  const removed = clause('DELETE', remove);
  if (added.text + removed.text === '') return before;
  const { Attributes: item } = await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { id: { S: nameOf(place) } },
      UpdateExpression: [added.text, removed.text].filter((text) => text !== '').join(' '),
      ExpressionAttributeNames: { ...added.names, ...removed.names },
      ExpressionAttributeValues: { ...added.values, ...removed.values },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return setsOf(item);
}

/** `ADD #members :ADDmembers, #seen :ADDseen`, of what is not empty. */
function clause(verb: 'ADD' | 'DELETE', sets: Sets) {
  const filled = Object.entries(sets).flatMap(([name, set]) =>
    set.length > 0 ? [[name, set] as const] : [],
  );
  const parts = filled.map(([name]) => `#${name} :${verb}${name}`);
  return {
    text: parts.length === 0 ? '' : `${verb} ${parts.join(', ')}`,
    names: Object.fromEntries(filled.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(filled.map(([name, set]) => [`:${verb}${name}`, { SS: [...new Set(set)] }])),
  };
}

function parseState(sets: Sets): BreakerState {
  const [groups] = (sets.groups ?? []).toSorted((a, b) => timeOf(b) - timeOf(a));
  const [stopped] = (sets.stopped ?? []).toSorted();
  return {
    members: (sets.members ?? []).map(parseMember),
    firstSeen: stampsOf(sets.seen, Math.min),
    latches: stampsOf(sets.latched, Math.min),
    releases: stampsOf(sets.released, Math.max),
    groups: groups === undefined ? undefined : Number(keyOf(groups)),
    stoppedAt: stopped === undefined ? undefined : Number(stopped),
  };
}

function stampsOf(
  stamps: readonly string[] = [],
  choose: (a: number, b: number) => number,
): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const one of stamps) {
    const key = keyOf(one);
    times.set(key, choose(times.get(key) ?? timeOf(one), timeOf(one)));
  }
  return times;
}

/** Neither keys of policies nor ids hold a space. */
function stamp(key: string, now: Date): string {
  return `${key} ${now.getTime()}`;
}

function keyOf(stamped: string): string {
  return stamped.split(' ')[0] ?? '';
}

function timeOf(stamped: string): number {
  return Number(stamped.split(' ')[1]);
}

function printMember({ policy, groupId, entryId, at, isExempt }: Member): string {
  return [policy, at, groupId, entryId, ...(isExempt ? ['exempt'] : [])].join(' ');
}

function parseMember(text: string): Member {
  const [policy = '', at, groupId = '', entryId = '', exempt] = text.split(' ');
  return { policy, groupId, entryId, at: Number(at), isExempt: exempt !== undefined };
}

function nameOf({ accountId, region }: Place): string {
  return `breaker/${accountId}/${region}`;
}
