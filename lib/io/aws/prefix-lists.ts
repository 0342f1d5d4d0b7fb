// Reading the entries and sizes of managed prefix lists.
import {
  DescribeManagedPrefixListsCommand,
  type EC2Client,
  type ManagedPrefixList,
  paginateDescribeManagedPrefixLists,
  paginateGetManagedPrefixListEntries,
} from '@aws-sdk/client-ec2';
import { type AddressSet, addressSet, type Cidr, parseCidr } from '../../network/cidr.ts';
import type { SecurityGroupRule } from '../../rule.ts';

/** The most that one page may hold (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListEntries.html). */
const PAGE = 100;
/** These lists cannot be read, now or later; other errors may pass, and are thrown. EC2 writes both ID and Id. */
const UNREADABLE = /^(UnauthorizedOperation|InvalidPrefixListI[dD]\..*)$/;

/** What has been read already, undefined for what cannot be: kept for one event, not longer. */
export type PrefixListCache = Map<string, Promise<AddressSet | undefined>>;

/**
 * The entries of each list, by its id or its name. Left out are lists that cannot be read, and names that stand for no list, or for
 * several, of the account itself and of AWS: whoever shares a list with the account chooses its name.
 */
export async function readPrefixLists(
  ec2: EC2Client,
  references: readonly string[],
  accountId: string,
  cache: PrefixListCache = new Map(),
): Promise<ReadonlyMap<string, AddressSet>> {
  const unknown = references.filter((one) => !cache.has(one));
  const names = unknown.filter((one) => !one.startsWith('pl-'));
  const ids = names.length === 0 ? undefined : findByNames(ec2, names, accountId);
  for (const one of unknown) cache.set(one, readOnce(ec2, one, ids, cache));
  const read = await Promise.all(references.map(async (one) => [one, await cache.get(one)] as const));
  return new Map(read.flatMap(([one, entries]) => (entries === undefined ? [] : [[one, entries] as const])));
}

/** The entries of a list that may have been read under its id already. */
async function readOnce(
  ec2: EC2Client,
  reference: string,
  ids: Promise<ReadonlyMap<string, string>> | undefined,
  cache: PrefixListCache,
): Promise<AddressSet | undefined> {
  if (reference.startsWith('pl-')) return readPrefixList(ec2, reference);
  const id = (await ids)?.get(reference);
  if (id === undefined) return undefined;
  const known = cache.get(id) ?? readPrefixList(ec2, id);
  cache.set(id, known);
  return known;
}

/**
 * The id of the one list of each name
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html). Those of AWS have the owner `AWS`.
 */
async function findByNames(
  ec2: EC2Client,
  names: readonly string[],
  accountId: string,
): Promise<ReadonlyMap<string, string>> {
  const lists: ManagedPrefixList[] = [];
  const input = { Filters: [{ Name: 'prefix-list-name', Values: [...new Set(names)] }] };
  try {
    for await (const page of paginateDescribeManagedPrefixLists({ client: ec2, pageSize: PAGE }, input)) {
      lists.push(...(page.PrefixLists ?? []));
    }
  } catch (error) {
    if (error instanceof Error && UNREADABLE.test(error.name)) return new Map();
    throw error;
  }
  const trusted = lists.filter(({ OwnerId }) => OwnerId === 'AWS' || OwnerId === accountId);
  const byName = Map.groupBy(trusted, ({ PrefixListName = '' }) => PrefixListName);
  return new Map(
    [...byName].flatMap(([name, [only, ...more]]) =>
      only?.PrefixListId === undefined || more.length > 0 ? [] : [[name, only.PrefixListId] as const],
    ),
  );
}

/** The entries of a list; undefined for one that cannot be read. */
async function readPrefixList(ec2: EC2Client, PrefixListId: string): Promise<AddressSet | undefined> {
  const cidrs: (Cidr | undefined)[] = [];
  try {
    for await (const page of paginateGetManagedPrefixListEntries(
      { client: ec2, pageSize: PAGE },
      { PrefixListId },
    )) {
      cidrs.push(...(page.Entries ?? []).map((entry) => parseCidr(entry.Cidr ?? '')));
    }
  } catch (error) {
    if (error instanceof Error && UNREADABLE.test(error.name)) return undefined;
    throw error;
  }
  const readable = cidrs.filter((cidr) => cidr !== undefined);
  return readable.length === cidrs.length ? addressSet(readable) : undefined;
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
