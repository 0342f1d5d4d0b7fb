// Changes that make rules wider without touching them: of the prefix lists they refer to, and of the tags by which policies and
// exceptions choose groups.
import type { ChangedRules, TagChange } from './changed-rules.ts';
import { field, list, text } from './cloudtrail.ts';

/** True for a change of a prefix list's name or size, or one that only removes entries. */
export function addsNoEntry(request: unknown): boolean {
  return field(request, 'prefixListId') !== undefined && list(field(request, 'addEntry')).length === 0;
}

/** All rules of the groups among the resources, and the rules among them; a removal that names no tag is of all tags. */
export function rulesOfTagged(request: unknown, isRemoval: boolean): Extract<ChangedRules, { by: 'tags' }> {
  const tags = list(field(request, 'tagSet')).flatMap((tag): TagChange[] => {
    const key = text(field(tag, 'key'));
    // A tag may be set to the empty text; a removal without value has none.
    const value = text(field(tag, 'value')) ?? (isRemoval ? undefined : '');
    return key === undefined ? [] : [{ key, value }];
  });
  return { by: 'tags', ...taggedIn(request), tags, isRemoval };
}

/** The security groups and their rules among the resources of a tagging call, which may be of all kinds. */
function taggedIn(request: unknown): { readonly groupIds: string[]; readonly ruleIds: string[] } {
  const ids = list(field(request, 'resourcesSet')).flatMap((it) => text(field(it, 'resourceId')) ?? []);
  const begunBy = (prefix: string) => [...new Set(ids.filter((id) => id.startsWith(prefix)))];
  return { groupIds: begunBy('sg-'), ruleIds: begunBy('sgr-') };
}
