// Where an audit gets its groups from: files that the AWS CLI wrote, one group at a time, or a live account.
import { createReadStream } from 'node:fs';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SecurityGroupRule as AwsSecurityGroupRule, EC2Client } from '@aws-sdk/client-ec2';
import { pick } from 'stream-json/filters/pick.js';
import { streamArray } from 'stream-json/streamers/stream-array.js';
import { type DescribedGroup, readAccount } from '../../lib/io/aws/read-account.ts';
import { expandPermissions, parseRule } from '../../lib/rule.ts';
import type { Io } from '../io.ts';
import { parseExportedGroup, parseExportedRule } from './exported.ts';
import { InputError } from './input.ts';
import { whyOf } from './live.ts';

/** The groups of a file, or of standard input for `-`; with the rules of a second file where one is given. */
export async function* groupsOfFiles(
  io: Io,
  file: string,
  rulesFile: string | undefined,
): AsyncGenerator<DescribedGroup> {
  const rules = rulesFile === undefined ? undefined : await rulesByGroup(io, rulesFile);
  let index = 0;
  for await (const value of membersOf(io, file, 'SecurityGroups')) {
    const group = parseExportedGroup(`${file}: SecurityGroups.${index}`, value);
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

async function rulesByGroup(
  io: Io,
  file: string,
): Promise<ReadonlyMap<string, readonly AwsSecurityGroupRule[]>> {
  const rules: AwsSecurityGroupRule[] = [];
  for await (const value of membersOf(io, file, 'SecurityGroupRules')) {
    rules.push(parseExportedRule(`${file}: SecurityGroupRules.${rules.length}`, value));
  }
  return Map.groupBy(rules, ({ GroupId = '' }) => GroupId);
}

/** The members of a top-level list of a JSON file, without ever holding the whole file. */
async function* membersOf(io: Io, file: string, list: string): AsyncGenerator<unknown> {
  const input: Readable = file === '-' ? io.stdin : createReadStream(file);
  const members = streamArray.asStream();
  const seen = { list: false };
  const done = pipeline(input, pick.withParserAsStream({ filter: list }), noting(seen), members);
  // A failure also ends the loop below; this one must not count as unhandled until then.
  done.catch(() => undefined);
  try {
    for await (const { value } of members) yield value;
    await done;
    if (!seen.list) throw new Error(`there is no list of ${list} in it`);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file}: cannot be read: ${error instanceof Error ? error.message : error}`, {
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
