// What was read around a group, for its message.
import type { Network, NetworkInterface } from '../exposure/network.ts';
import type { RulesByGroup } from '../exposure/other-groups.ts';

export interface GroupSurroundings {
  readonly interfaces: readonly NetworkInterface[];
  readonly network: Network;
  /** Groups whose rules could not be read are missing. */
  readonly rules: RulesByGroup;
}
