// Where a route table sends addresses: the route with the longest prefix decides
// (https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html).
import { blockSize, type Cidr, type Family } from '../network/cidr.ts';
import { type Interval, type Intervals, minus, toIntervals, union } from '../network/intervals.ts';
import type { Association, Hop, Network, Route, RouteTable } from './network.ts';

/** The addresses of a family by where they are sent; those without a route are in none of the sets. */
export type Hops = Readonly<Record<Hop, Intervals<bigint>>>;

const NOWHERE: Hops = { internet: [], local: [], appliance: [], blackhole: [], elsewhere: [], unknown: [] };

/** The table that routes a subnet: the one that is associated with it, else the main one of its own VPC. Or why that is not known. */
export function tableOf(
  subnetId: string,
  vpcId: string,
  { routeTables }: Network,
): RouteTable | { readonly doubt: string } {
  if (routeTables === undefined) return { doubt: 'the route tables could not be read' };
  const own = routeTables.filter((table) => table.vpcId === vpcId);
  const explicit = own.filter(({ associations }) => associations.some((one) => isWith(one, subnetId)));
  const found = explicit.length > 0 ? explicit : own.filter(({ associations }) => associations.some(isMain));
  const [table] = found;
  if (table === undefined) return { doubt: `the route table of ${subnetId} was not found` };
  const used = table.associations.filter((one) => isWith(one, subnetId) || isMain(one));
  const isSettled = found.length === 1 && used.every((one) => one.isSettled);
  return isSettled ? table : { doubt: `the route table of ${subnetId} is being changed` };
}

/** Where all addresses of a family are sent. */
export function hopsOf(routes: readonly Route[], family: Family, lists: Network['prefixLists']): Hops {
  const blocks = routes
    .flatMap((route) => blocksOf(route, lists).map((block) => ({ ...route, block })))
    .filter(({ block }) => block.family === family);
  const byLength = [...Map.groupBy(blocks, ({ block }) => block.prefixLength)].toSorted(([a], [b]) => b - a);
  const hops: Record<Hop, Intervals<bigint>> = { ...NOWHERE };
  let covered: Intervals<bigint> = [];
  for (const [, level] of byLength) {
    for (const { hop, block } of deciding(level)) {
      hops[hop] = union(hops[hop], minus([block.addresses], covered));
    }
    covered = union(covered, toIntervals(level.map(({ block }) => block.addresses)));
  }
  const unread = routes.filter(
    (route) => typeof route.destination === 'string' && !lists.has(route.destination),
  );
  return unread.reduce<Hops>((before, { hop }) => withUnread(before, hop, family), hops);
}

/** The entries of a prefix list count as a route each. */
function blocksOf({ destination }: Route, lists: Network['prefixLists']): readonly Cidr[] {
  return typeof destination === 'string' ? (lists.get(destination) ?? []) : [destination];
}

interface Placed {
  readonly hop: Hop;
  readonly precedence: number;
  readonly block: Cidr;
}

/** From there no answer gets out. */
const CLOSED = new Set<Hop>(['local', 'blackhole', 'elsewhere']);

/** One route for each block, of blocks of one length. EC2 does not say which of two equal ones it prefers. */
function deciding(level: readonly Placed[]): readonly Placed[] {
  return [...Map.groupBy(level, ({ block }) => block.addresses[0]).values()].flatMap((same) => {
    const highest = Math.max(...same.map(({ precedence }) => precedence));
    const [first, ...others] = same.filter(({ precedence }) => precedence === highest);
    if (first === undefined) return [];
    if (others.every(({ hop }) => hop === first.hop)) return [first];
    const isClosed = [first, ...others].every(({ hop }) => CLOSED.has(hop));
    return [{ ...first, hop: isClosed ? 'elsewhere' : 'unknown' }];
  });
}

/** What is still known beside a route to a list of unknown entries, which may be any: it can only make addresses go where it leads. */
function withUnread(hops: Hops, hop: Hop, family: Family): Hops {
  const all: Interval<bigint> = [0n, blockSize(family, 0)];
  if (hop === 'internet')
    return { ...NOWHERE, internet: hops.internet, unknown: minus([all], hops.internet) };
  if (hop === 'appliance' || hop === 'unknown') return { ...NOWHERE, unknown: [all] };
  const doubtful = union(hops.internet, hops.appliance);
  return { ...hops, internet: [], appliance: [], unknown: union(hops.unknown, doubtful) };
}

function isWith({ with: place }: Association, subnetId: string): boolean {
  return place !== 'main' && 'subnet' in place && place.subnet === subnetId;
}

function isMain({ with: place }: Association): boolean {
  return place === 'main';
}
