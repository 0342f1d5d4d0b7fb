// A group through the events of a trail: what it had after each of them, and how sure that is.
import { contentOf, type SecurityGroup, type SecurityGroupRule } from '../rule.ts';
import { applyEvent, type Life, type Run } from './apply-event.ts';
import { initialRules } from './initial-rules.ts';
import type { Moment } from './moment.ts';
import { isAnother, ruleName } from './rule-name.ts';
import { makeLoosener } from './same-second.ts';
import type { TrailEvent } from './trail-event.ts';

export interface Replay {
  readonly moments: readonly Moment[];
  readonly lives: readonly Life[];
  /** What of the trail does not fit to the rest. */
  readonly contradictions: readonly string[];
}

/** The group as it is now; its rules are undefined for one that is not there. */
export interface GroupNow {
  readonly group: SecurityGroup | undefined;
  readonly rules: readonly SecurityGroupRule[];
}

/** Replays the events of one group, which are in order. */
export function replayGroup(events: readonly TrailEvent[], now: GroupNow): Replay {
  const state = initialRules(events, now.rules);
  const run: Run = {
    state,
    whole: wholeUnknown(events, now),
    tags: initialTags(events, now.group?.tags ?? {}),
    born: new Map(),
    lives: [],
    contradictions: [],
    rewordings: events.filter(({ act }) => act.kind === 'words').length,
  };
  const loosen = makeLoosener(events);
  const moments = events.map((event) => loosen(step(run, event)));
  run.contradictions.push(...wrongOrder(events));
  compareWithNow(run, events, now);
  const open = [...run.born.values()].map((life) => ({ ...life, until: untilNow(life.rule, now) }));
  const { contradictions } = run;
  return {
    moments: moments.map((one) => settle(one, contradictions)),
    lives: [...run.lives, ...open],
    contradictions,
  };
}

/** What became of a rule that no event ends. */
function untilNow(rule: SecurityGroupRule, { group, rules }: GroupNow): 'open' | 'unseen' {
  if (group === undefined) return 'unseen';
  const same = rules.find((one) => contentOf(one) === contentOf(rule));
  return same === undefined || isAnother(same, rule) ? 'unseen' : 'open';
}

function wholeUnknown(events: readonly TrailEvent[], { group }: GroupNow): string | undefined {
  if (group !== undefined || isMadeIn(events)) return undefined;
  return 'the group is gone, and older than the trail';
}

function step(run: Run, event: TrailEvent): Moment {
  const changed = applyEvent(run, event);
  const { rules, unknown } = run.state;
  const [first] = unknown.values();
  const because =
    run.whole ??
    first ??
    (run.rewordings > 0 ? 'descriptions or tags of rules were changed later' : undefined);
  return {
    event,
    rules: [...rules.values()],
    changed,
    certainty: because === undefined ? { label: 'exact' } : { label: 'at least', because },
    tags: { ...run.tags.known },
    unknownTags: new Set(run.tags.unknown),
  };
}

const SURE: readonly string[] = ['create', 'add', 'modify'];

/**
 * What does not fit makes all of the group unsure: nobody knows where an event is missing. Right after an event, the rules that it made
 * are there for sure.
 */
function settle(moment: Moment, [first]: readonly string[]): Moment {
  const { act } = moment.event;
  if (act.kind === 'unread') return { ...moment, certainty: { label: 'unknown', because: act.because } };
  if (first === undefined) return moment;
  if (!SURE.includes(act.kind))
    return { ...moment, rules: [], changed: [], certainty: { label: 'unknown', because: first } };
  return { ...moment, rules: moment.changed, certainty: { label: 'at least', because: first } };
}

/** A group is made once and first, and deleted once and last. */
function wrongOrder(events: readonly TrailEvent[]): readonly string[] {
  const kinds = events.filter(isOfGroup).map(({ act }) => act.kind);
  const deleted = kinds.indexOf('delete');
  return [
    ...(kinds.lastIndexOf('create') > 0 ? ['the trail changes the group before it is made'] : []),
    ...(deleted >= 0 && deleted < kinds.length - 1
      ? ['the trail changes the group after it is deleted']
      : []),
  ];
}

/** The group is in no export, and no event deletes it. */
const NOT_THERE = 'the group is not there, and nothing in the trail deletes it';

const STILL_THERE = 'the group is there, and the trail deletes it';

function compareWithNow(
  { state, contradictions }: Run,
  events: readonly TrailEvent[],
  { group, rules }: GroupNow,
): void {
  const isDeleted = events.findLast(isOfGroup)?.act.kind === 'delete';
  if (isDeleted !== (group === undefined)) contradictions.push(isDeleted ? STILL_THERE : NOT_THERE);
  if (group === undefined) return;
  const now = new Map(rules.map((rule) => [contentOf(rule), rule]));
  for (const [content, rule] of now) {
    const end = state.rules.get(content);
    if (end === undefined)
      contradictions.push(`the group has ${ruleName(rule)}, and the trail ends without it`);
    else if (isAnother(rule, end))
      contradictions.push(
        `the group has ${ruleName(rule)}, and the trail ends with ${ruleName(end)} instead`,
      );
  }
  for (const [content, rule] of state.rules) {
    if (!now.has(content))
      contradictions.push(`the trail ends with ${ruleName(rule)}, and the group does not have it`);
  }
}

/** Prefix lists change before a group is made, and after it is gone. */
function isOfGroup({ act }: TrailEvent): boolean {
  return act.kind !== 'list';
}

function isMadeIn(events: readonly TrailEvent[]): boolean {
  return events.find(isOfGroup)?.act.kind === 'create';
}

/** Tags as they are now, without those that events change: what these were before is not told, unless the group is made by one. */
function initialTags(events: readonly TrailEvent[], now: Readonly<Record<string, string>>): Run['tags'] {
  const isMade = isMadeIn(events);
  const touched = new Set(
    events.flatMap(({ act }) => (act.kind === 'tag' ? act.tags.map(({ key }) => key) : [])),
  );
  const known = Object.fromEntries(Object.entries(now).filter(([key]) => !touched.has(key)));
  return { known, unknown: isMade ? new Set() : touched };
}
