// Which policies a change may have made a difference to.
import type { Changed } from '../change/change.ts';
import type { ChangedWords } from '../change/changed-rules.ts';
import { wordsOf } from '../change/words.ts';
import { looksAtDescriptions, looksAtRuleTags, type Policy, selectorsOf } from '../policy/policy.ts';
import { type RulePlace, turnsOnAssociation, turnsOnTags } from '../policy/selector.ts';
import { looksAtOwnVpcs } from './own-vpcs.ts';

/**
 * The policies that a change may have made a difference to. Somebody who tags a group has not opened anything, so only
 * policies that turn on these tags in this very group may revoke rules because of it; and so with who associates it with a VPC, or
 * changes the description or the tags of a rule.
 */
export function policiesFor(
  policies: readonly Policy[],
  { rules }: Changed,
  place: RulePlace,
  now: Date,
): readonly Policy[] {
  const tags = 'tags' in rules ? rules.tags : undefined;
  const vpcId = 'vpcId' in rules ? rules.vpcId : undefined;
  const words = wordsOf(rules);
  if (words !== undefined) return policies.filter((policy) => looksAtWords(policy, words, now));
  if (vpcId !== undefined) return policies.filter((policy) => turnsOnVpc(policy, vpcId, place, now));
  if (tags === undefined) return policies;
  const keys = tags.map(({ key }) => key);
  return policies.filter((policy) =>
    selectorsOf(policy, now).some(([selector, quantifier]) => turnsOnTags(selector, keys, place, quantifier)),
  );
}

/** Whether an exception of the policy that still holds looks at what changed of a rule. */
export function looksAtWords(policy: Policy, words: ChangedWords, now: Date): boolean {
  if (words.of === 'description') return looksAtDescriptions(policy, now);
  const keys = words.tags.map(({ key }) => key);
  return looksAtRuleTags(policy, keys, now);
}

function turnsOnVpc(policy: Policy, vpcId: string, place: RulePlace, now: Date): boolean {
  if (looksAtOwnVpcs(policy)) return true;
  return selectorsOf(policy, now).some(([selector, quantifier]) =>
    turnsOnAssociation(selector, vpcId, place, quantifier),
  );
}
