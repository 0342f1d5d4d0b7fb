// Whether packets from the internet reach what an audit found.
import { groupExposure, unknownExposure } from '../../lib/exposure/exposure.ts';
import type { Network, NetworkInterface } from '../../lib/exposure/network.ts';
import { exposureInWords } from '../../lib/report/exposure-phrases.ts';
import type { Audited } from '../report/finding.ts';

/** Where interfaces and the network around them are read. */
export interface NetworkSource {
  readonly interfaces: (groupIds: readonly string[]) => Promise<readonly NetworkInterface[]>;
  readonly network: (vpcIds: readonly string[]) => Promise<Network>;
}

/** Adds to each inbound violation whether its packets arrive; it changes neither verdict nor severity. */
export async function withExposure(
  found: readonly Audited[],
  source: NetworkSource,
): Promise<readonly Audited[]> {
  const ids = found.flatMap(({ finding, admitted }) => (admitted === undefined ? [] : [finding.groupId]));
  const interfaces = await source.interfaces([...new Set(ids)]);
  const network = await source.network([...new Set(interfaces.map(({ vpcId }) => vpcId))]);
  const byGroup = byGroupId(interfaces);
  return found.map((one) => {
    const { finding, admitted } = one;
    if (admitted === undefined) return one;
    const exposure =
      admitted === 'unknown'
        ? unknownExposure('the entries of its prefix list are not known')
        : groupExposure(byGroup.get(finding.groupId) ?? [], admitted, network);
    return { ...one, finding: { ...finding, exposure: { text: exposureInWords(exposure), ...exposure } } };
  });
}

/** An interface stands under each of its groups. */
export function byGroupId(
  interfaces: readonly NetworkInterface[],
): ReadonlyMap<string, readonly NetworkInterface[]> {
  const pairs = interfaces.flatMap((one) => one.groupIds.map((groupId) => ({ groupId, one })));
  const grouped = Map.groupBy(pairs, ({ groupId }) => groupId);
  return new Map([...grouped].map(([groupId, of]) => [groupId, of.map(({ one }) => one)]));
}
