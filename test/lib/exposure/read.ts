// The tiny network as the bot reads it.
import { type GroupExposure, groupExposure } from '../../../lib/exposure/exposure.ts';
import type { Network } from '../../../lib/exposure/network.ts';
import type { Admitted } from '../../../lib/exposure/packets.ts';
import { parseInterface, parseSubnet } from '../../../lib/exposure/parse-interface.ts';
import {
  parseAcl,
  parseExclusion,
  parseGateway,
  parsePublicAccess,
  parseRouteTable,
} from '../../../lib/exposure/parse-network.ts';
import { parseCidr, parseSet } from '../../../lib/network/cidr.ts';
import { parseTraffic } from '../../../lib/network/ports.ts';
import type { TinyNetwork, TinyRule } from './tiny-network.ts';

export function networkOf(tiny: TinyNetwork): Network {
  const acl = { NetworkAclId: 'acl-1', Associations: [{ SubnetId: 'subnet-1' }], Entries: [...tiny.entries] };
  const gateways = [
    { InternetGatewayId: 'igw-1', Attachments: tiny.hasGateway ? [attached('vpc-1')] : [] },
    { InternetGatewayId: 'igw-2', Attachments: [attached('vpc-2')] },
  ];
  return {
    subnets: [parseSubnet(tiny.subnet)],
    routeTables: tiny.routeTables.map(parseRouteTable),
    acls: [parseAcl(acl)],
    gateways: gateways.flatMap(parseGateway),
    publicAccess: parsePublicAccess(tiny.publicAccess),
    exclusions: tiny.exclusions.map(parseExclusion),
    prefixLists: new Map([['pl-1', tiny.list.flatMap((text) => parseCidr(text) ?? [])]]),
  };
}

export function admittedBy({ source, protocol, from, to }: TinyRule): Admitted {
  const traffic = parseTraffic(protocol, from, to);
  return { sources: parseSet([source]), traffic: traffic === undefined ? [] : [traffic] };
}

/** What is said of the one interface; parts of the network may be left out or replaced. */
export function exposureOf(tiny: TinyNetwork, other: Partial<Network> = {}): GroupExposure {
  const network = { ...networkOf(tiny), ...other };
  return groupExposure([parseInterface(tiny.interface)], tiny.rules.map(admittedBy), network);
}

function attached(VpcId: string) {
  return { VpcId, State: 'attached' as const };
}
