// What an audit reads of files that the AWS CLI wrote, one group at a time.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { type VpcsNeeded, vpcsNeeded } from '../../lib/evaluate/vpcs-needed.ts';
import { expandPermissions } from '../../lib/io/aws/permissions.ts';
import type { DescribedGroup } from '../../lib/io/aws/read-account.ts';
import { associationsOf, blocksOfVpcs, type Vpcs } from '../../lib/network/vpcs.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { parseRule } from '../../lib/rule.ts';
import type { Io } from '../io.ts';
import { networkOfFiles } from './audit-network.ts';
import {
  type AuditInput,
  type AuditSources,
  type ListEntries,
  type OpenAudit,
  setsOf,
} from './audit-sources.ts';
import { type Source, sourcesOf } from './chunks.ts';
import { listMembers, readBeside } from './export-file.ts';
import { parseExportedGroup, parseExportedRule } from './exported.ts';
import { parseExportedAssociation, parseExportedVpc } from './exported-vpcs.ts';
import { InputError } from './input.ts';

/** The files of `--from`, all together, and that of `--rules`. */
export async function openFiles(
  io: Io,
  { from, rules, region: regions = [], exposure }: AuditInput & { readonly from: readonly string[] },
  policies: readonly Policy[],
  entries: ListEntries,
): Promise<OpenAudit> {
  const [region, ...others] = regions;
  if (others.length > 0)
    throw new InputError(
      '--region: groups of a file that do not say where they are have one region: give it once',
    );
  const needed = vpcsNeeded(policies);
  const isReadAgain = needed.associations || needed.blocks || exposure === true;
  const files = await sourcesOf(io, from, isReadAgain);
  const lists = setsOf(entries);
  const sources: AuditSources = {
    region,
    groups: groupsOfFiles(io, files, rules),
    prefixLists: async () => lists,
    vpcs: await vpcsOfFiles(files, needed),
    network: exposure && (await networkOfFiles(files, entries)),
  };
  return {
    sources: [sources],
    close: async () => {
      for (const file of files) await file.close();
    },
  };
}

/** The groups of all files; with the rules of another file where one is given. */
async function* groupsOfFiles(
  io: Io,
  files: readonly Source[],
  rulesFile: string | undefined,
): AsyncGenerator<DescribedGroup> {
  const rules =
    rulesFile === undefined ? undefined : await rulesByGroup(await sourcesOf(io, [rulesFile], false));
  for await (const { what, value } of listMembers(files, 'SecurityGroups', 'GroupId')) {
    const group = parseExportedGroup(what, value);
    const listed = rules === undefined ? expandPermissions(group) : (rules.get(group.GroupId ?? '') ?? []);
    yield { group, rules: listed.map(parseRule) };
  }
}

async function rulesByGroup(
  files: readonly Source[],
): Promise<ReadonlyMap<string, readonly AwsSecurityGroupRule[]>> {
  const rules: AwsSecurityGroupRule[] = [];
  for await (const { what, value } of listMembers(files, 'SecurityGroupRules', 'SecurityGroupRuleId'))
    rules.push(parseExportedRule(what, value));
  return Map.groupBy(rules, ({ GroupId = '' }) => GroupId);
}

/** What files say of VPCs beside the groups; what they leave out is not known. */
async function vpcsOfFiles(files: readonly Source[], needed: VpcsNeeded): Promise<Vpcs> {
  if (!needed.associations && !needed.blocks) return { associations: undefined, blocks: undefined };
  const { list } = await readBeside(files, ['SecurityGroupVpcAssociations', 'Vpcs']);
  const associations = needed.associations
    ? list('SecurityGroupVpcAssociations', parseExportedAssociation)
    : undefined;
  const vpcs = needed.blocks ? list('Vpcs', parseExportedVpc) : undefined;
  return { associations: associations && associationsOf(associations), blocks: vpcs && blocksOfVpcs(vpcs) };
}
