// What a file says of interfaces and the network around them, beside its groups.
import { byGroupId } from '../../lib/exposure/group-exposures.ts';
import { parseInterface, parseSubnet } from '../../lib/exposure/parse-interface.ts';
import {
  parseAcl,
  parseExclusion,
  parseGateway,
  parsePublicAccess,
  parseRouteTable,
} from '../../lib/exposure/parse-network.ts';
import type { Cidr } from '../../lib/network/cidr.ts';
import type { NetworkSource } from './audit-exposure.ts';
import type { Source } from './chunks.ts';
import { readBeside } from './export-file.ts';
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

const KEYS = [
  'NetworkInterfaces',
  'Subnets',
  'RouteTables',
  'NetworkAcls',
  'InternetGateways',
  'VpcBlockPublicAccessOptions',
  'VpcBlockPublicAccessExclusions',
];

/** What files say of the network beside the groups; without interfaces they say nothing at all. */
export async function networkOfFiles(
  files: readonly Source[],
  prefixLists: ReadonlyMap<string, readonly Cidr[]>,
): Promise<NetworkSource> {
  const { list, structure } = await readBeside(files, KEYS);
  const interfaces = list('NetworkInterfaces', parseExportedInterface)?.map(parseInterface);
  if (interfaces === undefined) {
    throw new InputError(
      `${files.map(({ name }) => name).join(', ')}: there is no list of NetworkInterfaces in it, without which --exposure has no answer: add the output of \`aws ec2 describe-network-interfaces\``,
    );
  }
  const network = {
    subnets: list('Subnets', parseExportedSubnet)?.map(parseSubnet),
    routeTables: list('RouteTables', parseExportedRouteTable)?.map(parseRouteTable),
    acls: list('NetworkAcls', parseExportedAcl)?.map(parseAcl),
    gateways: list('InternetGateways', parseExportedGateway)?.flatMap(parseGateway),
    publicAccess: parsePublicAccess(structure('VpcBlockPublicAccessOptions', parseExportedOptions)),
    exclusions: list('VpcBlockPublicAccessExclusions', parseExportedExclusion)?.map(parseExclusion),
    prefixLists,
  };
  const byGroup = byGroupId(interfaces);
  return {
    interfaces: async (groupIds) => [...new Set(groupIds.flatMap((id) => byGroup.get(id) ?? []))],
    network: async () => network,
  };
}
