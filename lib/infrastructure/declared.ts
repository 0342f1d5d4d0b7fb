// What a file says that there will be: groups with their rules, and prefix lists.
import type { BlockList } from '../network/nat64.ts';
import type { DeclaredPlace } from './declared-place.ts';
import type { DeclaredRule } from './declared-rule.ts';

/** The rules that a group has under certain conditions of its file. */
export interface Case {
  /** The conditions in words; none where there is but one case. */
  readonly when: readonly string[];
  readonly rules: readonly DeclaredRule[];
}

export interface DeclaredGroup {
  /** The Terraform address or the logical id; where the file does not declare the group, what the file calls it. */
  readonly address: string;
  readonly place: DeclaredPlace;
  /** Every case that the file allows for, those where it has no rule or is not made among them; never empty. */
  readonly cases: readonly Case[];
  /** Where the account may have more rules of it than the file says: the contents of those that the file changes or removes. */
  readonly removes?: ReadonlySet<string>;
  /** Rules that this group may have and others, too: the very same list for all groups that may have them. */
  readonly perhaps?: readonly DeclaredRule[];
}

/** Something of a file that was not judged. */
export interface Caveat {
  /** What declares it; undefined for the file as a whole. */
  readonly address?: string;
  readonly text: string;
  /** A note is for the reader. A gap may hide rules of these groups. An incomplete file must never pass. */
  readonly kind: 'note' | 'gap' | 'incomplete';
}

/** All that a file declares, as far as policies look at it. */
export interface Declared {
  readonly groups: readonly DeclaredGroup[];
  /** The entries of lists, by id, by address and by name; undefined for those that are not known. */
  readonly prefixLists: ReadonlyMap<string, BlockList | undefined>;
  readonly caveats: readonly Caveat[];
}
