// What could not be read, in words.
import { HOME_VPC, OTHER_VPCS } from '../network/vpcs.ts';

/** What is unread where the associations of the group are; no prefix list has such a name. */
export const ASSOCIATIONS = 'the associations of the group';

const VPCS: readonly string[] = [HOME_VPC, OTHER_VPCS];

/** `the entries of prefix list pl-0a`, `the CIDR blocks of its VPC`: what was needed of these lists, and is not known. */
export function unreadInWords(names: readonly string[]): string {
  const lists = names.filter((name) => !VPCS.includes(name) && name !== ASSOCIATIONS);
  const vpcs = names.filter((name) => VPCS.includes(name));
  return [
    ...(lists.length === 0 ? [] : [`the entries of prefix list ${lists.join(', ')}`]),
    ...(vpcs.length === 0 ? [] : [`the CIDR blocks of ${vpcs.join(' and of ')}`]),
    ...(names.includes(ASSOCIATIONS) ? ['the VPCs that the group is associated with'] : []),
  ].join(', and ');
}
