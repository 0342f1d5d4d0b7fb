// Which policies a change may have made a difference to.
import type { Changed } from '../change/change.ts';
import { type Policy, selectorsOf } from '../policy/policy.ts';
import { type RulePlace, turnsOnAssociation, turnsOnTags } from '../policy/selector.ts';
import { looksAtOwnVpcs } from './own-vpcs.ts';

/**
 * The policies that a change may have made a difference to. Somebody who tags a group has not opened anything, so only
 * policies that turn on these tags in this very group may revoke rules because of it; and so with who associates it with a VPC.
 */
export function policiesFor(
  policies: readonly Policy[],
  { rules }: Changed,
  place: RulePlace,
  now: Date,
): readonly Policy[] {
  const tags = 'tags' in rules ? rules.tags : undefined;
  const vpcId = 'vpcId' in rules ? rules.vpcId : undefined;
  if (vpcId !== undefined) return policies.filter((policy) => turnsOnVpc(policy, vpcId, place, now));
  if (tags === undefined) return policies;
  const keys = tags.map(({ key }) => key);
  return policies.filter((policy) =>
    selectorsOf(policy, now).some(([selector, quantifier]) => turnsOnTags(selector, keys, place, quantifier)),
  );
}

function turnsOnVpc(policy: Policy, vpcId: string, place: RulePlace, now: Date): boolean {
  if (looksAtOwnVpcs(policy)) return true;
  return selectorsOf(policy, now).some(([selector, quantifier]) =>
    turnsOnAssociation(selector, vpcId, place, quantifier),
  );
}
