// The entries of prefix lists at any moment of a trail. Each change makes a version of its list: those that the account still has, and
// today's entries, lead to the others, forward and backward.
import type { PrefixLists } from '../evaluate/prefix-lists.ts';
import { parseCidr, printCidr } from '../network/cidr.ts';
import { type BlockList, parseBlockList } from '../network/nat64.ts';
import type { Act, TrailEvent } from './trail-event.ts';

/** The entries of versions, by the id of the list and the number of the version. */
export type ListVersions = ReadonlyMap<string, ReadonlyMap<number, readonly string[]>>;

export interface ListHistory {
  /** The lists as they were after the event at this index. */
  readonly at: (index: number) => PrefixLists;
  /** Why the entries that a list had after the event at this index are not certain; undefined where they are. */
  readonly doubt: (id: string, index: number) => string | undefined;
}

type ListAct = Extract<Act, { kind: 'list' }>;

/** A change from one version to the next. */
interface Change {
  readonly index: number;
  readonly act: ListAct;
  readonly from: number;
}

/** `now` has the entries of each list as texts, by id or name; the events are all of the trail, in order. */
export function listHistory(
  events: readonly TrailEvent[],
  now: ReadonlyMap<string, readonly string[]>,
  versions: ListVersions,
): ListHistory {
  const byList = changesByList(events);
  const lists = new Map(
    [...new Set([...now.keys(), ...byList.keys()])].map((id) => [
      id,
      oneList(id, byList.get(id) ?? [], now.get(id), versions.get(id) ?? new Map()),
    ]),
  );
  return {
    at: (index) =>
      new Map(
        [...lists].flatMap(([id, list]) => {
          const entries = list.at(index);
          return entries === undefined ? [] : [[id, entries] as const];
        }),
      ),
    doubt: (id, index) => (lists.has(id) ? lists.get(id)?.doubt(index) : ofToday(id)),
  };
}

/** The versions that the changes of each list lead from and to, and the one after the last: where there is that, a change is missing. */
export function versionsWanted(events: readonly TrailEvent[]): ReadonlyMap<string, readonly number[]> {
  return new Map(
    [...changesByList(events)].map(([id, changes]) => {
      const last = changes.at(-1)?.from ?? 0;
      const named = changes.flatMap((change) => [change.from, change.from + 1, sourceOf(change) ?? 0]);
      return [id, [...new Set([...named, last + 2])].filter((version) => version > 0)];
    }),
  );
}

function ofToday(id: string): string {
  return `the entries of prefix list ${id} are those of today`;
}

/** A list that is only renamed or resized stays the version that it is. */
function changesByList(events: readonly TrailEvent[]): ReadonlyMap<string, readonly Change[]> {
  const acts = events.flatMap(({ act }, index) =>
    act.kind === 'list' && (act.restored !== undefined || act.added.length + act.removed.length > 0)
      ? [{ act, index }]
      : [],
  );
  return new Map(
    [...Map.groupBy(acts, ({ act }) => act.listId)].map(([id, of]) => {
      const changes: Change[] = [];
      for (const one of of)
        changes.push({ ...one, from: one.act.version ?? (changes.at(-1)?.from ?? 0) + 1 });
      return [id, changes];
    }),
  );
}

type Entries = ReadonlySet<string>;

function oneList(
  id: string,
  changes: readonly Change[],
  now: readonly string[] | undefined,
  read: ReadonlyMap<number, readonly string[]>,
) {
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined) {
    const entries = now && parseBlockList([...setOf(now)]);
    return { at: () => entries, doubt: () => ofToday(id) };
  }
  const known = new Map([...read].map(([version, cidrs]) => [version, setOf(cidrs)]));
  const isLater = known.has(last.from + 2);
  if (now !== undefined && !isLater && !known.has(last.from + 1)) known.set(last.from + 1, setOf(now));
  spread(known, changes);
  const doubts = [...(isLater ? [last] : []), ...gapsIn(changes)].map(({ index }) => index);
  const misfit = whyMisfit(id, changes, known);
  const before = (index: number) => changes.findLast((one) => one.index <= index);
  const entriesAt = (index: number) => known.get((before(index)?.from ?? first.from - 1) + 1);
  const blocks = new Map<Entries, BlockList | undefined>();
  return {
    at: (index: number): BlockList | undefined => {
      const entries = entriesAt(index);
      if (entries === undefined) return undefined;
      if (!blocks.has(entries)) blocks.set(entries, parseBlockList([...entries]));
      return blocks.get(entries);
    },
    doubt: (index: number): string | undefined => {
      if (misfit !== undefined) return misfit;
      if (entriesAt(index) === undefined) return `the entries that prefix list ${id} had then are not known`;
      const change = before(index)?.index;
      return change !== undefined && doubts.includes(change)
        ? `the trail lacks a change of prefix list ${id}`
        : undefined;
    },
  };
}

/** The last changes before versions that no change of the trail made. */
function gapsIn(changes: readonly Change[]): readonly Change[] {
  return changes.filter(({ from }, index) => {
    const next = changes[index + 1];
    return next !== undefined && next.from !== from + 1;
  });
}

/** From what is known of a version to what is known of the one before or after, and of one that was restored. */
function spread(known: Map<number, Entries>, changes: readonly Change[]): void {
  let size = -1;
  while (size !== known.size) {
    size = known.size;
    for (const change of changes.toReversed()) spreadOne(known, change);
    for (const change of changes) spreadOne(known, change);
  }
}

function spreadOne(known: Map<number, Entries>, change: Change): void {
  const { from, act } = change;
  const [source, target] = [sourceOf(change), from + 1];
  if (source === undefined) return;
  const [before, after] = [known.get(source), known.get(target)];
  if (before !== undefined && after === undefined) known.set(target, forward(before, act));
  if (after !== undefined && before === undefined) known.set(source, backward(after, act));
}

/** The version that the next one is made of; undefined where the record does not say. */
function sourceOf({ from, act: { restored } }: Change): number | undefined {
  return restored === 'unknown' ? undefined : (restored ?? from);
}

function forward(entries: Entries, { added, removed }: ListAct): Entries {
  return new Set([...entries.difference(setOf(removed)), ...setOf(added)]);
}

function backward(entries: Entries, { added, removed }: ListAct): Entries {
  return new Set([...entries.difference(setOf(added)), ...setOf(removed)]);
}

/** Where what is known of two versions is not what the change between them says, nobody knows what else is wrong. */
function whyMisfit(
  id: string,
  changes: readonly Change[],
  known: ReadonlyMap<number, Entries>,
): string | undefined {
  if (changes.some(({ act }) => act.version === undefined))
    return `the trail does not say which versions of prefix list ${id} it changed`;
  const isWrong = changes.some((change) => {
    const { from, act } = change;
    const [before, after] = [known.get(sourceOf(change) ?? 0), known.get(from + 1)];
    return (
      before !== undefined && after !== undefined && forward(before, act).symmetricDifference(after).size > 0
    );
  });
  return isWrong ? `the changes of prefix list ${id} do not fit its entries` : undefined;
}

function setOf(cidrs: readonly string[]): Entries {
  return new Set(cidrs.map(canonical));
}

function canonical(text: string): string {
  const cidr = parseCidr(text);
  return cidr === undefined ? text : printCidr(cidr);
}
