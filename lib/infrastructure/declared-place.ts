// Where a declared group will be, as far as its file says: who it belongs to, what it is called, and how it is tagged.
import { NO_ADDRESSES } from '../network/cidr.ts';
import type { GroupVpcs } from '../network/vpcs.ts';
import { type RulePlace, type Selector, unmet } from '../policy/selector.ts';

export interface DeclaredPlace {
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  readonly groupId: string | undefined;
  /** Whether it is yet to be made: then it is none of the groups that a policy names by id. */
  readonly isNew: boolean;
  readonly name: string | undefined;
  /** Whether it is the default group of a VPC, whose name no other may have; undefined where nobody knows. */
  readonly isDefault: boolean | undefined;
  readonly vpcId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether it may have tags that are not known; those that are known stay. */
  readonly hasUnknownTags: boolean;
}

/** Nothing is known of where the group is. */
export const SOMEWHERE: DeclaredPlace = {
  accountId: undefined,
  region: undefined,
  groupId: undefined,
  isNew: false,
  name: undefined,
  isDefault: undefined,
  vpcId: undefined,
  tags: {},
  hasUnknownTags: true,
};

/** The place as the evaluator takes it; what is not known has a value that nobody can have. */
export function rulePlace(place: DeclaredPlace, address: string): RulePlace {
  const { accountId = '', region = '', groupId = address, name = address, vpcId, tags } = place;
  const group = { id: groupId, name, ownerId: accountId, vpcId, tags };
  return { accountId, region, group, vpcs: vpcsOfPlace(place) };
}

/** A group that is yet to be made is associated with no other VPC: that is a resource of its own, made afterwards. */
function vpcsOfPlace({ isNew }: DeclaredPlace): GroupVpcs {
  return {
    associated: isNew ? [] : undefined,
    home: undefined,
    others: isNew ? NO_ADDRESSES : undefined,
  };
}

/** Something that a selector asks for and the file does not say, as it is called in messages. */
export type Missing = 'account' | 'region' | 'VPC' | 'group id' | 'group name' | 'tags';

/**
 * What decides whether a selector holds at a place and is not known; none where it is known to hold, and where something known fails
 * already.
 */
export function missingFor(selector: Selector, place: DeclaredPlace, at: RulePlace): readonly Missing[] {
  const found = (Object.keys(LACKS) as Missing[]).filter((one) => LACKS[one](selector, place));
  if (found.length === 0) return found;
  const { accounts, regions, vpcs, groups = {} } = selector;
  const { ids, names, tags = {} } = groups;
  const unless = <T>(one: Missing, condition: T) => (found.includes(one) ? undefined : condition);
  const known: Selector = {
    accounts: unless('account', accounts),
    regions: unless('region', regions),
    vpcs: unless('VPC', vpcs),
    groups: {
      ids: unless('group id', ids),
      names: unless('group name', names),
      tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !isUnknownTag(key, place))),
    },
  };
  return unmet(known, at, 'some').length > 0 ? [] : found;
}

type Lacks = (selector: Selector, place: DeclaredPlace) => boolean;

const LACKS: Readonly<Record<Missing, Lacks>> = {
  account: ({ accounts }, { accountId }) => accounts !== undefined && accountId === undefined,
  region: ({ regions }, { region }) => regions !== undefined && region === undefined,
  VPC: ({ vpcs }, { vpcId }) => vpcs !== undefined && vpcId === undefined,
  'group id': ({ groups }, { groupId, isNew }) =>
    groups?.ids !== undefined && groupId === undefined && !isNew,
  'group name': ({ groups }, place) => groups?.names !== undefined && mayFit(groups.names, place),
  tags: ({ groups }, place) => Object.keys(groups?.tags ?? {}).some((key) => isUnknownTag(key, place)),
};

function isUnknownTag(key: string, { tags, hasUnknownTags }: DeclaredPlace): boolean {
  return hasUnknownTags && !Object.hasOwn(tags, key);
}

/** Whether a name that is not known may fit; the name `default` is that of default groups alone. */
function mayFit(names: readonly string[], { name, isDefault }: DeclaredPlace): boolean {
  if (name !== undefined) return false;
  return isDefault !== false || names.some((pattern) => pattern !== 'default');
}
