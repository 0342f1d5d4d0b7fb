// What a policy lets in, together with exceptions: by blocks that are written down, and by lists that other people edit.
import { type AddressSet, isEmpty, minusOf, NO_ADDRESSES, unionOf } from '../network/cidr.ts';
import { asAllowed, NO_BLOCKS } from '../network/nat64.ts';
import type { Exception } from '../policy/exception.ts';
import type { Policy } from '../policy/policy.ts';
import type { Context } from './context.ts';
import { entriesOf } from './prefix-lists.ts';

export interface Excused {
  /** True where an exception holds for any source. */
  readonly isAll: boolean;
  /** What is left of a set: of what a rule admits, say. */
  readonly restOf: (set: AddressSet) => Rest;
  /** The prefix lists that let something in, by id or name. */
  readonly lists: readonly string[];
  /** Those among them that could not be read. */
  readonly unread: readonly string[];
}

interface Rest {
  /** Without the blocks that are written down. */
  readonly unwritten: AddressSet;
  /** Without the lists, too. */
  readonly unlisted: AddressSet;
}

/** Answers for exceptions of a policy that hold together. */
export type ExcusedBy = (exceptions: readonly Exception[]) => Excused;

const NOBODY: ExcusedBy = () => ({
  isAll: false,
  restOf: (set) => ({ unwritten: set, unlisted: set }),
  lists: [],
  unread: [],
});

/** Each combination is worked out once. */
export function excusedBy(policy: Policy, { prefixLists }: Context): ExcusedBy {
  if (policy.exceptions.length + policy.allowedLists.length === 0) return NOBODY;
  const known = new Map<string, Excused>();
  const work = (exceptions: readonly Exception[]): Excused => {
    const sources = exceptions.flatMap((exception) => exception.sources ?? []);
    const lists = [...new Set([...policy.allowedLists, ...sources.flatMap((source) => source.lists)])];
    const written = unionOfAll(sources.map(({ addresses }) => addresses));
    const listed = unionOfAll(lists.map((id) => asAllowed(policy, entriesOf(prefixLists, id) ?? NO_BLOCKS)));
    return {
      isAll: sources.length < exceptions.length,
      restOf: rests(written, listed),
      lists,
      unread: lists.filter((id) => entriesOf(prefixLists, id) === undefined),
    };
  };
  return (exceptions) => {
    const key = exceptions.map((exception) => policy.exceptions.indexOf(exception)).join(' ');
    const excused = known.get(key) ?? work(exceptions);
    known.set(key, excused);
    return excused;
  };
}

/** Many rules admit the same. */
function rests(written: AddressSet, listed: AddressSet): (set: AddressSet) => Rest {
  const known = new Map<AddressSet, Rest>();
  return (set) => {
    const found = known.get(set);
    if (found !== undefined) return found;
    const unwritten = without(set, written);
    const rest = { unwritten, unlisted: without(unwritten, listed) };
    known.set(set, rest);
    return rest;
  };
}

function without(set: AddressSet, excused: AddressSet): AddressSet {
  return isEmpty(excused) ? set : minusOf(set, excused);
}

/** By halves, so that each interval is merged only as often as the logarithm of the number of sets. */
function unionOfAll(sets: readonly AddressSet[]): AddressSet {
  const [first = NO_ADDRESSES, ...more] = sets;
  if (more.length === 0) return first;
  const middle = sets.length >>> 1;
  return unionOf(unionOfAll(sets.slice(0, middle)), unionOfAll(sets.slice(middle)));
}
