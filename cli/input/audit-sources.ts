// What an audit needs to know, wherever it is read.
import type { DescribedGroup } from '../../lib/io/aws/read-account.ts';
import type { Cidr } from '../../lib/network/cidr.ts';
import { type BlockList, blockList } from '../../lib/network/nat64.ts';
import type { NetworkSource } from './audit-exposure.ts';
import type { Surroundings } from './audit-group.ts';

/** The options that name what is read. */
export interface AuditInput {
  readonly from?: readonly string[];
  readonly rules?: string;
  readonly prefixLists?: string;
  readonly region?: readonly string[];
  readonly profile?: readonly string[];
  /** The settings file; an empty name is none. */
  readonly settings?: string;
  readonly exposure?: true;
}

/** All files together, or one region of one account. */
export interface AuditSources extends Surroundings {
  readonly groups: AsyncIterable<DescribedGroup>;
  /** Of groups that do not say where they are. */
  readonly region: string | undefined;
  /** The entries of these versions of a list, as far as there are any; undefined where files are read. */
  readonly listVersions?: (
    id: string,
    versions: readonly number[],
  ) => Promise<ReadonlyMap<number, readonly string[]>>;
  /** Only where it was asked for. */
  readonly network: NetworkSource | undefined;
}

/** Everything that is read, each source when the one before has been. */
export interface OpenAudit {
  readonly sources: Iterable<AuditSources> | AsyncIterable<AuditSources>;
  readonly close: () => Promise<void>;
}

/** The entries of prefix lists, by id or name. */
export type ListEntries = ReadonlyMap<string, readonly Cidr[]>;

/** Each list as a set. */
export function setsOf(entries: ListEntries): ReadonlyMap<string, BlockList> {
  return new Map([...entries].map(([id, cidrs]) => [id, blockList(cidrs)]));
}
