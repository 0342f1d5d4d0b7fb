// Why rules were left open, or why nobody hears of them again: what the breaker and a fight mean for what is told.

import { toolInWords } from './actor.ts';
import type { Facts } from './facts.ts';
import { type Status, type Told, told } from './headline.ts';
import { counted, headline } from './phrases.ts';
import { sanitize, shellQuote, shorten } from './sanitize.ts';

/** More was to be revoked than an account may lose in a while. */
export interface Breaker {
  readonly limit: number;
  readonly minutes: number;
  /** When it closes by itself, ISO 8601. */
  readonly until: string;
  /** The remediation that was one too many. */
  readonly by: string;
  /** True once it has closed, by itself or by hand; false until people are told. */
  readonly isOver: boolean;
  /** True for the one remediation that tells people; false until that is known. */
  readonly isLoud: boolean;
}

/** A rule that comes back each time it is revoked. */
export interface Fight {
  readonly ruleId: string;
  /** What the rules of the same group and content are counted under in the ledger. */
  readonly name: string;
  readonly times: number;
  readonly minutes: number;
  /** True for the one remediation that tells people; false until that is known. */
  readonly isLoud: boolean;
}

export interface Restraint {
  readonly breaker?: Breaker | undefined;
  readonly fights: readonly Fight[];
}

const CLOSED = new Set<Status>(['revoked', 'trimmed', 'gone']);

/**
 * True when somebody needs to hear of it: not what the breaker holds or a fight repeats, once it has been told. Whoever is the
 * one to tell is always worth it, and so is what is cut off although no policy asked for it.
 */
export function isWorthTelling(facts: Facts): boolean {
  const { breaker, fights } = facts.restraint;
  const isLoud = breaker?.isLoud === true || fights.some((fight) => fight.isLoud);
  const isCutOff = facts.outcomes.some(({ remainder = [] }) =>
    remainder.some((kept) => kept.outcome === 'refused'),
  );
  const repeated = new Set(fights.filter(({ isLoud }) => !isLoud).map(({ ruleId }) => ruleId));
  const held = new Set(
    facts.plan.held.filter(({ because }) => because === 'breaker').map(({ rule }) => rule),
  );
  const isOld = ({ status, rule }: Told) => held.has(rule) || (CLOSED.has(status) && repeated.has(rule.id));
  return isLoud || isCutOff || !told(facts).every(isOld);
}

/** The sentences for the mail. */
export function restraintInWords(facts: Facts): readonly string[] {
  const { restraint, plan, change } = facts;
  const { breaker, fights } = restraint;
  const tool = toolInWords(change.actor) ?? 'a tool that is not known';
  const fought = fights.filter(({ isLoud }) => isLoud);
  return [
    ...(breaker === undefined ? [] : breakerInWords(facts, breaker)),
    ...shorten(
      plan.held
        .filter(({ protection }) => protection !== undefined)
        .map(
          ({ rule, protection = '' }) =>
            `${headline(rule)} stays: ${sanitize(protection)}. Change it at its source.`,
        ),
    ),
    ...shorten(
      fought.map(({ ruleId, times, minutes }) => {
        const rule = facts.rules.find(({ id }) => id === ruleId);
        const what = rule === undefined ? ruleId : headline(rule);
        return `FIGHT: ${what} was made ${times} times within ${minutes} minutes (with ${tool}). Take it out there, or ask for an exception. Each time that it is closed from now on, for an hour, you are not told.`;
      }),
    ),
  ];
}

function breakerInWords(facts: Facts, breaker: Breaker): readonly string[] {
  const { isOver, isLoud } = breaker;
  const until = breaker.until.replace('.000Z', 'Z');
  const open = isOver ? 'was open' : `is open until ${until}`;
  if (!isLoud) return [`The breaker ${open}: another message tells of it.`];
  const asked = `more than ${counted(breaker.limit, 'rule')} within ${counted(breaker.minutes, 'minute')}`;
  return [
    isOver
      ? `THE BREAKER WAS OPEN: ${asked} were to be revoked. While it was open, no more was revoked.`
      : `THE BREAKER IS OPEN: ${asked} were to be revoked. No more is revoked before ${until}.`,
    'Look whether a policy is wrong. What was left open stays open, also when the breaker closes: take it away by hand, or have a sweep do it (sweepMode enforce). This lists it:',
    `npx --no portcullis audit --region ${shellQuote(facts.region)}`,
    ...(isOver ? [] : ['This closes the breaker before its time:', resetCommand(facts)]),
  ];
}

function resetCommand({ accountId, region, ledgerTable }: Facts): string {
  return `npx --no portcullis breaker reset --account ${accountId} --region ${shellQuote(region)} --table ${shellQuote(ledgerTable)}`;
}
