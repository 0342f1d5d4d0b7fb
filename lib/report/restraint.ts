// Why rules were left open, or why nobody hears of them again: what the breaker and a fight mean for what is told.

import { toolInWords } from './actor.ts';
import { isOver, type Status, told } from './headline.ts';
import type { Facts } from './record.ts';
import { harmless, shellQuote, shorten } from './text.ts';
import { headline } from './words.ts';

/** More was to be revoked than an account may lose in a while. */
export interface Breaker {
  readonly limit: number;
  readonly minutes: number;
  /** When it closes by itself, ISO 8601. */
  readonly until: string;
  /** The remediation that was one too many. */
  readonly by: string;
  /** True for the one remediation that tells people; false until that is known. */
  readonly isLoud: boolean;
}

/** A rule that comes back each time it is revoked. */
export interface Fight {
  readonly ruleId: string;
  readonly times: number;
  readonly minutes: number;
  /** True for the one remediation that tells people. */
  readonly isLoud: boolean;
}

export interface Restraint {
  readonly breaker?: Breaker | undefined;
  readonly fights: readonly Fight[];
}

const CLOSED = new Set<Status>(['revoked', 'trimmed']);

/** True when somebody needs to hear of it: not what the breaker holds or a fight repeats, once it has been told. */
export function isWorthTelling(facts: Facts): boolean {
  const { breaker, fights } = facts.restraint;
  const repeated = new Set(fights.filter(({ isLoud }) => !isLoud).map(({ ruleId }) => ruleId));
  const news = told(facts).filter(({ status, rule }) => !(CLOSED.has(status) && repeated.has(rule.id)));
  return news.length > 0 || breaker?.isLoud === true;
}

/** The sentences for the mail. */
export function restraintInWords(facts: Facts): readonly string[] {
  const { restraint, plan, outcomes, change } = facts;
  const { breaker, fights } = restraint;
  const tool = toolInWords(change.actor);
  const fought = fights.filter(({ isLoud }) => isLoud);
  return [
    ...(breaker?.isLoud ? breakerInWords(facts, breaker) : []),
    ...shorten(
      plan.held
        .filter(({ protection }) => protection !== undefined)
        .map(
          ({ rule, protection = '' }) =>
            `${headline(rule)} stays: ${harmless(protection)}. Change it at its source.`,
        ),
    ),
    ...shorten(
      fought.map(({ ruleId, times, minutes }) => {
        const rule = outcomes.find((outcome) => outcome.rule.id === ruleId)?.rule;
        const by = tool === undefined ? 'somebody' : tool;
        return `FIGHT: ${rule === undefined ? ruleId : headline(rule)} is back for the ${times}. time within ${minutes} minutes (by ${by}). Take it out there, or ask for an exception. It is closed each time, and you are not told again for an hour.`;
      }),
    ),
  ];
}

function breakerInWords(facts: Facts, breaker: Breaker): readonly string[] {
  const { limit, minutes } = breaker;
  const until = breaker.until.replace('.000Z', 'Z');
  const because = `more than ${limit} rules were to be revoked within ${minutes} minutes`;
  const look = 'Look whether a policy is wrong. `portcullis audit` finds what was left open';
  if (isOver(facts, breaker)) {
    return [
      `THE BREAKER WAS OPEN: ${because}. Until ${until} nothing was revoked, and what was found was put on record only.`,
      `${look}.`,
    ];
  }
  return [
    `THE BREAKER IS OPEN: ${because}. Until ${until} nothing is revoked, and what is found is put on record only.`,
    `${look}; this closes the breaker before its time:`,
    resetCommand(facts, breaker),
  ];
}

function resetCommand({ accountId, region, ledgerTable }: Facts, { minutes, limit }: Breaker): string {
  const place = `--account ${accountId} --region ${shellQuote(region)} --table ${shellQuote(ledgerTable)}`;
  return `npx --no portcullis breaker reset ${place} --minutes ${minutes} --limit ${limit}`;
}
