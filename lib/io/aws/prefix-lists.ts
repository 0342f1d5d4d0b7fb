// Reading the entries and sizes of managed prefix lists.
import {
  DescribeManagedPrefixListsCommand,
  type EC2Client,
  type ManagedPrefixList,
  paginateDescribeManagedPrefixLists,
  paginateGetManagedPrefixListEntries,
} from '@aws-sdk/client-ec2';
import type { PrefixLists, UnreadList } from '../../evaluate/prefix-lists.ts';
import { type Cidr, parseCidr } from '../../network/cidr.ts';
import { type BlockList, blockList } from '../../network/nat64.ts';
import type { SecurityGroupRule } from '../../rule.ts';

/** The most that one page may hold (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListEntries.html). */
const PAGE = 100;
/** What has been read already: kept for one event or sweep, not longer. */
export type PrefixListCache = Map<string, Promise<BlockList | UnreadList>>;

/**
 * The entries of each list, by its id or its name, or why they are not known. Only lists of the account itself and of AWS have names
 * that count: whoever shares a list with the account chooses its name. The account may be undefined where no list is called by name.
 */
export async function readPrefixLists(
  ec2: EC2Client,
  references: readonly string[],
  accountId: string | undefined,
  cache: PrefixListCache = new Map(),
): Promise<PrefixLists> {
  const unknown = references.filter((one) => !cache.has(one));
  const names = unknown.filter((one) => !one.startsWith('pl-'));
  const named = names.length === 0 ? undefined : findByNames(ec2, names, accountId);
  for (const one of unknown) cache.set(one, readOnce(ec2, one, named, cache));
  const read = await Promise.all(references.map(async (one) => [one, await cache.get(one)] as const));
  return new Map(read.map(([one, entries]) => [one, entries ?? 'absent']));
}

/** The entries of a list that may have been read under its id already. */
async function readOnce(
  ec2: EC2Client,
  reference: string,
  named: Promise<Named> | undefined,
  cache: PrefixListCache,
): Promise<BlockList | UnreadList> {
  if (reference.startsWith('pl-')) return readPrefixList(ec2, reference);
  const found = await named;
  if (typeof found === 'string') return found;
  const [id, ...more] = found?.get(reference) ?? [];
  if (id === undefined) return 'absent';
  if (more.length > 0) return 'ambiguous';
  const known = cache.get(id) ?? readPrefixList(ec2, id);
  cache.set(id, known);
  return known;
}

/** The ids of the lists of each name, or why they are not known. */
type Named = ReadonlyMap<string, readonly string[]> | UnreadList;

/**
 * The lists of these names
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html). Those of AWS have the owner `AWS`.
 */
async function findByNames(
  ec2: EC2Client,
  names: readonly string[],
  accountId: string | undefined,
): Promise<Named> {
  const lists: ManagedPrefixList[] = [];
  const input = { Filters: [{ Name: 'prefix-list-name', Values: [...new Set(names)] }] };
  try {
    for await (const page of paginateDescribeManagedPrefixLists({ client: ec2, pageSize: PAGE }, input)) {
      lists.push(...(page.PrefixLists ?? []));
    }
  } catch (error) {
    return whyUnread(error);
  }
  const trusted = lists.filter(({ OwnerId }) => OwnerId === 'AWS' || OwnerId === accountId);
  const byName = Map.groupBy(trusted, ({ PrefixListName = '' }) => PrefixListName);
  return new Map(
    [...byName].map(([name, all]) => [name, all.flatMap(({ PrefixListId }) => PrefixListId ?? [])]),
  );
}

async function readPrefixList(ec2: EC2Client, id: string): Promise<BlockList | UnreadList> {
  const entries = await readEntries(ec2, id);
  return typeof entries === 'string' ? entries : blockList(entries);
}

/** The entries of a list one by one, today's or those of a version, or why they are not known. */
export async function readEntries(
  ec2: EC2Client,
  PrefixListId: string,
  TargetVersion?: number,
): Promise<readonly Cidr[] | UnreadList> {
  const cidrs: (Cidr | undefined)[] = [];
  try {
    for await (const page of paginateGetManagedPrefixListEntries(
      { client: ec2, pageSize: PAGE },
      { PrefixListId, ...(TargetVersion && { TargetVersion }) },
    )) {
      cidrs.push(...(page.Entries ?? []).map((entry) => parseCidr(entry.Cidr ?? '')));
    }
  } catch (error) {
    return whyUnread(error);
  }
  const readable = cidrs.filter((cidr) => cidr !== undefined);
  return readable.length === cidrs.length ? readable : 'malformed';
}

/** Why a list cannot be read, now or later. Other errors may pass, and are thrown. */
function whyUnread(error: unknown): UnreadList {
  const name = error instanceof Error ? error.name : '';
  if (name === 'UnauthorizedOperation') return 'denied';
  // EC2 writes both ID and Id.
  if (/^InvalidPrefixListI[dD]\./.test(name)) return 'absent';
  throw error;
}

/** The sizes of the lists of these rules, as far as they have one: those of AWS do not tell, and count as one rule. */
export async function readListSizes(
  ec2: EC2Client,
  rules: readonly SecurityGroupRule[],
): Promise<ReadonlyMap<string, number>> {
  const ids = rules.flatMap(({ peer }) => (peer.kind === 'prefix-list' ? [peer.prefixListId] : []));
  if (ids.length === 0) return new Map();
  const input = { Filters: [{ Name: 'prefix-list-id', Values: [...new Set(ids)] }], MaxResults: PAGE };
  const { PrefixLists = [] } = await ec2.send(new DescribeManagedPrefixListsCommand(input));
  return new Map(PrefixLists.map(({ PrefixListId = '', MaxEntries = 1 }) => [PrefixListId, MaxEntries]));
}
