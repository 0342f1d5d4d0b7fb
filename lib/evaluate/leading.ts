// Which of several policies speaks for a rule.
import { mostSevereFirst } from '../policy/severity.ts';
import type { Verdict } from './evaluate.ts';

/**
 * For sorting the verdicts on a rule: the most severe policy first, and of equally severe ones the one that forbids more of its traffic, so
 * that a rule for all traffic is not said to open SSH.
 */
export function leadingFirst(a: Verdict, b: Verdict): number {
  return mostSevereFirst(a.policy, b.policy) || forbiddenTraffic(b) - forbiddenTraffic(a);
}

function forbiddenTraffic({ policy, rule: { traffic } }: Verdict): number {
  return policy.traffic.reduce(
    (sum, [start, end]) => sum + Math.max(0, Math.min(end, traffic[1]) - Math.max(start, traffic[0])),
    0,
  );
}
