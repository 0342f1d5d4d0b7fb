// Which prefix lists judging takes.
import { HOME_VPC, OTHER_VPCS } from '../network/vpcs.ts';
import type { Policy } from '../policy/policy.ts';
import type { SecurityGroupRule } from '../rule.ts';

/** The ids of the prefix lists that judging these rules by these policies may need, each once. */
export function prefixListsNeeded(
  rules: readonly SecurityGroupRule[],
  policies: readonly Policy[],
): readonly string[] {
  const ofRules = rules.flatMap(({ peer }) => (peer.kind === 'prefix-list' ? [peer.prefixListId] : []));
  const ofPolicies = policies.flatMap(({ allowedLists, exceptions }) => [
    ...allowedLists,
    ...exceptions.flatMap(({ sources }) => sources?.lists ?? []),
  ]);
  return [...new Set([...ofRules, ...ofPolicies])].filter((id) => id !== HOME_VPC && id !== OTHER_VPCS);
}
