// The entries of prefix lists at any moment of a trail: today's, without what was added since, and with what was removed.
import type { PrefixLists } from '../evaluate/prefix-lists.ts';
import { parseCidr, printCidr } from '../network/cidr.ts';
import { type BlockList, parseBlockList } from '../network/nat64.ts';
import type { TrailEvent } from './trail-event.ts';

export interface ListHistory {
  /** The lists as they were after the event at this index. */
  readonly at: (index: number) => PrefixLists;
  /** True for a list of which the trail has a change: it is one of the account, and all its changes are in the trail. */
  readonly isOwn: (id: string) => boolean;
}

interface Version {
  /** It holds from the event at this index on. */
  readonly from: number;
  /** Undefined where it is not known. */
  readonly entries: BlockList | undefined;
}

/** `now` has the entries of each list as texts, by id or name; the events are all of the trail, in order. */
export function listHistory(
  events: readonly TrailEvent[],
  now: ReadonlyMap<string, readonly string[]>,
): ListHistory {
  const changes = events.flatMap(({ act }, index) => (act.kind === 'list' ? [{ act, index }] : []));
  const byList = Map.groupBy(changes, ({ act }) => act.listId);
  const versions = new Map(
    [...now].map(([id, cidrs]) => [id, versionsOf(cidrs, (byList.get(id) ?? []).toReversed())]),
  );
  return {
    at: (index) =>
      new Map(
        [...versions].flatMap(([id, of]) => {
          const entries = of.find(({ from }) => from <= index)?.entries;
          return entries === undefined ? [] : [[id, entries] as const];
        }),
      ),
    isOwn: (id) => byList.has(id),
  };
}

type ListAct = Extract<TrailEvent['act'], { kind: 'list' }>;

/** The latest first. */
function versionsOf(
  now: readonly string[],
  changes: readonly { readonly act: ListAct; readonly index: number }[],
): readonly Version[] {
  const versions: Version[] = [];
  let cidrs: ReadonlySet<string> | undefined = new Set(now.map(canonical));
  for (const { act, index } of changes) {
    versions.push({ from: index, entries: cidrs && parseBlockList([...cidrs]) });
    // A restored version is written nowhere.
    cidrs = act.isWhole && cidrs !== undefined ? before(cidrs, act) : undefined;
  }
  return [...versions, { from: Number.NEGATIVE_INFINITY, entries: cidrs && parseBlockList([...cidrs]) }];
}

function before(cidrs: ReadonlySet<string>, { added, removed }: ListAct): ReadonlySet<string> {
  const gone = new Set(added.map(canonical));
  return new Set([...[...cidrs].filter((cidr) => !gone.has(cidr)), ...removed.map(canonical)]);
}

function canonical(text: string): string {
  const cidr = parseCidr(text);
  return cidr === undefined ? text : printCidr(cidr);
}
