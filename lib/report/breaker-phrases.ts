// Phrases for breaker holds and recurring rules, and whether they are worth a message.

import type { Held } from '../plan/plan.ts';
import type { SecurityGroup } from '../rule.ts';
import { isForeign } from '../target.ts';
import { toolInWords } from './actor.ts';
import type { Facts, ReportedHold } from './facts.ts';
import { type Status, type Told, told } from './headline.ts';
import { ownCommand } from './own-commands.ts';
import { counted, headline } from './phrases.ts';
import { sanitize, shellQuote, shorten } from './sanitize.ts';

const CLOSED = new Set<Status>(['revoked', 'trimmed', 'gone']);

/**
 * True when the remediation needs a message. What the breaker holds, what has a grace and what keeps coming back need none once they were
 * reported; the remediation that reports them does, and so does one that cut off traffic that no policy forbids.
 */
export function isWorthTelling(facts: Facts): boolean {
  const { holds, recurring } = facts.checks;
  const isLoud = [...holds, ...recurring].some((one) => one.isLoud);
  const isCutOff = facts.outcomes.some(({ remainder = [] }) =>
    remainder.some((kept) => kept.outcome === 'refused'),
  );
  const repeated = new Set(recurring.filter(({ isLoud }) => !isLoud).map(({ ruleId }) => ruleId));
  const held = new Set(facts.plan.held.filter(isReportedElsewhere).map(({ rule }) => rule));
  const isOld = ({ status, rule }: Told) => held.has(rule) || (CLOSED.has(status) && repeated.has(rule.id));
  return isLoud || isCutOff || !told(facts).every(isOld);
}

/** Another message is about the breaker, and of a grace the one that was sent when it began. */
function isReportedElsewhere(held: Held): boolean {
  return held.because === 'breaker' || (held.because === 'grace' && held.isTold);
}

/** The sentences for the mail. */
export function checksInWords(facts: Facts): readonly string[] {
  const { checks, plan, change, group, target } = facts;
  const { holds, recurring } = checks;
  const tool = toolInWords(change.actor) ?? 'an unknown tool';
  const fought = recurring.filter(({ isLoud }) => isLoud);
  return [
    ...holds.flatMap((hold) => holdInWords(facts, hold)),
    ...(isForeign(group, target) ? [foreignInWords(group)] : []),
    ...shorten(
      plan.held.flatMap((held) =>
        held.because === 'protected'
          ? [`${headline(held.rule)} is left open: ${sanitize(held.protection)}. Change it at its source.`]
          : [],
      ),
    ),
    ...shorten(
      fought.map(({ ruleId, times, minutes }) => {
        const rule = facts.rules.find(({ id }) => id === ruleId);
        const what = rule === undefined ? ruleId : headline(rule);
        return `COMES BACK: ${what} was added ${times} times within ${minutes} minutes (with ${tool}). Remove it at its source, or ask for an exception. Portcullis keeps revoking it, and sends no more mail about it for one hour.`;
      }),
    ),
  ];
}

/** Also for policies that only notify: all that can be done is to ask the owner. */
function foreignInWords({ ownerId }: SecurityGroup): string {
  return `The group belongs to account ${ownerId}. Portcullis does not change groups of other accounts: ask its owner to close what is open.`;
}

function holdInWords(facts: Facts, hold: ReportedHold): readonly string[] {
  const policies = hold.policyIds.join(', ');
  if (!hold.isLoud) return [`Some rules wait for the breaker (${policies}): another message says why.`];
  const groups = `more than ${counted(hold.limit, 'group')} within ${counted(hold.minutes, 'minute')}`;
  switch (hold.because) {
    case 'latched': {
      const isOne = hold.policyIds.length === 1;
      const which = isOne ? 'which is new or was changed' : 'which are new or were changed';
      const asks = isOne ? 'It asks' : 'Each asks';
      const until = isOne
        ? 'It may be right or wrong: nothing more is revoked for it until somebody decides.'
        : 'They may be right or wrong: nothing more is revoked for them until somebody decides.';
      return [
        `THE BREAKER IS OPEN for ${policies}, ${which} in the last 72 hours. ${asks} to close rules in ${groups}. ${until} Other policies work as before.`,
        'See what violates:',
        `npx --no -- portcullis audit --region ${shellQuote(facts.target.region)}`,
        'If a policy is wrong, fix or revert it and deploy: what waits is evaluated again. If it is right, release it, and what waits is revoked:',
        ...hold.policyIds.map((id) => ownCommand(facts, `breaker release ${id}`)),
      ];
    }
    case 'limit':
      return [
        `THE BREAKER IS OPEN: settled policies ask to close rules in ${groups}. What exceeds the limit waits, and is revoked as soon as there is room. A rule that somebody opens against a settled critical policy does not wait.`,
        'See what waits:',
        ownCommand(facts, 'breaker status'),
      ];
    case 'stopped':
      return [
        'REVOKING IS STOPPED: somebody stopped it with `portcullis breaker stop`. Rules wait until somebody starts it again:',
        ownCommand(facts, 'breaker start'),
      ];
  }
}
