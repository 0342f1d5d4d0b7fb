// What an audit reads of a live account.
import type { EC2Client } from '@aws-sdk/client-ec2';
import { prefixListsNeeded } from '../../lib/evaluate/prefix-lists-needed.ts';
import { type VpcsNeeded, vpcsNeeded } from '../../lib/evaluate/vpcs-needed.ts';
import { readCallerAccount } from '../../lib/io/aws/caller.ts';
import { readInterfaces, readNetwork } from '../../lib/io/aws/network.ts';
import { type PrefixListCache, readEntries, readPrefixLists } from '../../lib/io/aws/prefix-lists.ts';
import { type DescribedGroup, readAccount } from '../../lib/io/aws/read-account.ts';
import { readAssociations, readVpcBlocks } from '../../lib/io/aws/vpcs.ts';
import { printCidr } from '../../lib/network/cidr.ts';
import type { Vpcs } from '../../lib/network/vpcs.ts';
import { isListId } from '../../lib/policy/list-names.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import type { NetworkSource } from './audit-exposure.ts';
import {
  type AuditInput,
  type AuditSources,
  type ListEntries,
  type OpenAudit,
  setsOf,
} from './audit-sources.ts';
import { InputError } from './input.ts';
import { asking, type Connection, clientOptions, connectEc2, connectSts, whyOf } from './live.ts';
import { placed } from './placed.ts';

/** Each region of each profile; without them, those of the credentials. Lists that a file gives are not read. */
export async function openAccount(
  { profile, region, exposure, settings }: AuditInput,
  policies: readonly Policy[],
  entries: ListEntries,
): Promise<OpenAudit> {
  const connections = (profile ?? [undefined]).flatMap((one) =>
    (region ?? [undefined]).map((where) => clientOptions({ profile: one, region: where })),
  );
  async function* sources(): AsyncGenerator<AuditSources> {
    for (const connection of connections)
      yield await openRegion(await placed(connection, settings), exposure, policies, entries);
  }
  return { sources: sources(), close: async () => undefined };
}

async function openRegion(
  connection: Connection,
  exposure: true | undefined,
  policies: readonly Policy[],
  entries: ListEntries,
): Promise<AuditSources> {
  const ec2 = connectEc2(connection);
  const cache: PrefixListCache = new Map();
  const accountId = await accountOfNames(connection, policies);
  const given = setsOf(entries);
  return {
    ...{ region: connection.region, profile: connection.profile },
    groups: groupsOfAccount(ec2, connection),
    vpcs: await vpcsOfAccount(ec2, vpcsNeeded(policies)),
    network: exposure && networkOfAccount(ec2),
    listVersions: (id, versions) => versionsOfList(ec2, id, versions),
    prefixLists: async (references) => {
      const missing = references.filter((one) => !given.has(one));
      const read = readPrefixLists(ec2, missing, accountId, cache);
      return new Map([...given, ...(await asking('the prefix lists cannot be read', read))]);
    },
  };
}

/** The account whose lists policies call by name; undefined where none does. */
async function accountOfNames(
  connection: Connection,
  policies: readonly Policy[],
): Promise<string | undefined> {
  if (prefixListsNeeded([], policies).every(isListId)) return undefined;
  return asking('the account cannot be read', readCallerAccount(connectSts(connection)));
}

/** Lists of other regions, and versions that are not there, are left out. */
async function versionsOfList(
  ec2: EC2Client,
  id: string,
  versions: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const read = new Map<number, readonly string[]>();
  for (const version of versions) {
    const entries = await readEntries(ec2, id, version).catch(() => 'absent' as const);
    if (typeof entries !== 'string') read.set(version, entries.map(printCidr));
  }
  return read;
}

/** All groups of the client's account and region. */
async function* groupsOfAccount(ec2: EC2Client, connection: Connection): AsyncGenerator<DescribedGroup> {
  try {
    yield* readAccount(ec2);
  } catch (error) {
    const named = [connection.profile, connection.region].filter((one) => one !== undefined).join(', ');
    const which = named === '' ? '' : ` (${named})`;
    throw new InputError(`the account${which} cannot be read: ${whyOf(error)}`, { cause: error });
  }
}

/** The VPCs of the client's account and region; what cannot be read is not known. */
async function vpcsOfAccount(ec2: EC2Client, needed: VpcsNeeded): Promise<Vpcs> {
  const unknown = () => undefined;
  const [associations, blocks] = await Promise.all([
    needed.associations ? readAssociations(ec2).catch(unknown) : undefined,
    needed.blocks ? readVpcBlocks(ec2).catch(unknown) : undefined,
  ]);
  return { associations, blocks };
}

/** The network of the client's account and region; of what surrounds the interfaces, what cannot be read is not known. */
function networkOfAccount(ec2: EC2Client): NetworkSource {
  return {
    interfaces: (groupIds) => asking('the network interfaces cannot be read', readInterfaces(ec2, groupIds)),
    network: (vpcIds) => readNetwork(ec2, vpcIds),
  };
}
