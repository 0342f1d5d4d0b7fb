// What an attempt has read of the world.
import type { PrefixLists } from '../evaluate/prefix-lists.ts';
import type { Associations, VpcBlocks } from '../network/vpcs.ts';
import type { StoredClocks } from '../plan/clocks.ts';
import type { Cover } from '../plan/grace.ts';
import type { ExposureFacts } from '../report/facts.ts';
import type { GroupSnapshot } from '../rule.ts';
import type { Fingerprints } from './fingerprints.ts';

/** Undefined for what was not read yet. */
export interface AttemptReads {
  /** The last read of the group; null if there was no such group. */
  readonly live?: GroupSnapshot | null;
  /** What was read of prefix lists. */
  readonly lists: PrefixLists;
  /** The VPCs that the group is associated with; null if they cannot be read. */
  readonly associations?: Associations | null;
  /** The CIDR blocks of VPCs; null if they cannot be read. */
  readonly vpcBlocks?: VpcBlocks | null;
  /** The fingerprints of the last sweep that was complete before the change; null if nothing can be compared. */
  readonly fingerprints?: Fingerprints | null;
  /** The clocks of the group's graces; undefined until they were read. */
  readonly clocks?: StoredClocks;
  /** What became of other tasks that started clocks, by their ids. */
  readonly covers: ReadonlyMap<string, Cover>;
  /** Whether it mattered; null where that cannot be looked up. */
  readonly exposure?: ExposureFacts | null;
}
