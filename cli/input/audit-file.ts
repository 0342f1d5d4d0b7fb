// What an audit reads of files that the AWS CLI wrote, one group at a time.
import type {
  SecurityGroup as AwsSecurityGroup,
  SecurityGroupRule as AwsSecurityGroupRule,
} from '@aws-sdk/client-ec2';
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
  if ([...from, rules].filter((name) => name === '-').length > 1)
    throw new InputError('standard input can be read once: name files for the others');
  const needed = vpcsNeeded(policies);
  const isReadAgain = needed.associations || needed.blocks || exposure === true;
  const files = await sourcesOf(io, from, isReadAgain);
  const rulesFiles = rules === undefined ? undefined : await sourcesOf(io, [rules], true);
  const lists = setsOf(entries);
  const sources: AuditSources = {
    region,
    groups: groupsOfFiles(files, rulesFiles),
    prefixLists: async () => lists,
    vpcs: await vpcsOfFiles(files, needed),
    network: exposure && (await networkOfFiles(files, entries)),
  };
  return {
    sources: [sources],
    close: async () => {
      for (const file of [...files, ...(rulesFiles ?? [])]) await file.close();
    },
  };
}

/** The groups of all files; with the rules of other files where some are given. */
async function* groupsOfFiles(
  files: readonly Source[],
  rulesFiles: readonly Source[] | undefined,
): AsyncGenerator<DescribedGroup> {
  for await (const groups of batchesOf(files, rulesFiles === undefined ? 1 : BATCH)) {
    const rules = rulesFiles && (await rulesOf(groups, rulesFiles));
    for (const group of groups) {
      // A file that has no rule of a group is of another account, or older: the group has its own, without their ids.
      const listed = rules?.get(group.GroupId ?? '') ?? expandPermissions(group);
      if (rules === undefined) requirePermissions(group);
      yield { group, rules: listed.map(parseRule) };
    }
  }
}

/** A group without rules has two empty lists: one that has neither was cut by `--query`, or spelled in another way. */
function requirePermissions({ GroupId, IpPermissions, IpPermissionsEgress }: AwsSecurityGroup): void {
  if (IpPermissions !== undefined || IpPermissionsEgress !== undefined) return;
  throw new InputError(
    `${GroupId} has neither IpPermissions nor IpPermissionsEgress: export whole groups, or give their rules with --rules`,
  );
}

/** The rules of so many groups are held; for each such batch the file of rules is read again. */
const BATCH = 5000;

async function* batchesOf(
  files: readonly Source[],
  size: number,
): AsyncGenerator<readonly AwsSecurityGroup[]> {
  let batch: AwsSecurityGroup[] = [];
  for await (const { what, value } of listMembers(files, 'SecurityGroups', 'GroupId')) {
    batch.push(parseExportedGroup(what, value));
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** All of the files is read, and refused where any of it is damaged. */
async function rulesOf(
  groups: readonly AwsSecurityGroup[],
  files: readonly Source[],
): Promise<ReadonlyMap<string, readonly AwsSecurityGroupRule[]>> {
  const rules = new Map<string, AwsSecurityGroupRule[]>(groups.map(({ GroupId = '' }) => [GroupId, []]));
  for await (const { what, value } of listMembers(files, 'SecurityGroupRules', 'SecurityGroupRuleId')) {
    const rule = parseExportedRule(what, value);
    rules.get(rule.GroupId ?? '')?.push(rule);
  }
  return new Map([...rules].filter(([, of]) => of.length > 0));
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
