// Events in the order in which they happened. CloudTrail counts whole seconds: within one, a rule is made before it is changed or revoked.
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
  return [...once.values()].toSorted(
    (a, b) => a.at - b.at || RANK[a.act.kind] - RANK[b.act.kind] || (a.id < b.id ? -1 : 1),
  );
}
