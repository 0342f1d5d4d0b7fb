// Whether packets from the internet reach what an audit found.
import { groupExposures } from '../../lib/exposure/group-exposures.ts';
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
  const asked = found.flatMap(({ finding: { groupId }, letIn }) =>
    letIn === undefined ? [] : [{ groupId, letIn }],
  );
  const interfaces = await source.interfaces([...new Set(asked.map(({ groupId }) => groupId))]);
  const network = await source.network([...new Set(interfaces.map(({ vpcId }) => vpcId))]);
  const answers = groupExposures(asked, interfaces, network).values();
  return found.map((one) => {
    const exposure = one.letIn && answers.next().value;
    if (exposure === undefined) return one;
    return {
      ...one,
      finding: { ...one.finding, exposure: { text: exposureInWords(exposure), ...exposure } },
    };
  });
}
