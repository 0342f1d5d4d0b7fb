// What a backtest comes to: by policy, by person, over time.
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import type { Backtest, Replayed } from './backtest.ts';
import type { Effect } from './effect.ts';
import { toolOf } from './tools.ts';

interface PolicyTotals {
  readonly policy: string;
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
  /** How long rules that would have been revoked or trimmed were open in fact, in milliseconds; those that still are, are counted apart. */
  readonly open: {
    readonly median: number | undefined;
    readonly longest: number | undefined;
    readonly still: number;
  };
  /** When the breaker would have tripped for the first time, in milliseconds. */
  readonly breaker: { readonly at: number; readonly groups: number } | undefined;
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
    people: peopleIn(closing),
    policies: policiesIn(outcomes),
    open: openFor(closing, lives),
    breaker: breakerTrip(closing, breakerLimit),
    recurring: recurringIn(closing),
  };
}

function peopleIn(closing: readonly Outcome[]): readonly PersonTotals[] {
  const named = closing.map(({ replayed }) => {
    const { actor } = replayed.moment.event;
    return JSON.stringify([actor.name, toolOf(actor)]);
  });
  return [...Map.groupBy(named, (one) => one)]
    .map(([key, of]) => {
      const [person, tool]: [string, string] = JSON.parse(key);
      return { person, tool, rules: of.length };
    })
    .toSorted((a, b) => b.rules - a.rules);
}

function policiesIn(outcomes: readonly Outcome[]): readonly PolicyTotals[] {
  const told = outcomes.flatMap(({ effect }) =>
    [...new Set(effect.verdicts.map(({ policy }) => policy.id))].map((policy) => ({
      policy,
      kind: effect.kind,
    })),
  );
  return [...Map.groupBy(told, ({ policy }) => policy)].map(([policy, of]) => {
    const count = (kind: Effect['kind']) => of.filter((one) => one.kind === kind).length;
    return {
      ...{ policy, revoke: count('revoke'), trim: count('trim'), report: count('report') },
      ...{ undecided: count('undecided'), excused: count('nothing') },
    };
  });
}

function openFor(closing: readonly Outcome[], lives: Backtest['lives']): BacktestSummary['open'] {
  const found = closing.flatMap(({ replayed, rule }) => {
    const content = contentOf(rule);
    const { at } = replayed.moment.event;
    return (lives.get(replayed.groupId) ?? []).filter(
      (life) => contentOf(life.rule) === content && life.from === at,
    );
  });
  const closed = found
    .flatMap(({ from, until }) => (until === undefined ? [] : [until - from]))
    .toSorted((a, b) => a - b);
  return {
    median: closed[Math.floor(closed.length / 2)],
    longest: closed.at(-1),
    still: found.filter(({ until }) => until === undefined).length,
  };
}

/** Distinct groups in any quarter of an hour, as the breaker counts them. */
function breakerTrip(closing: readonly Outcome[], limit: number): BacktestSummary['breaker'] {
  let start = 0;
  for (const [index, { replayed }] of closing.entries()) {
    const { at } = replayed.moment.event;
    while ((closing[start]?.replayed.moment.event.at ?? at) < at - MINUTES_15) start += 1;
    const groups = new Set(closing.slice(start, index + 1).map((one) => one.replayed.groupId)).size;
    if (groups > limit) return { at, groups };
  }
  return undefined;
}

function recurringIn(closing: readonly Outcome[]): BacktestSummary['recurring'] {
  const same = Map.groupBy(closing, ({ replayed, rule }) => `${replayed.groupId} ${contentOf(rule)}`);
  return [...same.values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined || of.length < OFTEN) return [];
    return [{ groupId: first.replayed.groupId, rule: first.rule, times: of.length }];
  });
}
