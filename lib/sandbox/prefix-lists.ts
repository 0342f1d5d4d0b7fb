// GetManagedPrefixListEntries (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListEntries.html).
import type { Account } from './account.ts';
import { ServiceError } from './faults.ts';
import { openPage } from './paging.ts';
import { type Parameters, textOf } from './query.ts';

/** Lists the entries of a managed prefix list. */
export function describeEntries(account: Account, parameters: Parameters): object {
  const id = textOf(parameters, 'PrefixListId') ?? '';
  const cidrs = account.prefixLists.get(id);
  if (cidrs === undefined) {
    throw new ServiceError('InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`);
  }
  const { items, NextToken } = openPage(account, 'GetManagedPrefixListEntries', parameters).cut(cidrs);
  return { Entries: items.map((Cidr) => ({ Cidr })), NextToken };
}
