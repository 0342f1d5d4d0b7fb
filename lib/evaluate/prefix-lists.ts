// What is known of the prefix lists that rules and policies refer to.
import type { AddressSet } from '../network/cidr.ts';
import type { BlockList } from '../network/nat64.ts';

/** Why the entries of a prefix list are not known. */
export type UnreadList =
  /** No list has the id; or none of the account or of AWS has the name. */
  | 'absent'
  /** Several lists of the account or of AWS have the name. */
  | 'ambiguous'
  /** IAM says no. */
  | 'denied'
  /** An entry is no CIDR block. */
  | 'malformed';

/** The entries of each list, by the id or the name that it is called by, or why they are not known. */
export type PrefixLists = ReadonlyMap<string, BlockList | UnreadList>;

/** The entries of a list, by its id or name; undefined if they are not known. */
export function entriesOf(lists: PrefixLists, reference: string): BlockList | undefined {
  const known = lists.get(reference);
  return isUnread(known) ? undefined : known;
}

/** The addresses of a list, by its id or name; undefined if they are not known. */
export function addressesIn(lists: PrefixLists, reference: string): AddressSet | undefined {
  return entriesOf(lists, reference)?.addresses;
}

/** True for a list of which all that is known is why its entries are not. */
export function isUnread<T extends object>(known: T | UnreadList | undefined): known is UnreadList {
  return typeof known === 'string';
}
