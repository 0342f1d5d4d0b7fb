// The network of the account that an event is simulated on, from what the AWS CLI wrote.
import { type Account, fail } from '../../lib/sandbox/index.ts';
import {
  parseExportedAcl,
  parseExportedExclusion,
  parseExportedGateway,
  parseExportedInterface,
  parseExportedOptions,
  parseExportedRouteTable,
  parseExportedSubnet,
} from './exported-network.ts';
import { InputError } from './input.ts';

/** Each list, by the call that prints it and its place in the account. */
const LISTS = [
  {
    api: 'DescribeNetworkInterfaces',
    key: 'NetworkInterfaces',
    to: 'interfaces',
    parse: parseExportedInterface,
  },
  { api: 'DescribeSubnets', key: 'Subnets', to: 'subnets', parse: parseExportedSubnet },
  { api: 'DescribeRouteTables', key: 'RouteTables', to: 'routeTables', parse: parseExportedRouteTable },
  { api: 'DescribeNetworkAcls', key: 'NetworkAcls', to: 'acls', parse: parseExportedAcl },
  { api: 'DescribeInternetGateways', key: 'InternetGateways', to: 'gateways', parse: parseExportedGateway },
  {
    api: 'DescribeVpcBlockPublicAccessExclusions',
    key: 'VpcBlockPublicAccessExclusions',
    to: 'exclusions',
    parse: parseExportedExclusion,
  },
] as const;

const OPTIONS = 'VpcBlockPublicAccessOptions';

/** Adds what the file has; what it leaves out cannot be read. Without a file, nothing can. */
export function seedNetwork(account: Account, exported: unknown): void {
  const file = exported === undefined ? {} : documentOf(exported);
  for (const { api, key, to, parse } of LISTS) {
    const list = file[key];
    if (list === undefined) fail(account, api, 'UnauthorizedOperation');
    else
      (account.network[to] as unknown[]).push(...membersOf(key, list).map(([what, one]) => parse(what, one)));
  }
  if (file[OPTIONS] === undefined)
    fail(account, 'DescribeVpcBlockPublicAccessOptions', 'UnauthorizedOperation');
  else account.network.publicAccess = parseExportedOptions(`--network: ${OPTIONS}`, file[OPTIONS]);
}

function documentOf(exported: unknown): Readonly<Record<string, unknown>> {
  if (exported instanceof Object && 'NetworkInterfaces' in exported) return { ...exported };
  throw new InputError('--network: there is no list of NetworkInterfaces in it');
}

function membersOf(key: string, list: unknown): readonly (readonly [what: string, one: unknown])[] {
  if (!Array.isArray(list)) throw new InputError(`--network: ${key} is not a list`);
  return list.map((one, index) => [`--network: ${key}.${index}`, one] as const);
}
