// Reading what stands between the internet and a group: its interfaces, and the network around them.
import {
  DescribeVpcBlockPublicAccessExclusionsCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
  type EC2Client,
  type Filter,
  paginateDescribeInternetGateways,
  paginateDescribeNetworkAcls,
  paginateDescribeNetworkInterfaces,
  paginateDescribeRouteTables,
  paginateDescribeSubnets,
  type VpcBlockPublicAccessExclusion,
} from '@aws-sdk/client-ec2';
import type { Network, NetworkInterface, RouteTable } from '../../exposure/network.ts';
import { parseInterface, parseSubnet } from '../../exposure/parse-interface.ts';
import {
  parseAcl,
  parseExclusion,
  parseGateway,
  parsePublicAccess,
  parseRouteTable,
} from '../../exposure/parse-network.ts';
import { readEntries } from './prefix-lists.ts';

const PAGE = 1000;
/** DescribeRouteTables gives no more at once. */
const PAGE_OF_TABLES = 100;
/** A filter takes no more. */
const MOST_VALUES = 200;

/** The interfaces that have any of these groups, each once, those among them that AWS services manage and hide. */
export async function readInterfaces(
  ec2: EC2Client,
  groupIds: readonly string[],
): Promise<readonly NetworkInterface[]> {
  const found = await ofAll('group-id', groupIds, (Filters) =>
    allItems(
      paginateDescribeNetworkInterfaces(
        { client: ec2, pageSize: PAGE },
        { Filters, IncludeManagedResources: true },
      ),
      ({ NetworkInterfaces }) => NetworkInterfaces,
    ),
  );
  return [...new Map(found.map(parseInterface).map((one) => [one.id, one])).values()];
}

/** The network of these VPCs. A part that cannot be read is undefined, and the others are there. */
export async function readNetwork(ec2: EC2Client, vpcIds: readonly string[]): Promise<Network> {
  const unread = () => undefined;
  const [subnets, tables, acls, gateways, publicAccess, exclusions] = await Promise.all([
    readSubnets(ec2, vpcIds).catch(unread),
    readRouteTables(ec2, vpcIds).catch(unread),
    readAcls(ec2, vpcIds).catch(unread),
    readGateways(ec2, vpcIds).catch(unread),
    readPublicAccess(ec2).catch(unread),
    readExclusions(ec2).catch(unread),
  ]);
  const routeTables = tables?.map(parseRouteTable);
  return {
    subnets: subnets?.map(parseSubnet),
    routeTables,
    acls: acls?.map(parseAcl),
    gateways: gateways?.flatMap(parseGateway),
    publicAccess,
    exclusions: exclusions?.map(parseExclusion),
    prefixLists: await readListsOf(ec2, routeTables ?? []),
  };
}

function readSubnets(ec2: EC2Client, vpcIds: readonly string[]) {
  return ofAll('vpc-id', vpcIds, (Filters) =>
    allItems(paginateDescribeSubnets({ client: ec2, pageSize: PAGE }, { Filters }), ({ Subnets }) => Subnets),
  );
}

function readRouteTables(ec2: EC2Client, vpcIds: readonly string[]) {
  return ofAll('vpc-id', vpcIds, (Filters) =>
    allItems(
      paginateDescribeRouteTables({ client: ec2, pageSize: PAGE_OF_TABLES }, { Filters }),
      ({ RouteTables }) => RouteTables,
    ),
  );
}

function readAcls(ec2: EC2Client, vpcIds: readonly string[]) {
  return ofAll('vpc-id', vpcIds, (Filters) =>
    allItems(
      paginateDescribeNetworkAcls({ client: ec2, pageSize: PAGE }, { Filters }),
      ({ NetworkAcls }) => NetworkAcls,
    ),
  );
}

function readGateways(ec2: EC2Client, vpcIds: readonly string[]) {
  return ofAll('attachment.vpc-id', vpcIds, (Filters) =>
    allItems(
      paginateDescribeInternetGateways({ client: ec2, pageSize: PAGE }, { Filters }),
      ({ InternetGateways }) => InternetGateways,
    ),
  );
}

async function readPublicAccess(ec2: EC2Client) {
  const answer = await ec2.send(new DescribeVpcBlockPublicAccessOptionsCommand({}));
  return parsePublicAccess(answer.VpcBlockPublicAccessOptions);
}

/** The SDK has no paginator for these. */
async function readExclusions(ec2: EC2Client): Promise<readonly VpcBlockPublicAccessExclusion[]> {
  const found: VpcBlockPublicAccessExclusion[] = [];
  let NextToken: string | undefined;
  do {
    const input = { MaxResults: PAGE, ...(NextToken === undefined ? {} : { NextToken }) };
    const page = await ec2.send(new DescribeVpcBlockPublicAccessExclusionsCommand(input));
    found.push(...(page.VpcBlockPublicAccessExclusions ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

/** The entries of the prefix lists that routes name; those that cannot be read are left out. */
async function readListsOf(ec2: EC2Client, tables: readonly RouteTable[]): Promise<Network['prefixLists']> {
  const named = tables.flatMap(({ routes = [] }) => routes.map(({ destination }) => destination));
  const ids = [...new Set(named.filter((destination) => typeof destination === 'string'))];
  const read = await Promise.all(
    ids.map(async (id) => [id, await readEntries(ec2, id).catch(() => undefined)] as const),
  );
  return new Map(read.flatMap(([id, entries]) => (Array.isArray(entries) ? [[id, entries] as const] : [])));
}

/** What all calls with these values find, each with as many as a filter takes. */
export async function ofAll<T>(
  name: string,
  values: readonly string[],
  read: (filters: Filter[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const distinct = [...new Set(values)];
  const calls = Math.ceil(distinct.length / MOST_VALUES);
  const chunks = Array.from({ length: calls }, (_, i) =>
    distinct.slice(i * MOST_VALUES, (i + 1) * MOST_VALUES),
  );
  return (await Promise.all(chunks.map((Values) => read([{ Name: name, Values }])))).flat();
}

/** The items of all pages. */
export async function allItems<Page, T>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly T[] | undefined,
): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...(itemsOf(page) ?? []));
  return found;
}
