// Why rules wait, or why nobody is notified of them again: what the breaker and recurring rules mean for a message.

import type { SecurityGroup } from '../rule.ts';
import { isForeign } from '../target.ts';
import { toolInWords } from './actor.ts';
import type { Facts, ReportedHold } from './facts.ts';
import { type Status, type Told, told } from './headline.ts';
import { counted, headline } from './phrases.ts';
import { sanitize, shellQuote, shorten } from './sanitize.ts';

const CLOSED = new Set<Status>(['revoked', 'trimmed', 'gone']);

/**
 * True when somebody needs to hear of it: not what the breaker holds or what keeps coming back, once that was reported. The
 * one that reports it is always worth it, and so is what is cut off although no policy asked for it.
 */
export function isWorthTelling(facts: Facts): boolean {
  const { holds, recurring } = facts.checks;
  const isLoud = [...holds, ...recurring].some((one) => one.isLoud);
  const isCutOff = facts.outcomes.some(({ remainder = [] }) =>
    remainder.some((kept) => kept.outcome === 'refused'),
  );
  const repeated = new Set(recurring.filter(({ isLoud }) => !isLoud).map(({ ruleId }) => ruleId));
  const held = new Set(
    facts.plan.held.filter(({ because }) => because === 'breaker').map(({ rule }) => rule),
  );
  const isOld = ({ status, rule }: Told) => held.has(rule) || (CLOSED.has(status) && repeated.has(rule.id));
  return isLoud || isCutOff || !told(facts).every(isOld);
}

/** The sentences for the mail. */
export function checksInWords(facts: Facts): readonly string[] {
  const { checks, plan, change, group, target } = facts;
  const { holds, recurring } = checks;
  const tool = toolInWords(change.actor) ?? 'a tool that is not known';
  const fought = recurring.filter(({ isLoud }) => isLoud);
  return [
    ...holds.flatMap((hold) => holdInWords(facts, hold)),
    ...(isForeign(group, target) ? [foreignInWords(group)] : []),
    ...shorten(
      plan.held.flatMap((held) =>
        held.because === 'protected'
          ? [`${headline(held.rule)} stays: ${sanitize(held.protection)}. Change it at its source.`]
          : [],
      ),
    ),
    ...shorten(
      fought.map(({ ruleId, times, minutes }) => {
        const rule = facts.rules.find(({ id }) => id === ruleId);
        const what = rule === undefined ? ruleId : headline(rule);
        return `COMES BACK: ${what} was added ${times} times within ${minutes} minutes (with ${tool}). Remove it there, or ask for an exception. Portcullis keeps revoking it, and sends no more mail about it for one hour.`;
      }),
    ),
  ];
}

/** Also where only a report was asked for: nobody here can do more about it than ask. */
function foreignInWords({ ownerId }: SecurityGroup): string {
  return `The group belongs to account ${ownerId}. Portcullis does not change groups of other accounts: ask its owner to close what is open.`;
}

function holdInWords(facts: Facts, hold: ReportedHold): readonly string[] {
  const policies = hold.policyIds.join(', ');
  if (!hold.isLoud) return [`The breaker has rules wait (${policies}): another message says why.`];
  const groups = `more than ${counted(hold.limit, 'group')} within ${counted(hold.minutes, 'minute')}`;
  switch (hold.because) {
    case 'latched': {
      const isOne = hold.policyIds.length === 1;
      const which = isOne ? 'which is new or was changed' : 'which are new or were changed';
      const asks = isOne ? 'It asks' : 'They ask';
      const until = isOne
        ? 'It may be wrong, so it revokes no more until you release it.'
        : 'They may be wrong, so they revoke no more until you release them.';
      return [
        `THE BREAKER IS OPEN for ${policies}, ${which} in the last 72 hours. ${asks} to close rules of ${groups}. ${until} Other policies go on.`,
        'This lists what is found:',
        `npx --no portcullis audit --region ${shellQuote(facts.target.region)}`,
        'If that is right, release it, and what waits is closed. If it is wrong, change or remove the policy and deploy: what waits is judged again.',
        ...hold.policyIds.map((id) => breakerCommand(facts, `release ${id}`)),
      ];
    }
    case 'limit':
      return [
        `THE BREAKER IS OPEN: rules of ${groups} were to be revoked. Further ones wait, and are closed by themselves as soon as there is room. Rules that somebody opens against a critical policy do not wait.`,
        'This shows what waits:',
        breakerCommand(facts, 'status'),
      ];
    case 'stopped':
      return [
        'REVOKING IS STOPPED: somebody stopped it with `portcullis breaker stop`. Rules wait until it is started again:',
        breakerCommand(facts, 'start'),
      ];
  }
}

function breakerCommand({ target: { accountId, region }, ledgerTable }: Facts, what: string): string {
  return `npx --no portcullis breaker ${what} --account ${accountId} --region ${shellQuote(region)} --table ${shellQuote(ledgerTable)}`;
}
