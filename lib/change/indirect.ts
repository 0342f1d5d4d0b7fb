// Changes that make rules wider without touching them: of the prefix lists they refer to, of the VPCs that their group works in, and
// of the tags by which policies and exceptions choose groups.

import type { ChangedRules, TagChange } from './changed-rules.ts';
import { EventError, field, list, text } from './cloudtrail.ts';

/** All rules that refer to the prefix list, whatever group they are of. */
export function rulesOfPrefixList(request: unknown): ChangedRules {
  const prefixListId = text(field(request, 'prefixListId'));
  if (prefixListId === undefined) throw new EventError('requestParameters.PrefixListId', 'is missing');
  return { by: 'prefix-list', prefixListId };
}

/** All rules of a group that is associated with a VPC: they let traffic in there, too. */
export function rulesOfAssociated(request: unknown): ChangedRules {
  const vpcId = text(field(request, 'vpcId'));
  if (vpcId === undefined) throw new EventError('requestParameters.VpcId', 'is missing');
  return { by: 'vpc', vpcId };
}

/** True for a change of a prefix list's name or size, or one that only takes entries away. */
export function addsNoEntry(request: unknown): boolean {
  return field(request, 'prefixListId') !== undefined && list(field(request, 'addEntry')).length === 0;
}

/** All rules of the groups among the resources; a removal that names no tag is of all tags. */
export function rulesOfTagged(request: unknown, isRemoval: boolean): ChangedRules {
  const tags = list(field(request, 'tagSet')).flatMap((tag): TagChange[] => {
    const key = text(field(tag, 'key'));
    // A tag may be set to the empty text; a removal without value has none.
    const value = text(field(tag, 'value')) ?? (isRemoval ? undefined : '');
    return key === undefined ? [] : [{ key, value }];
  });
  return { by: 'tags', groupIds: taggedGroups(request), tags, isRemoval };
}

/** The security groups among the resources of a tagging call, which may be of all kinds. */
export function taggedGroups(request: unknown): readonly string[] {
  const ids = list(field(request, 'resourcesSet')).flatMap((it) => text(field(it, 'resourceId')) ?? []);
  return [...new Set(ids.filter((id) => id.startsWith('sg-')))];
}
