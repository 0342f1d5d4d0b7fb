// What a policy excuses, as sets.
import type { AddressSet } from '../network/cidr.ts';
import { allowedBlocks, type Directed } from '../network/nat64.ts';
import type { PolicyDocument } from './schema.ts';
import type { Selector } from './selector.ts';

/** What is excused, by whom, until when. */
export interface Exception {
  readonly where: Selector;
  /** Undefined for any source. */
  readonly sources: { readonly addresses: AddressSet; readonly lists: readonly string[] } | undefined;
  /** Patterns for the ARN of who made the change; undefined for anyone. */
  readonly principals: readonly string[] | undefined;
  readonly reason: string;
  readonly owner: string;
  /** The last day on which it holds, UTC. */
  readonly expires: string;
}

type ExceptionDocument = NonNullable<PolicyDocument['exceptions']>[number];

/** Makes the sets of a valid exception to a policy of that direction. */
export function compileException(document: ExceptionDocument, of: Directed): Exception {
  const { sources, principals, reason, owner, expires, ...where } = document;
  const compiled = sources && { addresses: allowedBlocks(of, sources), lists: sources.filter(isPrefixList) };
  return { where, sources: compiled, principals, reason, owner, expires };
}

/** True for the id of a prefix list, false for a block or a word. */
export function isPrefixList(text: string): boolean {
  return text.startsWith('pl-');
}
