// What a check found as SARIF: GitHub shows it in the pull request, at the line that declares the rule.
import type { Policy } from '../../lib/policy/policy.ts';
import { parseRule } from '../../lib/rule.ts';
import { findingFingerprint, identityOf } from '../report/finding-identity.ts';
import { repositoryPath } from '../report/repository-path.ts';
import { makeSarif, type SarifFinding } from '../report/sarif.ts';
import { declaredInWords } from './declared-in-words.ts';
import type { CheckFinding, CheckResult } from './finding.ts';

/** What is excused is left out: GitHub would show it as open. */
export function showCheckAsSarif(
  { findings }: CheckResult,
  files: readonly string[],
  policies: readonly Policy[],
): string {
  const report = makeSarif(policies);
  for (const finding of findings) {
    if (finding.verdict !== 'exempt') report.add(categoryOf(finding.checked), toSarif(finding));
  }
  return JSON.stringify(report.end(files.map(categoryOf)), null, 1);
}

/** Each file is looked at by itself. */
function categoryOf(file: string): string {
  return `check/${pathOf(file)}`;
}

function pathOf(file: string): string {
  return file === '-' ? 'standard-input' : repositoryPath(file);
}

function toSarif(finding: CheckFinding): SarifFinding {
  const { policy, severity, verdict, address, groupId, rule, reason, file, line = 1, when = [] } = finding;
  const conditions = when.length === 0 ? '' : ` This is so if ${when.join(', ')}.`;
  return {
    policyId: policy,
    severity,
    isUndecided: verdict === 'undecided',
    message: `${declaredInWords(rule)}, by ${address}. ${reason}${conditions}`,
    place: { path: pathOf(file), line },
    resource: { name: address, path: `${categoryOf(finding.checked)}/${address}` },
    // The address is what stays the same from one plan to the next.
    fingerprint: findingFingerprint(
      identityOf({ finding: { ...finding, groupId: address }, rule: parseRule(rule) }),
    ),
    properties: { group: groupId, address },
  };
}
