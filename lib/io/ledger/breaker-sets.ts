// The breaker's item as sets of strings: an update of them is atomic, and returns everything that others have added before.
import { type AttributeValue, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { BreakerState, Member } from '../../plan/breaker-state.ts';
import type { Target } from '../../target.ts';
import { getItem, type Ledger } from './items.ts';

/** There is one breaker for each region of an account. */
export type Place = Pick<Target, 'accountId' | 'region'>;

/** The sets of the item, by name. */
export type Sets = Readonly<
  Partial<Record<'members' | 'seen' | 'latched' | 'released' | 'groups' | 'stopped', readonly string[]>>
>;

interface Changes {
  readonly add?: Sets;
  readonly remove?: Sets;
}

/** The sets as they are now. */
export async function readSets(ledger: Ledger, place: Place): Promise<Sets> {
  return setsOf(await getItem(ledger, nameOf(place)));
}

function setsOf(item: Readonly<Record<string, AttributeValue>> = {}): Sets {
  return Object.fromEntries(Object.entries(item).flatMap(([name, { SS }]) => (SS ? [[name, SS]] : [])));
}

/** Changes the sets and returns them; returns `before` where there is nothing to change. */
export async function update(
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

/** The state that the sets hold. */
export function parseState(sets: Sets): BreakerState {
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

/** A key with a time; neither keys of policies nor ids contain a space. */
export function stamp(key: string, now: Date): string {
  return `${key} ${now.getTime()}`;
}

/** The key of a stamp. */
export function keyOf(stamped: string): string {
  return stamped.split(' ')[0] ?? '';
}

function timeOf(stamped: string): number {
  return Number(stamped.split(' ')[1]);
}

/** A member as an element of its set. */
export function printMember({ policy, groupId, entryId, at, exemptBy }: Member): string {
  return [policy, at, groupId, entryId, ...exemptBy].join(' ');
}

function parseMember(text: string): Member {
  const [policy = '', at, groupId = '', entryId = '', ...exemptBy] = text.split(' ');
  return { policy, groupId, entryId, at: Number(at), exemptBy };
}

function nameOf({ accountId, region }: Place): string {
  return `breaker/${accountId}/${region}`;
}
