// Phrases for dry runs: of the deployment, and of single policies.
import { isGone, reportedIn } from '../plan/plan.ts';
import type { Action } from '../policy/policy.ts';
import type { Facts } from './facts.ts';
import { headline } from './phrases.ts';
import { listInWords } from './sanitize.ts';

/** Says that a dry run changed nothing, and whose dry run it is; nothing where there was none. */
export function dryRunInWords({ outcomes, added = [], mode, plan }: Facts): readonly string[] {
  if (outcomes.every(({ outcome }) => outcome !== 'dry-run')) return [];
  const isUntouched = added.length === 0 && !outcomes.some(isGone);
  const changed = isUntouched ? 'nothing was changed' : 'nothing more was changed';
  if (mode === 'dry-run') return [`Dry run: ${changed}. In enforce mode this would have been done.`];
  const ids = plan.dryRun.flatMap(({ verdicts }) => verdicts.map(({ policy }) => policy.id));
  const policies = [...new Set(ids)];
  const are = policies.length === 1 ? 'is' : 'are';
  const they = policies.length === 1 ? 'it' : 'they';
  return [
    `Dry run: ${changed}. ${listInWords(policies)} ${are} in dry run; enforced, ${they} would have done this.`,
  ];
}

const WOULD: Readonly<Record<Action, string>> = { revoke: 'revoke', trim: 'trim', notify: 'report' };

/** What policies in dry run would also do to rules that others decide about. */
export function wouldAlsoInWords({ plan }: Facts): readonly string[] {
  return reportedIn(plan).flatMap(({ rule, also }) =>
    also.map(
      ({ policy }) =>
        `Would also: ${policy.id} (dry run) would ${WOULD[policy.action]} ${headline(rule)} [${rule.id}]`,
    ),
  );
}
