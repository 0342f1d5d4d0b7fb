// The way from the internet to a subnet before any network ACL: the internet gateway, and VPC Block Public Access.
import { overlaps } from '../network/intervals.ts';
import type {
  Association,
  Exclusion,
  Network,
  NetworkInterface,
  PublicAddress,
  RouteTable,
} from './network.ts';
import { hopsOf } from './routes.ts';

/** Where an interface is. */
export type Location = Pick<NetworkInterface, 'vpcId' | 'subnetId'>;

/** What is known of one step on the way: open, closed, or why nobody can say. */
export type Passage = 'open' | 'closed' | { readonly doubt: string };

/** Whether the VPC has an internet gateway. */
export function gatewayOf({ vpcId, subnetId }: Location, network: Network): Passage {
  const { gateways, publicAccess } = network;
  if (gateways === undefined) return { doubt: 'the internet gateways could not be read' };
  const own = gateways.filter((gateway) => gateway.vpcId === vpcId);
  if (own.some(({ isSettled }) => isSettled)) return 'open';
  if (own.length > 0) return { doubt: `the internet gateway of ${vpcId} is being attached or detached` };
  const owner = ownerOf(subnetId, network);
  // Whoever shares the subnets of a VPC with an account does not show it the gateways.
  if (owner === undefined || owner !== publicAccess?.accountId)
    return { doubt: `the internet gateway of ${vpcId} cannot be seen` };
  return 'closed';
}

/**
 * Whether VPC Block Public Access lets connections in; the mode of the subnet's owner holds, and only an exclusion for both directions
 * admits any (https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html).
 */
export function publicAccessOf({ vpcId, subnetId }: Location, network: Network): Passage {
  const { publicAccess, exclusions } = network;
  const owner = ownerOf(subnetId, network);
  if (owner === undefined) return { doubt: `the owner of ${subnetId} is not known` };
  if (publicAccess === undefined) return { doubt: 'VPC Block Public Access could not be read' };
  if (owner !== publicAccess.accountId)
    return { doubt: `VPC Block Public Access of account ${owner}, which owns ${subnetId}, cannot be seen` };
  const own = exclusions?.filter(({ resourceId }) => resourceId === vpcId || resourceId === subnetId);
  if (own?.some(({ admits }) => admits === 'inbound')) return 'open';
  if (!publicAccess.isSettled) return { doubt: 'VPC Block Public Access is being changed' };
  return publicAccess.mode === 'off' ? 'open' : withExclusions(own);
}

function withExclusions(own: readonly Exclusion[] | undefined): Passage {
  if (own === undefined) return { doubt: 'the exclusions of VPC Block Public Access could not be read' };
  const isChanging = own.some(({ admits }) => admits === 'unknown');
  return isChanging ? { doubt: 'an exclusion of VPC Block Public Access is being changed' } : 'closed';
}

/**
 * Whether what comes in for an address is sent to it at once. A gateway with a route table of its own may send it to an appliance first
 * (https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html).
 */
export function deliveryTo(address: PublicAddress, vpcId: string, network: Network): Passage {
  const { gateways = [], routeTables } = network;
  if (routeTables === undefined) return { doubt: 'the route tables could not be read' };
  const ids = gateways.filter((gateway) => gateway.vpcId === vpcId).map(({ id }) => id);
  const doubts = routeTables.flatMap((table) => {
    const edges = table.associations.filter((one) => isOf(one, ids));
    return edges.length === 0 ? [] : (detour(table, edges, address, network) ?? []);
  });
  return doubts[0] === undefined ? 'open' : { doubt: doubts[0] };
}

/** Why the route table of a gateway may not send what comes in for an address straight to it. */
function detour(
  { id, routes }: RouteTable,
  edges: readonly Association[],
  { inside, family }: PublicAddress,
  { prefixLists }: Network,
): string | undefined {
  if (routes === undefined) return `the gateway's route table ${id} could not be read`;
  if (edges.some(({ isSettled }) => !isSettled)) return `the gateway's route table ${id} is being changed`;
  const isLocal = overlaps(hopsOf(routes, family, prefixLists).local, [[inside, inside + 1n]]);
  return isLocal ? undefined : `it comes through an appliance, by the gateway's route table ${id}`;
}

function isOf({ with: place }: Association, gatewayIds: readonly string[]): boolean {
  return place !== 'main' && 'gateway' in place && gatewayIds.includes(place.gateway);
}

function ownerOf(subnetId: string, { subnets }: Network): string | undefined {
  return subnets?.find(({ id }) => id === subnetId)?.ownerId;
}
