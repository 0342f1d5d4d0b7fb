// A group through the events of a trail: what it had after each of them, and how sure that is.
import { contentOf, type SecurityGroup, type SecurityGroupRule } from '../rule.ts';
import { applyEvent, type Life, type Run } from './apply-event.ts';
import { initialRules } from './initial-rules.ts';
import type { Moment } from './moment.ts';
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
  compareWithNow(run, events, now);
  const open = [...run.born.values()].map((life) => ({ ...life, until: undefined }));
  const { contradictions } = run;
  return {
    moments: moments.map((one) => settle(one, contradictions)),
    lives: [...run.lives, ...open],
    contradictions,
  };
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

/** The group is in no export, and no event deletes it. */
const NOT_THERE = 'the group is not there, and nothing in the trail deletes it';

function compareWithNow(
  { state, contradictions }: Run,
  events: readonly TrailEvent[],
  { group, rules }: GroupNow,
): void {
  if (group === undefined) {
    if (events.findLast(isOfGroup)?.act.kind !== 'delete') contradictions.push(NOT_THERE);
    return;
  }
  const now = new Set(rules.map(contentOf));
  const differing =
    [...now].filter((content) => !state.rules.has(content)).length +
    [...state.rules.keys()].filter((content) => !now.has(content)).length;
  if (differing > 0)
    contradictions.push(`the trail ends with other rules than the group has (${differing} differ)`);
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
