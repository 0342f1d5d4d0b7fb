// The findings on everything that files declare.
import { leadingFirst } from '../../lib/evaluate/leading.ts';
import type { DeclaredGroup } from '../../lib/infrastructure/declared.ts';
import { type DeclaredVerdict, makeJudge, type Surrounding } from '../../lib/infrastructure/judge.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { verdictJson } from '../../lib/report/json.ts';
import { exceptionInWords } from '../../lib/report/reason.ts';
import type { SecurityGroupRule } from '../../lib/rule.ts';
import type { CheckFinding } from './finding.ts';

/** A finding with the very rule that it is on: in several groups that a rule may be of, it is found once. */
interface Placed {
  readonly finding: Omit<CheckFinding, 'file' | 'line' | 'checked'>;
  readonly rule: SecurityGroupRule;
}

/** The findings on each rule and policy, compliant ones left out; of several groups that a rule may be of, the worst. */
export function checkGroups(
  groups: readonly DeclaredGroup[],
  policies: readonly Policy[],
  surrounding: Surrounding,
): readonly Placed[] {
  const found = new Map<SecurityGroupRule, Map<string, Placed>>();
  const judge = makeJudge(policies, surrounding);
  for (const group of groups) {
    for (const judged of judge(group).toSorted((a, b) => leadingFirst(a.verdict, b.verdict))) {
      const finding = toFinding(group, judged);
      if (finding === undefined) continue;
      const { rule } = judged.declared;
      const known = found.get(rule) ?? new Map<string, Placed>();
      const before = known.get(finding.policy)?.finding;
      if (before === undefined || RANK[finding.verdict] < RANK[before.verdict])
        known.set(finding.policy, { finding, rule });
      found.set(rule, known);
    }
  }
  return [...found.values()].flatMap((of) => [...of.values()]);
}

const RANK = { violation: 0, undecided: 1, exempt: 2 };

function toFinding(
  { address: groupAddress, place }: DeclaredGroup,
  { declared, verdict, missing, when }: DeclaredVerdict,
): Placed['finding'] | undefined {
  if (verdict.verdict === 'compliant') return undefined;
  const { ruleId: _, direction: __, actionable: ___, groupId: ____, ...json } = verdictJson(verdict);
  const needed = verdict.near.filter(({ because }) => because === 'maker').map(({ exception }) => exception);
  const finding = {
    ...json,
    verdict: verdict.verdict,
    groupId: place.groupId ?? groupAddress,
    groupName: place.name ?? '',
    accountId: place.accountId ?? '',
    region: place.region ?? 'unknown',
    address: declared.address,
    ...(when.length > 0 ? { when } : {}),
    ...(missing.length > 0 ? { missing } : {}),
    ...(needed.length > 0 ? { wouldNeed: needed.map(exceptionInWords) } : {}),
    ...(verdict.verdict === 'exempt' ? { exception: verdict.by.map(exceptionInWords).join('; ') } : {}),
    ...(verdict.verdict === 'undecided' ? { unread: verdict.unread } : {}),
  };
  return declared.isSensitive === true ? withoutValues(finding) : finding;
}

/** The description of a rule whose values must not be shown. */
export const SENSITIVE = '(sensitive)';

/** Nothing from which one could tell a value that its author marked as sensitive. */
function withoutValues({ witness: _, share: __, ...finding }: Placed['finding']): Placed['finding'] {
  const { GroupId, IsEgress, SecurityGroupRuleId } = finding.rule;
  return {
    ...finding,
    rule: { SecurityGroupRuleId, GroupId, IsEgress, Description: SENSITIVE },
    reason: 'Its values are sensitive, and are not shown.',
  };
}
