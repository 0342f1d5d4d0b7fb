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
  const groups = `more than ${counted(limit, 'group')} within ${counted(minutes, 'minute')}, the limit of the circuit breaker`;
  switch (because) {
    case 'latched':
      return inNumber(
        `The {policy|policies} ${listInWords(policyIds)} would {revoke|each revoke} rules in ${groups}. {It is|They are} new or {was|were} changed in the last 72 hours, so {it|they} may be wrong. Portcullis revokes nothing more for {it|them} until somebody decides. Other policies work as before.`,
        policyIds.length,
      );
    case 'limit':
      return `Policies would revoke rules in ${groups}. What exceeds the limit waits, and is revoked without your help as soon as the limit allows. A rule that somebody opens against a critical policy does not wait, unless the policy is new.`;
    case 'stopped':
      return 'Somebody stopped all revoking with `portcullis breaker stop`. Until somebody starts it again, rules that violate policies stay open.';
  }
}

/** What the people who run Portcullis can do about a loud hold. */
export function holdRows(hold: ReportedHold, facts: Facts): readonly Labelled[] {
  const list = { label: 'See the list', lines: [ownCommand(facts, 'breaker status')] };
  switch (hold.because) {
    case 'latched':
      return [
        list,
        {
          label: 'It is right',
          lines: [
            ...hold.policyIds.map((id) => ownCommand(facts, `breaker release ${id}`)),
            'Rules that wait and still violate are then revoked within minutes. For 24 hours there is no limit.',
          ],
        },
        {
          label: 'It is wrong',
          lines: [
            'Fix or revert the policy, and deploy. What waits is then evaluated again, against what you deployed.',
          ],
        },
      ];
    case 'limit':
      return [list];
    case 'stopped':
      return [
        list,
        {
          label: 'Start again',
          lines: [ownCommand(facts, 'breaker start'), 'Rules that wait and still violate are then revoked.'],
        },
      ];
  }
}

/** What rules wait for that this mail does not announce: whoever runs Portcullis has an earlier one. */
export function quietHoldsInWords(facts: Facts): readonly string[] {
  const quiet = facts.checks.holds.filter(({ isLoud }) => !isLoud);
  if (quiet.length === 0) return [];
  return [...new Set(quiet.map(quietHoldInWords)), `Details: ${ownCommand(facts, 'breaker status')}`];
}

function quietHoldInWords({ because, policyIds }: ReportedHold): string {
  switch (because) {
    case 'latched':
      return policyIds.length === 1
        ? `The policy ${policyIds[0]} is on hold because it may be wrong. An earlier mail says how to release it.`
        : `The policies ${listInWords(policyIds)} are on hold because they may be wrong. An earlier mail says how to release them.`;
    case 'limit':
      return 'Too many rules were revoked in the last minutes. Portcullis revokes this without your help as soon as the limit allows.';
    case 'stopped':
      return 'Somebody stopped all revoking: an earlier mail says how to start it again.';
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
