// Where an audit gets its groups from: files that the AWS CLI wrote, one group at a time, or a live account.
import { createReadStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { SecurityGroupRule as AwsSecurityGroupRule, EC2Client } from '@aws-sdk/client-ec2';
import { pick } from 'stream-json/filters/pick.js';
import { streamArray } from 'stream-json/streamers/stream-array.js';
import type { VpcsNeeded } from '../../lib/evaluate/vpcs-needed.ts';
import { type DescribedGroup, readAccount } from '../../lib/io/aws/read-account.ts';
import { readAssociations, readVpcBlocks } from '../../lib/io/aws/vpcs.ts';
import { associationsOf, blocksOfVpcs, type Vpcs } from '../../lib/network/vpcs.ts';
import { expandPermissions, parseRule } from '../../lib/rule.ts';
import type { Io } from '../io.ts';
import { parseExportedGroup, parseExportedRule } from './exported.ts';
import { parseExportedAssociation, parseExportedVpc } from './exported-vpcs.ts';
import { InputError } from './input.ts';
import { whyOf } from './live.ts';

/** A file of the AWS CLI's output, which can be read as often as it is opened; but for standard input that is not kept. */
export interface Export {
  readonly name: string;
  readonly open: () => Readable;
}

/** The file of that name, or standard input for `-`, which is kept in memory where it must be read more than once. */
export async function exportOf(io: Io, name: string, isReadAgain: boolean): Promise<Export> {
  if (name !== '-') return { name, open: () => createReadStream(name) };
  if (!isReadAgain) return { name, open: () => io.stdin };
  const text = await readAll(io.stdin);
  return { name, open: () => Readable.from([text]) };
}

/** The groups of a file; with the rules of a second file where one is given. */
export async function* groupsOfFiles(
  io: Io,
  file: Export,
  rulesFile: string | undefined,
): AsyncGenerator<DescribedGroup> {
  const rules =
    rulesFile === undefined ? undefined : await rulesByGroup(await exportOf(io, rulesFile, false));
  let index = 0;
  for await (const value of membersOf(file, 'SecurityGroups')) {
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
export async function vpcsOfFile(file: Export, needed: VpcsNeeded): Promise<Vpcs> {
  const associations = needed.associations
    ? await listIn(file, 'SecurityGroupVpcAssociations', parseExportedAssociation)
    : undefined;
  const vpcs = needed.blocks ? await listIn(file, 'Vpcs', parseExportedVpc) : undefined;
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

/** A whole list of a file; undefined if there is none. */
async function listIn<T>(
  file: Export,
  list: string,
  parse: (what: string, value: unknown) => T,
): Promise<readonly T[] | undefined> {
  const found: T[] = [];
  const seen = { list: false };
  for await (const value of membersOf(file, list, seen)) {
    found.push(parse(`${file.name}: ${list}.${found.length}`, value));
  }
  return seen.list ? found : undefined;
}

async function rulesByGroup(file: Export): Promise<ReadonlyMap<string, readonly AwsSecurityGroupRule[]>> {
  const rules: AwsSecurityGroupRule[] = [];
  for await (const value of membersOf(file, 'SecurityGroupRules')) {
    rules.push(parseExportedRule(`${file.name}: SecurityGroupRules.${rules.length}`, value));
  }
  return Map.groupBy(rules, ({ GroupId = '' }) => GroupId);
}

/** The members of a top-level list of a JSON file, without ever holding the whole file. A list may be missing where `noted` says so. */
async function* membersOf(file: Export, list: string, noted?: { list: boolean }): AsyncGenerator<unknown> {
  const members = streamArray.asStream();
  const seen = noted ?? { list: false };
  const done = pipeline(file.open(), pick.withParserAsStream({ filter: list }), noting(seen), members);
  // A failure also ends the loop below; this one must not count as unhandled until then.
  done.catch(() => undefined);
  try {
    for await (const { value } of members) yield value;
    await done;
    if (!seen.list && noted === undefined) throw new Error(`there is no list of ${list} in it`);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file.name}: cannot be read: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** Passes everything on, and notes whether there was anything: an empty list is something, a missing one is not. */
function noting(seen: { list: boolean }): Transform {
  return new Transform({
    objectMode: true,
    transform(token, _encoding, pass) {
      seen.list = true;
      pass(null, token);
    },
  });
}
