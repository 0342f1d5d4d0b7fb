// What a violation lets in that it should not.
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
