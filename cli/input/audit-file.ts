// What an audit reads of files that the AWS CLI wrote, one group at a time.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { type VpcsNeeded, vpcsNeeded } from '../../lib/evaluate/vpcs-needed.ts';
import { expandPermissions } from '../../lib/io/aws/permissions.ts';
import type { DescribedGroup } from '../../lib/io/aws/read-account.ts';
import { associationsOf, blocksOfVpcs, type Vpcs } from '../../lib/network/vpcs.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { parseRule } from '../../lib/rule.ts';
import type { Io } from '../io.ts';
import { networkOfFile } from './audit-network.ts';
import { type AuditInput, type AuditSources, type ListEntries, setsOf } from './audit-sources.ts';
import { type Source, sourceOf } from './chunks.ts';
import { listMembers, readBeside } from './export-file.ts';
import { parseExportedGroup, parseExportedRule } from './exported.ts';
import { parseExportedAssociation, parseExportedVpc } from './exported-vpcs.ts';

/** The file of `--from`, and that of `--rules`. */
export async function openFile(
  io: Io,
  { from, rules, exposure }: AuditInput & { readonly from: string },
  policies: readonly Policy[],
  entries: ListEntries,
): Promise<AuditSources> {
  const needed = vpcsNeeded(policies);
  const file = await sourceOf(io, from, needed.associations || exposure === true);
  const lists = setsOf(entries);
  return {
    groups: groupsOfFiles(io, file, rules),
    prefixLists: async () => lists,
    vpcs: await vpcsOfFile(file, needed),
    network: exposure && (await networkOfFile(file, entries)),
    close: file.close,
  };
}

/** The groups of a file; with the rules of a second file where one is given. */
async function* groupsOfFiles(
  io: Io,
  file: Source,
  rulesFile: string | undefined,
): AsyncGenerator<DescribedGroup> {
  const rules =
    rulesFile === undefined ? undefined : await rulesByGroup(await sourceOf(io, rulesFile, false));
  let index = 0;
  for await (const value of listMembers(file, 'SecurityGroups')) {
    const group = parseExportedGroup(`${file.name}: SecurityGroups.${index}`, value);
    const listed = rules === undefined ? expandPermissions(group) : (rules.get(group.GroupId ?? '') ?? []);
    yield { group, rules: listed.map(parseRule) };
    index += 1;
  }
}

async function rulesByGroup(file: Source): Promise<ReadonlyMap<string, readonly AwsSecurityGroupRule[]>> {
  const rules: AwsSecurityGroupRule[] = [];
  for await (const value of listMembers(file, 'SecurityGroupRules')) {
    rules.push(parseExportedRule(`${file.name}: SecurityGroupRules.${rules.length}`, value));
  }
  return Map.groupBy(rules, ({ GroupId = '' }) => GroupId);
}

/** What a file says of VPCs beside its groups; what it leaves out is not known. */
async function vpcsOfFile(file: Source, needed: VpcsNeeded): Promise<Vpcs> {
  if (!needed.associations && !needed.blocks) return { associations: undefined, blocks: undefined };
  const { list } = await readBeside(file, ['SecurityGroupVpcAssociations', 'Vpcs']);
  const associations = needed.associations
    ? list('SecurityGroupVpcAssociations', parseExportedAssociation)
    : undefined;
  const vpcs = needed.blocks ? list('Vpcs', parseExportedVpc) : undefined;
  return { associations: associations && associationsOf(associations), blocks: vpcs && blocksOfVpcs(vpcs) };
}
