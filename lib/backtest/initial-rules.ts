// The rules that a group had before the first event of a trail: those that the events did not make, and that are there now, or were
// changed or removed.
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import type { TrailEvent } from './trail-event.ts';

/** What a group is known to have. */
export interface KnownRules {
  /** By content: of one content EC2 keeps one rule. */
  readonly rules: Map<string, SecurityGroupRule>;
  /** Rules with an id alone, and why no more is known of them. */
  readonly unknown: Map<string, string>;
  /** What was there when the group had just been made, where the events have that. */
  created?: readonly SecurityGroupRule[];
}

/** Walks back from the rules that there are now; none for a group that is gone. */
export function initialRules(events: readonly TrailEvent[], now: readonly SecurityGroupRule[]): KnownRules {
  const state: KnownRules = {
    rules: new Map(now.map((rule) => [contentOf(rule), rule])),
    unknown: new Map(),
  };
  const contents = contentsById(events);
  for (const [index, event] of [...events.entries()].toReversed()) undo(state, event, index, contents);
  return state;
}

/** The contents that each rule id had, with the index of the event that tells it. */
type Contents = ReadonlyMap<string, readonly { readonly index: number; readonly rule: SecurityGroupRule }[]>;

function contentsById(events: readonly TrailEvent[]): Contents {
  const told = events.flatMap(({ act }, index) =>
    act.kind === 'add' || act.kind === 'modify' ? act.rules.map((rule) => ({ index, rule })) : [],
  );
  return Map.groupBy(told, ({ rule }) => rule.id);
}

function undo(state: KnownRules, { act }: TrailEvent, index: number, contents: Contents): void {
  switch (act.kind) {
    case 'create':
      state.created = [...state.rules.values()];
      state.rules.clear();
      state.unknown.clear();
      return;
    case 'add':
      for (const rule of act.rules) forget(state, rule);
      return;
    case 'modify':
      for (const rule of act.rules) {
        forget(state, rule);
        restore(state, rule.id, index, contents, 'what it was before it was modified is not recorded');
      }
      return;
    case 'remove':
      for (const rule of act.rules) state.rules.set(contentOf(rule), rule);
      for (const id of act.ids)
        restore(state, id, index, contents, 'it was revoked by its id, and what it was is not recorded');
      return;
    default:
      return;
  }
}

function forget({ rules, unknown }: KnownRules, rule: SecurityGroupRule): void {
  rules.delete(contentOf(rule));
  unknown.delete(rule.id);
}

/** Puts a rule back as an earlier event tells it. */
function restore(
  { rules, unknown }: KnownRules,
  id: string,
  index: number,
  contents: Contents,
  because: string,
): void {
  const before = contents.get(id)?.findLast((one) => one.index < index);
  if (before === undefined) unknown.set(id, `rule ${id}: ${because}`);
  else rules.set(contentOf(before.rule), before.rule);
}
