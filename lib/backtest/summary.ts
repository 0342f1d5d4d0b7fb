// What a backtest comes to: by policy, by person, over time.
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import type { Life } from './apply-event.ts';
import type { Backtest, Replayed } from './backtest.ts';
import type { Effect } from './effect.ts';
import { toolOf } from './tools.ts';

/** How long rules were open in fact, in milliseconds; those that still are, or of which nobody saw the end, are counted apart. */
export interface OpenTimes {
  readonly median: number | undefined;
  readonly longest: number | undefined;
  readonly still: number;
  readonly unseen: number;
}

interface PolicyTotals {
  readonly policy: string;
  /** Of the rules that it would have had revoked or trimmed. */
  readonly open: OpenTimes;
  readonly revoke: number;
  readonly trim: number;
  readonly report: number;
  readonly undecided: number;
  readonly excused: number;
}

interface PersonTotals {
  readonly person: string;
  readonly tool: string;
  /** Rules that would have been revoked or trimmed. */
  readonly rules: number;
  readonly open: OpenTimes;
}

/** When too many groups came together. */
interface BreakerTrip {
  /** Milliseconds. */
  readonly at: number;
  /** The most that came together. */
  readonly groups: number;
}

export interface BacktestSummary {
  readonly events: number;
  readonly exact: number;
  readonly atLeast: number;
  readonly unknown: number;
  /** Of our own function; never counted otherwise. */
  readonly own: number;
  readonly rules: Readonly<Record<Effect['kind'] | 'excused', number>>;
  readonly people: readonly PersonTotals[];
  readonly policies: readonly PolicyTotals[];
  /** Of the rules that would have been revoked or trimmed. */
  readonly open: OpenTimes;
  /** Each time that the breaker would have tripped. */
  readonly breaker: readonly BreakerTrip[];
  readonly recurring: readonly {
    readonly groupId: string;
    readonly rule: SecurityGroupRule;
    readonly times: number;
  }[];
}

/** One rule in one event, with what would have happened to it. */
interface Outcome {
  readonly replayed: Replayed;
  readonly rule: SecurityGroupRule;
  readonly effect: Effect;
}

const MINUTES_15 = 15 * 60_000;
/** How many times the same rule comes back until it is called recurring. */
const OFTEN = 3;

/** `isOwn` tells the events of our own function, `breakerLimit` how many groups it may close in a quarter of an hour. */
export function summarize(
  { replayed, lives }: Backtest,
  isOwn: (one: Replayed) => boolean,
  breakerLimit: number,
): BacktestSummary {
  const foreign = replayed.filter((one) => !isOwn(one));
  const outcomes = foreign.flatMap((one) =>
    [...one.effects].map(([rule, effect]) => ({ replayed: one, rule, effect })),
  );
  const closing = outcomes.filter(({ effect }) => effect.kind === 'revoke' || effect.kind === 'trim');
  const label = (name: string) => foreign.filter(({ certainty }) => certainty.label === name).length;
  const kind = (name: Effect['kind']) => outcomes.filter(({ effect }) => effect.kind === name).length;
  return {
    events: foreign.length,
    exact: label('exact'),
    atLeast: label('at least'),
    unknown: label('unknown'),
    own: replayed.length - foreign.length,
    rules: {
      revoke: kind('revoke'),
      trim: kind('trim'),
      report: kind('report'),
      undecided: kind('undecided'),
      nothing: 0,
      excused: kind('nothing'),
    },
    people: peopleIn(closing, lives),
    policies: policiesIn(outcomes, lives),
    open: openFor(closing, lives),
    breaker: breakerTrips(closing, breakerLimit),
    recurring: recurringIn(closing),
  };
}

type Lives = Backtest['lives'];

function peopleIn(closing: readonly Outcome[], lives: Lives): readonly PersonTotals[] {
  const byPerson = Map.groupBy(closing, ({ replayed }) => {
    const { actor } = replayed.moment.event;
    return JSON.stringify([actor.name, toolOf(actor)]);
  });
  return [...byPerson]
    .map(([key, of]) => {
      const [person, tool]: [string, string] = JSON.parse(key);
      return { person, tool, rules: of.length, open: openFor(of, lives) };
    })
    .toSorted((a, b) => b.rules - a.rules);
}

function policiesIn(outcomes: readonly Outcome[], lives: Lives): readonly PolicyTotals[] {
  const told = outcomes.flatMap((outcome) =>
    [...new Set(outcome.effect.verdicts.map(({ policy }) => policy.id))].map((policy) => ({
      policy,
      outcome,
    })),
  );
  const totals = [...Map.groupBy(told, ({ policy }) => policy)].map(([policy, of]) => {
    const kinds = Map.groupBy(
      of.map(({ outcome }) => outcome),
      ({ effect }) => effect.kind,
    );
    const count = (kind: Effect['kind']) => kinds.get(kind)?.length ?? 0;
    return {
      ...{ policy, revoke: count('revoke'), trim: count('trim'), report: count('report') },
      ...{ undecided: count('undecided'), excused: count('nothing') },
      open: openFor([...(kinds.get('revoke') ?? []), ...(kinds.get('trim') ?? [])], lives),
    };
  });
  return totals.toSorted((a, b) => b.revoke + b.trim - a.revoke - a.trim || b.report - a.report);
}

function openFor(closing: readonly Outcome[], lives: Lives): OpenTimes {
  const found = closing.flatMap(({ replayed, rule }) => lifeOf(replayed, rule, lives) ?? []);
  const closed = found
    .flatMap(({ from, until }) => (typeof until === 'number' ? [until - from] : []))
    .toSorted((a, b) => a - b);
  return {
    median: closed[Math.floor(closed.length / 2)],
    longest: closed.at(-1),
    still: found.filter(({ until }) => until === 'open').length,
    unseen: found.filter(({ until }) => until === 'unseen').length,
  };
}

/** How long a rule was there that an event made; undefined for one that it only brought up. */
export function lifeOf(
  { groupId, moment }: Replayed,
  rule: SecurityGroupRule,
  lives: Lives,
): Life | undefined {
  const content = contentOf(rule);
  return lives
    .get(groupId)
    ?.find((life) => life.from === moment.event.at && contentOf(life.rule) === content);
}

/** Distinct groups in any quarter of an hour, as the breaker counts them; one trip lasts until there are fewer again. */
function breakerTrips(closing: readonly Outcome[], limit: number): readonly BreakerTrip[] {
  const trips: BreakerTrip[] = [];
  let [start, isTripped] = [0, false];
  for (const [index, { replayed }] of closing.entries()) {
    const { at } = replayed.moment.event;
    while ((closing[start]?.replayed.moment.event.at ?? at) < at - MINUTES_15) start += 1;
    const groups = new Set(closing.slice(start, index + 1).map((one) => one.replayed.groupId)).size;
    const last = isTripped ? trips.pop() : undefined;
    isTripped = groups > limit;
    if (isTripped) trips.push({ at: last?.at ?? at, groups: Math.max(groups, last?.groups ?? 0) });
    else if (last !== undefined) trips.push(last);
  }
  return trips;
}

function recurringIn(closing: readonly Outcome[]): BacktestSummary['recurring'] {
  const same = Map.groupBy(closing, ({ replayed, rule }) => `${replayed.groupId} ${contentOf(rule)}`);
  return [...same.values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined || of.length < OFTEN) return [];
    return [{ groupId: first.replayed.groupId, rule: first.rule, times: of.length }];
  });
}
