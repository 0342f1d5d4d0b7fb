// What was read around a group, for its message.

import type { FlowLog } from '../evidence/flow-log.ts';
import type { Network, NetworkInterface } from '../exposure/network.ts';
import type { RulesByGroup } from '../exposure/other-groups.ts';

export interface GroupSurroundings {
  readonly interfaces: readonly NetworkInterface[];
  readonly network: Network;
  /** Groups whose rules could not be read are missing. */
  readonly rules: RulesByGroup;
  /** The flow logs that record the interfaces; undefined where nobody asked, or they could not be read. */
  readonly flowLogs?: readonly FlowLog[] | undefined;
}
