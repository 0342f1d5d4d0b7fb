// What violations let in that they should not.
import type { Violation } from '../evaluate/evaluate.ts';
import { addressesIn, type PrefixLists } from '../evaluate/prefix-lists.ts';
import type { Admitted } from './packets.ts';

/** Undefined where nobody knows from where: a prefix list that could not be read, under a policy that allows no source at all. */
export function violatingPackets(
  { rule: { peer }, areas }: Violation,
  prefixLists: PrefixLists,
): readonly Admitted[] | undefined {
  if (peer.kind === 'prefix-list' && addressesIn(prefixLists, peer.prefixListId) === undefined)
    return undefined;
  return areas.map(({ addresses, traffic }) => ({ sources: addresses, traffic }));
}

/** What several violations let in together. */
export interface LetIn {
  readonly packets: readonly Admitted[];
  /** False where more may come in, by a prefix list that could not be read. */
  readonly isWhole: boolean;
}

/** What these violations let in. */
export function letInBy(violations: readonly Violation[], prefixLists: PrefixLists): LetIn {
  const all = violations.map((violation) => violatingPackets(violation, prefixLists));
  const known = all.filter((one) => one !== undefined);
  return { packets: known.flat(), isWhole: known.length === all.length };
}
