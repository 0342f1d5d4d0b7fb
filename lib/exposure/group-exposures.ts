// The exposure of what was found in many groups, by one read of their interfaces and of the network around them.
import { type GroupExposure, groupExposure, unknownExposure } from './exposure.ts';
import type { Network, NetworkInterface } from './network.ts';
import type { LetIn } from './violating-packets.ts';

/** What was found in a group. */
export interface AskedFinding {
  readonly groupId: string;
  readonly letIn: LetIn;
}

/** The answers, in the order of the findings. */
export function groupExposures(
  found: readonly AskedFinding[],
  interfaces: readonly NetworkInterface[],
  network: Network,
): readonly GroupExposure[] {
  const byGroup = byGroupId(interfaces);
  return found.map(({ groupId, letIn }) => exposureTo(letIn, byGroup.get(groupId) ?? [], network));
}

/** The answer for the interfaces of one group. What may let in more is never called blocked. */
export function exposureTo(
  { packets, isWhole }: LetIn,
  interfaces: readonly NetworkInterface[],
  network: Network,
): GroupExposure {
  const exposure = groupExposure(interfaces, packets, network);
  const isSure = isWhole || exposure.exposure.kind !== 'blocked';
  return isSure ? exposure : unknownExposure('the entries of a prefix list are not known');
}

/** The interfaces of each group; an interface stands under each of its groups. */
export function byGroupId(
  interfaces: readonly NetworkInterface[],
): ReadonlyMap<string, readonly NetworkInterface[]> {
  const pairs = interfaces.flatMap((one) => one.groupIds.map((groupId) => ({ groupId, one })));
  const grouped = Map.groupBy(pairs, ({ groupId }) => groupId);
  return new Map([...grouped].map(([groupId, of]) => [groupId, of.map(({ one }) => one)]));
}
