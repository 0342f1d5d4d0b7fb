// A backtest for machines.
import type { Replayed } from '../../lib/backtest/backtest.ts';
import { toolOf } from '../../lib/backtest/tools.ts';
import { effectJson } from '../format/effect.ts';
import { differences } from './differences.ts';
import type { Told } from './show-text.ts';

/** `{ summary, events, notReplayed }`; with --against also `differences`. */
export function showBacktestAsJson({ result, summary, trail }: Told, isCompared: boolean): string {
  const { open, breaker, recurring, ...totals } = summary;
  const answer = {
    summary: {
      ...totals,
      open,
      breaker: breaker.map(({ at, groups }) => ({ time: isoOf(at), groups })),
      recurring: recurring.map(({ groupId, rule, times }) => ({ groupId, rule: rule.aws, times })),
    },
    ...(isCompared
      ? {
          differences: differences(result).map(({ replayed, rule, before, after, isMore }) => ({
            change: isMore ? 'more' : 'less',
            ...eventJson(replayed),
            rule: rule.aws,
            before: effectJson(before),
            after: effectJson(after),
          })),
        }
      : {
          events: result.replayed.map((one) => ({
            ...eventJson(one),
            rules: [...one.effects].map(([rule, effect]) => ({ rule: rule.aws, ...effectJson(effect) })),
          })),
        }),
    notReplayed: {
      events: result.homeless.map(({ id, name }) => ({ id, name })),
      unreadable: trail.unreadable,
      contradictions: result.contradictions,
    },
  };
  return JSON.stringify(answer, null, 2);
}

function eventJson({ moment: { event }, groupId, group, certainty }: Replayed): object {
  return {
    ...{ eventId: event.id, eventName: event.name, time: isoOf(event.at) },
    ...{ accountId: event.accountId, region: event.region, groupId },
    ...(group === undefined ? {} : { groupName: group.name }),
    ...{ actor: event.actor.name, tool: toolOf(event.actor), certainty },
  };
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
