// Pages of Describe calls (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination).
import type { Account } from '../account.ts';
import type { ReadApi } from '../account-state.ts';
import { ServiceError } from '../faults.ts';
import { numberOf, type Parameters, textOf } from '../protocol/query.ts';

export interface Page {
  /** The number of the read that the page belongs to. */
  readonly read: number;
  /** The items of this page, and the token of the next; none after the last. */
  readonly cut: <Item>(items: readonly Item[]) => {
    readonly items: readonly Item[];
    readonly NextToken: string | undefined;
  };
}

/**
 * Begins a read, or goes on with the one that NextToken is of: its pages are all of one view, so that no item is
 * missed or told twice. Throws InvalidParameterValue and InvalidPaginationToken.
 */
export function openPage(account: Account, api: ReadApi, parameters: Parameters): Page {
  const size = Math.min(askedSize(api, parameters), account.pageSize);
  const token = textOf(parameters, 'NextToken');
  const { read, start } =
    token === undefined ? { read: nextRead(account, api), start: 0 } : parseToken(account, api, token);
  const end = start + size;
  return {
    read,
    cut: (items) => ({
      items: items.slice(start, end),
      NextToken: end < items.length ? printToken(api, read, end) : undefined,
    }),
  };
}

function nextRead(account: Account, api: ReadApi): number {
  account.reads[api] += 1;
  return account.reads[api];
}

/** What MaxResults may be, by the API reference of each. */
const SIZES: Readonly<Record<ReadApi, readonly [fewest: number, most: number]>> = {
  DescribeSecurityGroups: [5, 1000],
  DescribeSecurityGroupRules: [5, 1000],
  DescribeSecurityGroupVpcAssociations: [5, 1000],
  DescribeVpcs: [5, 1000],
  DescribeManagedPrefixLists: [1, 100],
  GetManagedPrefixListEntries: [1, 100],
  DescribeNetworkInterfaces: [5, 1000],
  DescribeSubnets: [5, 1000],
  DescribeRouteTables: [5, 100],
  DescribeNetworkAcls: [5, 1000],
  DescribeInternetGateways: [5, 1000],
  DescribeVpcBlockPublicAccessExclusions: [5, 1000],
  DescribeFlowLogs: [5, 1000],
};

function askedSize(api: ReadApi, parameters: Parameters): number {
  const [fewest, most] = SIZES[api];
  const asked = numberOf(parameters, 'MaxResults');
  if (asked === undefined) return Number.POSITIVE_INFINITY;
  if (asked >= fewest && asked <= most) return asked;
  const range = `Expecting a value between ${fewest} and ${most}.`;
  const message = `Value ( ${asked} ) for parameter maxResults is invalid. ${range}`;
  throw new ServiceError('InvalidParameterValue', message);
}

/** Opaque, so that nobody counts on what is in it. */
function printToken(api: ReadApi, read: number, start: number): string {
  return Buffer.from(`${api} ${read} ${start}`).toString('base64url');
}

function parseToken(
  account: Account,
  api: ReadApi,
  token: string,
): { readonly read: number; readonly start: number } {
  const [, name, read, start] = /^(\w+) (\d+) (\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (name === api && Number(read) <= account.reads[api]) return { read: Number(read), start: Number(start) };
  throw new ServiceError('InvalidPaginationToken', 'The specified pagination token is not valid.');
}
