// Reading the entries and sizes of managed prefix lists.
import {
  DescribeManagedPrefixListsCommand,
  type EC2Client,
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

/** The entries of each list; lists that cannot be read are left out. */
export async function readPrefixLists(
  ec2: EC2Client,
  ids: readonly string[],
  cache: PrefixListCache = new Map(),
): Promise<ReadonlyMap<string, AddressSet>> {
  for (const id of ids) cache.set(id, cache.get(id) ?? readPrefixList(ec2, id));
  const read = await Promise.all(ids.map(async (id) => [id, await cache.get(id)] as const));
  return new Map(read.flatMap(([id, entries]) => (entries === undefined ? [] : [[id, entries] as const])));
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
