// Events in the order in which they happened. CloudTrail counts whole seconds: within one, some events say of each other which was first.
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import type { Act, TrailEvent } from './trail-event.ts';

const RANK: Readonly<Record<Act['kind'], number>> = {
  create: 0,
  add: 1,
  modify: 2,
  list: 3,
  tag: 4,
  words: 5,
  unread: 6,
  remove: 7,
  delete: 8,
};

/** Each event once, in order. Trails deliver some records twice. */
export function inOrder(events: readonly TrailEvent[]): readonly TrailEvent[] {
  const once = new Map(events.map((event) => [event.id, event]));
  const sorted = [...once.values()].toSorted(
    (a, b) => a.at - b.at || RANK[a.act.kind] - RANK[b.act.kind] || (a.id < b.id ? -1 : 1),
  );
  return [...Map.groupBy(sorted, ({ at }) => at).values()].flatMap(inOneSecond);
}

/** By what the events say of each other; where they say nothing, by their kind. */
function inOneSecond(events: readonly TrailEvent[]): readonly TrailEvent[] {
  if (events.length === 1) return events;
  const left = [...events];
  const ordered: TrailEvent[] = [];
  while (left.length > 0) {
    const next = left.findIndex((one) => !left.some((other) => other !== one && precedes(other, one)));
    ordered.push(...left.splice(Math.max(next, 0), 1));
  }
  return ordered;
}

/** Whether the first surely happened before the second, of two events of one group: a rule is made before it is changed or revoked. */
export function precedes(first: TrailEvent, second: TrailEvent): boolean {
  if (first.act.kind === 'list' && second.act.kind === 'list') return isOlder(first.act, second.act);
  if (!first.groupIds.some((id) => second.groupIds.includes(id))) return false;
  const [a, b] = [first.act, second.act];
  if (a.kind === 'create' || b.kind === 'delete') return true;
  if (b.kind === 'create' || a.kind === 'delete') return false;
  const [before, after] = [idsOf(a), idsOf(b)];
  const isShared = [...before].some((id) => after.has(id));
  if (a.kind === 'add' && isShared) return b.kind !== 'add';
  if (a.kind === 'modify' && b.kind === 'remove') return isShared;
  return a.kind === 'remove' && makesRoom(a.rules, b);
}

type ListAct = Extract<Act, { kind: 'list' }>;

function isOlder(a: ListAct, b: ListAct): boolean {
  return a.listId === b.listId && (a.version ?? 0) < (b.version ?? 0);
}

/** Of one content a group has one rule: the old one goes before the new one comes. */
function makesRoom(removed: readonly SecurityGroupRule[], act: Act): boolean {
  if (act.kind !== 'add' && act.kind !== 'modify') return false;
  return removed.some(({ id, ...rule }) =>
    act.rules.some((one) => one.id !== id && contentOf(one) === contentOf({ id, ...rule })),
  );
}

/** The rules that an event is about, as far as they have an id. */
export function idsOf(act: Act): ReadonlySet<string> {
  const ids = 'rules' in act ? act.rules.map(({ id }) => id) : [];
  return new Set([...ids, ...('ids' in act ? act.ids : [])].filter((id) => id !== ''));
}
