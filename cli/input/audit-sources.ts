// Where an audit gets its groups from: files that the AWS CLI wrote, one group at a time, or a live account.
import type { SecurityGroupRule as AwsSecurityGroupRule, EC2Client } from '@aws-sdk/client-ec2';
import type { VpcsNeeded } from '../../lib/evaluate/vpcs-needed.ts';
import { expandPermissions } from '../../lib/io/aws/permissions.ts';
import { type DescribedGroup, readAccount } from '../../lib/io/aws/read-account.ts';
import { readAssociations, readVpcBlocks } from '../../lib/io/aws/vpcs.ts';
import { associationsOf, blocksOfVpcs, type Vpcs } from '../../lib/network/vpcs.ts';
import { parseRule } from '../../lib/rule.ts';
import type { Io } from '../io.ts';
import { type Source, sourceOf } from './chunks.ts';
import { listMembers, readBeside } from './export-file.ts';
import { parseExportedGroup, parseExportedRule } from './exported.ts';
import { parseExportedAssociation, parseExportedVpc } from './exported-vpcs.ts';
import { InputError } from './input.ts';
import { whyOf } from './live.ts';

/** The groups of a file; with the rules of a second file where one is given. */
export async function* groupsOfFiles(
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

/** All groups of the client's account and region. */
export async function* groupsOfAccount(ec2: EC2Client): AsyncGenerator<DescribedGroup> {
  try {
    yield* readAccount(ec2);
  } catch (error) {
    throw new InputError(`the account cannot be read: ${whyOf(error)}`, { cause: error });
  }
}

/** What a file says of VPCs beside its groups; what it leaves out is not known. */
export async function vpcsOfFile(file: Source, needed: VpcsNeeded): Promise<Vpcs> {
  if (!needed.associations && !needed.blocks) return { associations: undefined, blocks: undefined };
  const { list } = await readBeside(file, ['SecurityGroupVpcAssociations', 'Vpcs']);
  const associations = needed.associations
    ? list('SecurityGroupVpcAssociations', parseExportedAssociation)
    : undefined;
  const vpcs = needed.blocks ? list('Vpcs', parseExportedVpc) : undefined;
  return { associations: associations && associationsOf(associations), blocks: vpcs && blocksOfVpcs(vpcs) };
}

/** The VPCs of the client's account and region; what cannot be read is not known. */
export async function vpcsOfAccount(ec2: EC2Client, needed: VpcsNeeded): Promise<Vpcs> {
  const unknown = () => undefined;
  const [associations, blocks] = await Promise.all([
    needed.associations ? readAssociations(ec2).catch(unknown) : undefined,
    needed.blocks ? readVpcBlocks(ec2).catch(unknown) : undefined,
  ]);
  return { associations, blocks };
}

async function rulesByGroup(file: Source): Promise<ReadonlyMap<string, readonly AwsSecurityGroupRule[]>> {
  const rules: AwsSecurityGroupRule[] = [];
  for await (const value of listMembers(file, 'SecurityGroupRules')) {
    rules.push(parseExportedRule(`${file.name}: SecurityGroupRules.${rules.length}`, value));
  }
  return Map.groupBy(rules, ({ GroupId = '' }) => GroupId);
}
