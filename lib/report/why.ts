// Which policies the rules violate, and why where that is not plain to see.
import type { Undecided, Violation } from '../evaluate/evaluate.ts';
import { reportedIn, verdictsIn } from '../plan/plan.ts';
import type { Facts } from './facts.ts';
import { trafficsInWords } from './phrases.ts';
import { hiddenReasons } from './reason.ts';
import { listInWords, shorten } from './sanitize.ts';

/**
 * Each list of policies once, with the traffic that violates it where there are several, and followed by the reasons. What several
 * policies say of one rule is said once, as the most severe says it.
 */
export function whyInWords({ plan, mode }: Facts): readonly string[] {
  const lists = Map.groupBy(reportedIn(plan), (finding) => policiesInWords(verdictsIn(finding), mode));
  const lines = [...lists].map(([policies, findings]) => {
    const why = new Set(findings.flatMap((finding) => reasonsOf(verdictsIn(finding))));
    const of = lists.size === 1 ? '' : `${trafficsInWords(findings.map(({ rule }) => rule))}: `;
    return [`${of}${policies}`, ...shorten([...why], MOST_REASONS)];
  });
  const more =
    lines.length > MOST_LISTS ? [`... and ${lines.length - MOST_LISTS} more lists of policies`] : [];
  return [...lines.slice(0, MOST_LISTS).flat(), ...more];
}

const MOST_LISTS = 3;
const MOST_REASONS = 3;

/** What the most severe policy says; of the others only what they could not evaluate. */
function reasonsOf(verdicts: readonly (Violation | Undecided)[]): readonly string[] {
  const [first, ...others] = verdicts;
  const unclear = others.filter(({ verdict }) => verdict === 'undecided');
  return [...(first === undefined ? [] : [first]), ...unclear].flatMap(hiddenReasons);
}

/** `no-ssh (critical); also web-only (high) and no-telnet (low, dry run)`: the most severe first. */
function policiesInWords(verdicts: readonly (Violation | Undecided)[], mode: Facts['mode']): string {
  const [first = '', ...others] = new Set(
    verdicts.map(({ policy }) => {
      const isApart = mode === 'enforce' && policy.mode !== 'enforce';
      return `${policy.id} (${policy.severity}${isApart ? ', dry run' : ''})`;
    }),
  );
  return others.length === 0 ? first : `${first}; also ${listInWords(others)}`;
}
