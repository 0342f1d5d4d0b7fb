// Why rules violate: one finding for each rule, with all the policies that say so.
import type { Undecided, Violation } from '../evaluate/evaluate.ts';
import { reportedIn, verdictsIn } from '../plan/plan.ts';
import type { Facts } from './facts.ts';
import { reasonOf } from './reason.ts';
import { listInWords, shorten } from './sanitize.ts';

/** The reasons for each list of policies, each followed by that list: rules that violate the same policies have it once. */
export function whyInWords({ plan, mode }: Facts): readonly string[] {
  const reasons = new Map<string, Set<string>>();
  for (const finding of reportedIn(plan)) {
    const all = verdictsIn(finding);
    const policies = policiesInWords(all, mode);
    reasons.set(policies, new Set([...(reasons.get(policies) ?? []), ...all.map(reasonOf)]));
  }
  const all = [...reasons].map(([policies, why]) => [...shorten([...why]), `- ${policies}`]);
  const more = all.length > MOST ? [`... and ${all.length - MOST} more in the log`] : [];
  return [...all.slice(0, MOST).flat(), ...more];
}

/** Rules that differ in what they violate are few, or nobody reads on. */
const MOST = 10;

/** `no-ssh (critical): SSH is closed; also web-only (high) and no-telnet (low, dry run)`: the most severe first. */
function policiesInWords(verdicts: readonly (Violation | Undecided)[], mode: Facts['mode']): string {
  const [first = '', ...others] = new Set(
    verdicts.map(({ policy }, index) => {
      const isApart = mode === 'enforce' && policy.mode !== 'enforce';
      const said = `${policy.id} (${policy.severity}${isApart ? ', dry run' : ''})`;
      return index === 0 ? `${said}: ${policy.title}` : said;
    }),
  );
  return others.length === 0 ? first : `${first}; also ${listInWords(others)}`;
}
