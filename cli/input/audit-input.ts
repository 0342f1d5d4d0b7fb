// All that an audit reads: its groups, and what they refer to, from files or from a live account.
import { prefixListsNeeded } from '../../lib/evaluate/prefix-lists-needed.ts';
import { vpcsNeeded } from '../../lib/evaluate/vpcs-needed.ts';
import { readCallerAccount } from '../../lib/io/aws/caller.ts';
import { type PrefixListCache, readPrefixLists } from '../../lib/io/aws/prefix-lists.ts';
import type { DescribedGroup } from '../../lib/io/aws/read-account.ts';
import { addressSet, type Cidr } from '../../lib/network/cidr.ts';
import { isListId } from '../../lib/policy/list-names.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import type { Io } from '../io.ts';
import type { NetworkSource } from './audit-exposure.ts';
import type { Surroundings } from './audit-group.ts';
import { networkOfAccount, networkOfFile } from './audit-network.ts';
import { groupsOfAccount, groupsOfFiles, vpcsOfAccount, vpcsOfFile } from './audit-sources.ts';
import { sourceOf } from './chunks.ts';
import { parseListEntries } from './exported.ts';
import { readJson } from './input.ts';
import { asking, type Connection, connectEc2, connectSts } from './live.ts';

/** The options that name what is read. */
export interface AuditInput extends Connection {
  readonly from?: string;
  readonly rules?: string;
  readonly prefixLists?: string;
  readonly exposure?: true;
}

export interface AuditSources extends Surroundings {
  readonly groups: AsyncIterable<DescribedGroup>;
  /** Only where it was asked for. */
  readonly network: NetworkSource | undefined;
  readonly close: () => Promise<void>;
}

type ListEntries = ReadonlyMap<string, readonly Cidr[]>;

/** Opens what the options name. */
export async function openAudit(
  io: Io,
  input: AuditInput,
  policies: readonly Policy[],
): Promise<AuditSources> {
  const { from, prefixLists } = input;
  const entries: ListEntries =
    prefixLists === undefined ? new Map() : parseListEntries(prefixLists, await readJson(io, prefixLists));
  return from === undefined
    ? openAccount(input, policies, entries)
    : openFile(io, { ...input, from }, policies, entries);
}

async function openFile(
  io: Io,
  { from, rules, exposure }: AuditInput & { readonly from: string },
  policies: readonly Policy[],
  entries: ListEntries,
): Promise<AuditSources> {
  const needed = vpcsNeeded(policies);
  const file = await sourceOf(io, from, needed.associations || exposure === true);
  const lists = setsOf(entries);
  return {
    groups: groupsOfFiles(io, file, rules),
    prefixLists: async () => lists,
    vpcs: await vpcsOfFile(file, needed),
    network: exposure && (await networkOfFile(file, entries)),
    close: file.close,
  };
}

async function openAccount(
  input: AuditInput,
  policies: readonly Policy[],
  entries: ListEntries,
): Promise<AuditSources> {
  const ec2 = connectEc2(input);
  const cache: PrefixListCache = new Map();
  const accountId = await accountOfNames(input, policies);
  const given = setsOf(entries);
  return {
    groups: groupsOfAccount(ec2),
    vpcs: await vpcsOfAccount(ec2, vpcsNeeded(policies)),
    network: input.exposure && networkOfAccount(ec2),
    prefixLists: async (references) => {
      const missing = references.filter((one) => !given.has(one));
      const read = readPrefixLists(ec2, missing, accountId, cache);
      return new Map([...given, ...(await asking('the prefix lists cannot be read', read))]);
    },
    close: async () => undefined,
  };
}

function setsOf(entries: ListEntries) {
  return new Map([...entries].map(([id, cidrs]) => [id, addressSet(cidrs)]));
}

/** The account whose lists policies call by name; undefined where none does. */
async function accountOfNames(
  connection: Connection,
  policies: readonly Policy[],
): Promise<string | undefined> {
  if (prefixListsNeeded([], policies).every(isListId)) return undefined;
  return asking('the account cannot be read', readCallerAccount(connectSts(connection)));
}
