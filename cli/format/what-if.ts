// What would become of a rule, in three lines.
import { counted, ruleInWords } from '../../lib/report/phrases.ts';
import { reasonOf } from '../../lib/report/reason.ts';
import { listInWords, sanitize } from '../../lib/report/sanitize.ts';
import type { WhatIf } from '../what-if.ts';

const VERBS = {
  revoke: 'would revoke',
  trim: 'would trim',
  report: 'would only report',
  nothing: 'would leave alone',
};

/** What, why, and what to do instead. */
export function showWhatIf(answer: WhatIf): string {
  const { does, because, after, rule, verdicts } = answer;
  const [first] = verdicts;
  const where = inGroup(answer);
  const limit = because === undefined ? '' : `: ${because}`;
  const later = after === undefined ? '' : `, ${after} after it is seen`;
  const policies = [
    ...new Set(verdicts.filter((one) => one.verdict === first?.verdict).map(({ policy }) => policy.id)),
  ];
  return [
    `Portcullis ${VERBS[does]} ${ruleInWords(rule)}${where}${later}${limit}.`,
    first === undefined
      ? 'Why: no policy in force forbids it.'
      : `Why: ${listInWords(policies)}: ${reasonOf(first)}`,
    does === 'nothing'
      ? `Evaluated ${beside(answer)}, against the policies in force today.`
      : `Instead: ${first?.policy.description.trim().replace(/\s+/g, ' ') ?? ''}`,
    ...inScope(answer.elsewhere),
  ].join('\n');
}

function inGroup({ group }: WhatIf): string {
  return group === undefined ? '' : ` in ${sanitize(group.name)} (${sanitize(group.id)})`;
}

/** What would be forbidden in groups that a policy is for. */
function inScope(policies: readonly string[]): readonly string[] {
  if (policies.length === 0) return [];
  const apply = policies.length === 1 ? 'applies' : 'apply';
  return [
    `Not evaluated: ${listInWords(policies)}, which ${apply} only to certain groups, VPCs or accounts (--group names one).`,
  ];
}

function beside({ group, others }: WhatIf): string {
  return group === undefined
    ? 'in a new group without other rules (--group evaluates it in one of yours)'
    : `beside ${counted(others, 'other rule')}`;
}

/** The same for machines. */
export function whatIfAsJson({
  does,
  because,
  after,
  rule,
  group,
  others,
  elsewhere,
  verdicts,
}: WhatIf): string {
  const answer = {
    does,
    ...(because === undefined ? {} : { because }),
    ...(after === undefined ? {} : { after }),
    rule: rule.aws,
    ...(group === undefined ? {} : { group: { id: group.id, name: group.name } }),
    otherRules: others,
    ...(elsewhere.length === 0 ? {} : { notEvaluated: elsewhere }),
    findings: verdicts.map((one) => ({
      policy: one.policy.id,
      severity: one.policy.severity,
      verdict: one.verdict,
      reason: reasonOf(one),
    })),
  };
  return JSON.stringify(answer, null, 2);
}
