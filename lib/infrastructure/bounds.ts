// Policies where it is not known whether they apply, and exceptions where it is not known whether they hold.
import type { Policy } from '../policy/policy.ts';
import type { Selector } from '../policy/selector.ts';
import type { Missing } from './declared-place.ts';

interface Bounds {
  /** Policies that apply, and exceptions that do not, wherever that is not known. */
  readonly widest: readonly Policy[];
  /** The other way round. */
  readonly surest: readonly Policy[];
  /** What is not known and decides, by the id of the policy. */
  readonly missing: ReadonlyMap<string, readonly Missing[]>;
}

/** The same list for both where nothing decides that is not known: the evaluator keeps an index of a list. */
export function bounds(
  policies: readonly Policy[],
  missingOf: (selector: Selector) => readonly Missing[],
): Bounds {
  const missing = new Map<string, readonly Missing[]>();
  const pairs = policies.map((policy) => {
    const scope = missingOf(policy.scope ?? {});
    const isDoubtful = (where: Selector) => missingOf(where).length > 0;
    const doubtful = policy.exceptions.filter(({ where }) => isDoubtful(where));
    const all = [...scope, ...doubtful.flatMap(({ where }) => missingOf(where))];
    if (all.length === 0) return { policy, widest: policy, surest: [policy] };
    missing.set(policy.id, [...new Set(all)]);
    const exceptions = policy.exceptions.map((one) => (doubtful.includes(one) ? { ...one, where: {} } : one));
    const widest: Policy = {
      ...policy,
      scope: scope.length > 0 ? undefined : policy.scope,
      exceptions: policy.exceptions.filter((one) => !doubtful.includes(one)),
    };
    return { policy, widest, surest: scope.length > 0 ? [] : [{ ...policy, exceptions }] };
  });
  if (missing.size === 0) return { widest: policies, surest: policies, missing };
  return {
    widest: pairs.map(({ widest }) => widest),
    surest: pairs.flatMap(({ surest }) => surest),
    missing,
  };
}
