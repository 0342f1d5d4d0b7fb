// Which policies a change may have made a difference to.
import type { Changed } from '../change/change.ts';
import { type Policy, selectorsOf } from '../policy/policy.ts';
import { type RulePlace, turnsOnTags } from '../policy/selector.ts';

/**
 * The policies that a change may have made a difference to. Somebody who tags a group has not opened anything, so only
 * policies that turn on these tags in this very group may revoke rules because of it.
 */
export function policiesFor(
  policies: readonly Policy[],
  { rules }: Changed,
  place: RulePlace,
  now: Date,
): readonly Policy[] {
  const tags = 'tags' in rules ? rules.tags : undefined;
  if (tags === undefined) return policies;
  const keys = tags.map(({ key }) => key);
  return policies.filter((policy) =>
    selectorsOf(policy, now).some((selector) => turnsOnTags(selector, keys, place)),
  );
}
