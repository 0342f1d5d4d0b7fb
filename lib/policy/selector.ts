// Which accounts, regions, VPCs and groups something is about.
import { isMatch } from 'matcher';
import type { GroupVpcs } from '../network/vpcs.ts';
import type { SecurityGroup } from '../rule.ts';

/** Where a rule is. */
export interface RulePlace {
  readonly accountId: string;
  readonly region: string;
  readonly group: SecurityGroup;
  readonly vpcs: GroupVpcs;
}

/** All given conditions must hold; patterns may hold `*`. */
export interface Selector {
  readonly accounts?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
  readonly vpcs?: readonly string[] | undefined;
  readonly groups?: GroupSelector | undefined;
}

export interface GroupSelector {
  readonly ids?: readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * How many of a group's VPCs a selector must name: its own, and those that it is associated with. A scope must name some of them, an
 * exception every one: a group must not carry what is excused in one VPC into another.
 */
export type Quantifier = 'some' | 'every';

/** The given conditions that do not hold at a place; none when it is selected, or may be for all that is known of its VPCs. */
export function unmet(
  { accounts, regions, vpcs, groups }: Selector,
  place: RulePlace,
  quantifier: Quantifier,
): readonly (keyof Selector)[] {
  const holds: Readonly<Record<keyof Selector, boolean>> = {
    accounts: accounts?.includes(place.accountId) ?? true,
    regions: regions === undefined || fits(place.region, regions),
    vpcs: vpcs === undefined || namesVpcs(vpcs, place, quantifier) !== false,
    groups: groups === undefined || isGroup(groups, place.group),
  };
  return (['accounts', 'regions', 'vpcs', 'groups'] as const).filter((condition) => !holds[condition]);
}

/** True when nobody knows whether the place is selected, because the associations of its group are not known. */
export function turnsOnUnread({ vpcs }: Selector, place: RulePlace, quantifier: Quantifier): boolean {
  return vpcs !== undefined && namesVpcs(vpcs, place, quantifier) === undefined;
}

/** Whether some or every VPC of the group is among these; undefined if that depends on associations that are not known. */
function namesVpcs(
  ids: readonly string[],
  { group, vpcs }: RulePlace,
  quantifier: Quantifier,
): boolean | undefined {
  const isHome = group.vpcId !== undefined && ids.includes(group.vpcId);
  if (isHome === (quantifier === 'some')) return isHome;
  return vpcs.associated?.[quantifier]((id) => ids.includes(id));
}

/** True when only tags decide here, and one of these (any, if none is named) is among them. */
export function turnsOnTags(
  selector: Selector,
  keys: readonly string[],
  place: RulePlace,
  quantifier: Quantifier,
): boolean {
  const { tags = {}, ...others } = selector.groups ?? {};
  const used = Object.keys(tags);
  const isNamed = keys.length === 0 ? used.length > 0 : used.some((key) => keys.includes(key));
  return isNamed && unmet({ ...selector, groups: others }, place, quantifier).length === 0;
}

/** True when an association with this VPC may decide here. */
export function turnsOnAssociation(
  { vpcs, ...others }: Selector,
  vpcId: string,
  place: RulePlace,
  quantifier: Quantifier,
): boolean {
  if (vpcs === undefined || unmet(others, place, quantifier).length > 0) return false;
  return vpcs.includes(vpcId) === (quantifier === 'some');
}

/** True when the text fits one of the patterns, letter for letter but for `*`. */
export function fits(text: string, patterns: readonly string[]): boolean {
  return isMatch(text, patterns, { caseSensitive: true });
}

/**
 * True when an ARN fits one of the patterns; `*` stands for nothing that has a `/`. What comes after the last one in the ARN of a
 * session is the choice of who assumes the role (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
 */
export function fitsArn(arn: string, patterns: readonly string[]): boolean {
  const parts = arn.split('/');
  return patterns.some((pattern) => {
    const wanted = pattern.split('/');
    return wanted.length === parts.length && wanted.every((one, index) => fits(parts[index] ?? '', [one]));
  });
}

/** True when all given conditions hold for the group. */
export function isGroup({ ids, names, tags = {} }: GroupSelector, group: SecurityGroup): boolean {
  return (
    (ids?.includes(group.id) ?? true) &&
    (names === undefined || fits(group.name, names)) &&
    hasTags(group.tags, tags)
  );
}

type Tags = Readonly<Record<string, string>>;

/** True when each of the wanted tags is there, with a value that fits its pattern. */
export function hasTags(tags: Tags, wanted: Tags): boolean {
  return Object.entries(wanted).every(([key, pattern]) => {
    const value = Object.hasOwn(tags, key) ? tags[key] : undefined;
    return value !== undefined && fits(value, [pattern]);
  });
}
