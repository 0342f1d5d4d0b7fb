// DescribeManagedPrefixLists and GetManagedPrefixListEntries.
import type { ManagedPrefixList } from '@aws-sdk/client-ec2';
import type { Account } from '../account.ts';
import { ServiceError } from '../faults.ts';
import { type Parameters, textOf } from '../protocol/query.ts';
import { filtered, type ValuesOf } from './filters.ts';
import { openPage } from './paging.ts';

/**
 * Lists the managed prefix lists and what is being done with them
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html).
 */
export function describeLists(account: Account, parameters: Parameters): object {
  const lists = [...account.prefixLists.keys()].map((PrefixListId) => ({
    PrefixListId,
    ...ownedName(account, PrefixListId),
    Version: account.prefixListVersions.get(PrefixListId)?.length,
    State: account.changingLists.has(PrefixListId) ? 'modify-in-progress' : 'modify-complete',
  }));
  const page = openPage(account, 'DescribeManagedPrefixLists', parameters);
  const { items, NextToken } = page.cut(filtered(parameters, lists, listValues));
  return { PrefixLists: items, NextToken };
}

/** What AWS itself names begins with `com.amazonaws.`, which EC2 refuses to everybody else. */
function ownedName({ accountId, prefixListNames }: Account, id: string) {
  const { name, ownerId } = prefixListNames.get(id) ?? { name: id };
  const isOfAws = name.startsWith('com.amazonaws.');
  return { PrefixListName: name, OwnerId: ownerId ?? (isOfAws ? 'AWS' : accountId) };
}

/**
 * Lists the entries of a managed prefix list
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListEntries.html).
 */
export function describeEntries(account: Account, parameters: Parameters): object {
  const id = textOf(parameters, 'PrefixListId') ?? '';
  const cidrs = account.prefixLists.get(id);
  if (cidrs === undefined) {
    throw new ServiceError('InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`);
  }
  const page = openPage(account, 'GetManagedPrefixListEntries', parameters);
  const { items, NextToken } = page.cut(ofVersion(account, id, textOf(parameters, 'TargetVersion')) ?? cidrs);
  return { Entries: items.map((Cidr) => ({ Cidr })), NextToken };
}

function ofVersion(account: Account, id: string, version: string | undefined) {
  if (version === undefined) return undefined;
  const cidrs = account.prefixListVersions.get(id)?.[Number(version) - 1];
  if (cidrs !== undefined) return cidrs;
  throw new ServiceError('InvalidParameterValue', `There is no version ${version} of ${id}`);
}

const listValues: ValuesOf<Omit<ManagedPrefixList, 'State'>> = {
  'prefix-list-id': ({ PrefixListId }) => PrefixListId,
  'owner-id': ({ OwnerId }) => OwnerId,
  'prefix-list-name': ({ PrefixListName }) => PrefixListName,
};
