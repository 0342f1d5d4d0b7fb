// Phrases for breaker holds and recurring rules, and whether they are worth a message.

import type { Held } from '../plan/plan.ts';
import type { Facts, ReportedHold } from './facts.ts';
import type { Labelled } from './mail/rows.ts';
import { ownCommand } from './own-commands.ts';
import { counted, headline, inNumber } from './phrases.ts';
import { type ReportedRule, reportedRules, type Status } from './reported-rule.ts';
import { listInWords, shorten } from './sanitize.ts';

const CLOSED = new Set<Status>(['revoked', 'trimmed', 'gone']);

/**
 * True when the remediation needs a message. What the breaker holds, what has a grace and what keeps coming back need none once they
 * were reported. The remediation that reports them needs one, and so does one that cut off traffic that no policy forbids.
 */
export function isWorthTelling(facts: Facts): boolean {
  const { holds, recurring } = facts.checks;
  const isLoud = [...holds, ...recurring].some((one) => one.isLoud);
  const isCutOff = facts.outcomes.some(({ remainder = [] }) =>
    remainder.some((kept) => kept.outcome === 'refused'),
  );
  const repeated = new Set(recurring.filter(({ isLoud }) => !isLoud).map(({ ruleId }) => ruleId));
  const held = new Set(facts.plan.held.filter(isReportedElsewhere).map(({ rule }) => rule));
  const isOld = ({ status, rule }: ReportedRule) =>
    held.has(rule) || (CLOSED.has(status) && repeated.has(rule.id));
  return isLoud || isCutOff || !reportedRules(facts).every(isOld);
}

/** Another message is about the breaker, and of a grace the one that was sent when it began. */
function isReportedElsewhere(held: Held): boolean {
  return held.because === 'breaker' || (held.because === 'grace' && held.isTold);
}

/** What a loud hold means, in one paragraph. */
export function holdInWords({ because, policyIds, limit, minutes }: ReportedHold): string {
  const groups = `more than ${counted(limit, 'group')} within ${counted(minutes, 'minute')}, which is the limit`;
  switch (because) {
    case 'latched':
      return inNumber(
        `The {policy|policies} ${listInWords(policyIds)} {is|are} new or {was|were} changed in the last 72 hours, and {asks|each asks} to revoke rules in ${groups}. {It|They} may be right or wrong: Portcullis revokes nothing more for {it|them} until somebody decides. Other policies work as before.`,
        policyIds.length,
      );
    case 'limit':
      return `Policies ask to revoke rules in ${groups}. What exceeds the limit waits, and is revoked as soon as there is room. A rule that somebody opens against a critical policy does not wait, unless the policy is new.`;
    case 'stopped':
      return 'Somebody stopped all revoking with `portcullis breaker stop`. Rules wait until somebody starts it again.';
  }
}

/** What the people who run Portcullis can do about a loud hold. */
export function holdRows(hold: ReportedHold, facts: Facts): readonly Labelled[] {
  const list = { label: 'See the list', lines: [ownCommand(facts, 'breaker status')] };
  switch (hold.because) {
    case 'latched':
      return [
        {
          label: 'It is right',
          lines: hold.policyIds.map((id) => ownCommand(facts, `breaker release ${id}`)),
        },
        {
          label: 'It is wrong',
          lines: [
            'Fix or revert the policy and deploy. Rules that it no longer forbids are dropped from the list.',
          ],
        },
        list,
      ];
    case 'limit':
      return [list];
    case 'stopped':
      return [{ label: 'Start again', lines: [ownCommand(facts, 'breaker start')] }, list];
  }
}

/** `SSH from the whole internet was added 3 times within 60 minutes. ...`, for each rule whose return this message reports. */
export function recurringInWords(facts: Facts): readonly string[] {
  return shorten(
    facts.checks.recurring
      .filter(({ isLoud }) => isLoud)
      .map(({ ruleId, times, minutes }) => {
        const rule = facts.rules.find(({ id }) => id === ruleId);
        const what = rule === undefined ? ruleId : headline(rule);
        return `${what} was added ${times} times within ${minutes} minutes. Remove it from the code or tool that adds it. Portcullis keeps revoking it, and sends no more mail about this rule for one hour.`;
      }),
  );
}
