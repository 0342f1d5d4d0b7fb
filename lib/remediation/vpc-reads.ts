// The reads of VPCs that judging takes: with which ones the group is associated, and which blocks they have. One that fails leaves
// undecided what turns on it.
import { vpcsNeeded } from '../evaluate/vpcs-needed.ts';
import { type GroupVpcs, vpcsOf } from '../network/vpcs.ts';
import type { SecurityGroup } from '../rule.ts';
import type { Command } from './command.ts';
import type { Attempt } from './state.ts';

/** The reads that were not made yet. VPCs are not asked for by id, so that their blocks need not wait for the associations. */
export function vpcReads(attempt: Attempt): readonly Command[] {
  const { task, associations, vpcBlocks, live } = attempt;
  const needed = vpcsNeeded(task.policies);
  const groupId = groupIdOf(attempt);
  const isToAsk = needed.associations && associations === undefined && groupId !== undefined && live !== null;
  return [
    ...(isToAsk ? [{ do: 'read-associations' as const, groupId }] : []),
    ...(needed.blocks && vpcBlocks === undefined ? [{ do: 'read-vpcs' as const }] : []),
  ];
}

/** What is known of the VPCs of the group. */
export function vpcsSeen({ associations, vpcBlocks }: Attempt, group: SecurityGroup): GroupVpcs {
  return vpcsOf(group, { associations: associations ?? undefined, blocks: vpcBlocks ?? undefined });
}

/** The attempt after a pause: an association that does not show yet is looked for again. */
export function rested(attempt: Attempt): Attempt {
  if (attempt.task.change.rules.by !== 'vpc') return { ...attempt, isRested: true };
  const { associations: _associations, ...rest } = attempt;
  return { ...rest, isRested: true };
}

function groupIdOf({ entry, live, task: { change } }: Attempt): string | undefined {
  if (change.group?.by === 'id') return change.group.id;
  return entry?.snapshot.group.id ?? live?.group.id;
}
