// What could not be read, in words.
import { HOME_VPC, OTHER_VPCS } from '../network/vpcs.ts';
import { isListId } from '../policy/list-names.ts';
import { isUnread, type PrefixLists, type UnreadList } from './prefix-lists.ts';

/** What is unread where the associations of the group are; no prefix list has such a name. */
export const ASSOCIATIONS = 'the associations of the group';

const VPCS: readonly string[] = [HOME_VPC, OTHER_VPCS];

/** True for a prefix list, false for what stands for VPCs. */
export function isUnreadList(name: string): boolean {
  return !VPCS.includes(name) && name !== ASSOCIATIONS;
}

/**
 * `the entries of prefix list pl-0a are not known`, `several prefix lists are named office`: what was needed, and why it is not known as
 * far as that is known.
 */
export function unreadInWords(names: readonly string[], prefixLists: PrefixLists): string {
  const lists = names.filter(isUnreadList).map((name) => [name, prefixLists.get(name)] as const);
  const plain = lists.flatMap(([name, why]) => (isUnread(why) ? [] : [name]));
  const vpcs = names.filter((name) => VPCS.includes(name));
  const unknown = [
    ...(plain.length === 0 ? [] : [`the entries of prefix list ${plain.join(', ')}`]),
    ...(vpcs.length === 0 ? [] : [`the CIDR blocks of ${vpcs.join(' and of ')}`]),
    ...(names.includes(ASSOCIATIONS) ? ['the VPCs that the group is associated with'] : []),
  ].join(', and ');
  return [
    ...lists.flatMap(([name, why]) => (isUnread(why) ? [whyUnread(name, why)] : [])),
    ...(unknown === '' ? [] : [`${unknown} are not known`]),
  ].join(', and ');
}

/** `several prefix lists are named office`: why the entries of a list are not known. */
export function whyUnread(reference: string, why: UnreadList): string {
  return WHY[why](reference);
}

const WHY: Readonly<Record<UnreadList, (name: string) => string>> = {
  absent: (name) =>
    isListId(name)
      ? `there is no prefix list ${name}`
      : `no prefix list of this account or of AWS is named ${name}`,
  ambiguous: (name) => `several prefix lists are named ${name}`,
  denied: (name) => `the entries of prefix list ${name} may not be read`,
  malformed: (name) => `an entry of prefix list ${name} is not a CIDR block`,
};
