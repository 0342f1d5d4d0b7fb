// What an audit reads of a live account.
import type { EC2Client } from '@aws-sdk/client-ec2';
import { prefixListsNeeded } from '../../lib/evaluate/prefix-lists-needed.ts';
import { type VpcsNeeded, vpcsNeeded } from '../../lib/evaluate/vpcs-needed.ts';
import { readCallerAccount } from '../../lib/io/aws/caller.ts';
import { readInterfaces, readNetwork } from '../../lib/io/aws/network.ts';
import { type PrefixListCache, readPrefixLists } from '../../lib/io/aws/prefix-lists.ts';
import { type DescribedGroup, readAccount } from '../../lib/io/aws/read-account.ts';
import { readAssociations, readVpcBlocks } from '../../lib/io/aws/vpcs.ts';
import type { Vpcs } from '../../lib/network/vpcs.ts';
import { isListId } from '../../lib/policy/list-names.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import type { NetworkSource } from './audit-exposure.ts';
import { type AuditInput, type AuditSources, type ListEntries, setsOf } from './audit-sources.ts';
import { InputError } from './input.ts';
import { asking, type Connection, connectEc2, connectSts, whyOf } from './live.ts';

/** The account and region of the credentials; lists that a file gives are not read. */
export async function openAccount(
  input: AuditInput,
  policies: readonly Policy[],
  entries: ListEntries,
): Promise<AuditSources> {
  const ec2 = connectEc2(input);
  const cache: PrefixListCache = new Map();
  const accountId = await accountOfNames(input, policies);
  const given = setsOf(entries);
  return {
    groups: groupsOfAccount(ec2),
    vpcs: await vpcsOfAccount(ec2, vpcsNeeded(policies)),
    network: input.exposure && networkOfAccount(ec2),
    prefixLists: async (references) => {
      const missing = references.filter((one) => !given.has(one));
      const read = readPrefixLists(ec2, missing, accountId, cache);
      return new Map([...given, ...(await asking('the prefix lists cannot be read', read))]);
    },
    close: async () => undefined,
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

/** All groups of the client's account and region. */
async function* groupsOfAccount(ec2: EC2Client): AsyncGenerator<DescribedGroup> {
  try {
    yield* readAccount(ec2);
  } catch (error) {
    throw new InputError(`the account cannot be read: ${whyOf(error)}`, { cause: error });
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
