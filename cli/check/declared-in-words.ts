// A declared rule as people say it.
import { ruleInWords } from '../../lib/report/phrases.ts';
import { parseRule } from '../../lib/rule.ts';
import { SENSITIVE } from './check-groups.ts';
import type { CheckFinding } from './finding.ts';

/** `SSH (tcp/22) from the whole internet (0.0.0.0/0)`; without a source, what is known of it. */
export function declaredInWords(aws: CheckFinding['rule']): string {
  if (aws.Description === SENSITIVE) return 'a rule whose values are sensitive';
  const rule = parseRule(aws);
  const words = ruleInWords(rule);
  if (rule.peer.kind !== 'unreadable') return words;
  const [traffic = words] = words.split(/ (?:from|to) /);
  return aws.IsEgress === true
    ? `${traffic} to a destination that is not known yet`
    : `${traffic} from a source that is not known yet`;
}
