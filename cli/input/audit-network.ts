// Where an audit reads interfaces and the network around them: in a live account, or in the file that has the groups.
import type { EC2Client } from '@aws-sdk/client-ec2';
import { parseInterface, parseSubnet } from '../../lib/exposure/parse-interface.ts';
import {
  parseAcl,
  parseExclusion,
  parseGateway,
  parsePublicAccess,
  parseRouteTable,
} from '../../lib/exposure/parse-network.ts';
import { readInterfaces, readNetwork } from '../../lib/io/aws/network.ts';
import type { Cidr } from '../../lib/network/cidr.ts';
import type { NetworkSource } from './audit-exposure.ts';
import { type Export, listIn, structureIn } from './export-file.ts';
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
import { asking } from './live.ts';

/** The network of the client's account and region; of what surrounds the interfaces, what cannot be read is not known. */
export function networkOfAccount(ec2: EC2Client): NetworkSource {
  return {
    interfaces: (groupIds) => asking('the network interfaces cannot be read', readInterfaces(ec2, groupIds)),
    network: (vpcIds) => readNetwork(ec2, vpcIds),
  };
}

/** What a file says of the network beside its groups; without interfaces it says nothing at all. */
export function networkOfFile(
  file: Export,
  prefixLists: ReadonlyMap<string, readonly Cidr[]>,
): NetworkSource {
  return {
    interfaces: async () => {
      const found = await listIn(file, 'NetworkInterfaces', parseExportedInterface);
      if (found !== undefined) return found.map(parseInterface);
      throw new InputError(
        `${file.name}: there is no list of NetworkInterfaces in it, without which --exposure has no answer`,
      );
    },
    network: async () => ({
      subnets: (await listIn(file, 'Subnets', parseExportedSubnet))?.map(parseSubnet),
      routeTables: (await listIn(file, 'RouteTables', parseExportedRouteTable))?.map(parseRouteTable),
      acls: (await listIn(file, 'NetworkAcls', parseExportedAcl))?.map(parseAcl),
      gateways: (await listIn(file, 'InternetGateways', parseExportedGateway))?.flatMap(parseGateway),
      publicAccess: parsePublicAccess(
        await structureIn(file, 'VpcBlockPublicAccessOptions', parseExportedOptions),
      ),
      exclusions: (await listIn(file, 'VpcBlockPublicAccessExclusions', parseExportedExclusion))?.map(
        parseExclusion,
      ),
      prefixLists,
    }),
  };
}
