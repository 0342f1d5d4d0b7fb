// What the bot relies on where rules are about prefix lists.
import {
  DescribeManagedPrefixListsCommand,
  DescribeSecurityGroupsCommand,
  GetManagedPrefixListEntriesCommand,
} from '@aws-sdk/client-ec2';
import { API, authorize, ERRORS, rulesOf, SSH } from './groups.ts';
import { type Case, codeOf, LISTED, type Place } from './place.ts';

const UNKNOWN_LIST = 'pl-0123456789abcdef0';

async function groupWithList(place: Place): Promise<string> {
  const groupId = await place.newGroup();
  await authorize(place, groupId, { ...SSH, PrefixListIds: [{ PrefixListId: place.prefixListId }] });
  return groupId;
}

export const PREFIX_LIST_CASES: readonly Case[] = [
  {
    claim: 'The entries of a prefix list can be read',
    url: `${API}/API_GetManagedPrefixListEntries.html`,
    observe: async ({ ec2, prefixListId: PrefixListId }) => {
      const { Entries = [] } = await ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId }));
      return Entries.map(({ Cidr }) => Cidr);
    },
    documented: LISTED,
  },
  {
    claim: 'A prefix list that does not exist has no entries to read',
    url: ERRORS,
    observe: ({ ec2 }) =>
      codeOf(ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId: UNKNOWN_LIST }))),
    documented: 'InvalidPrefixListID.NotFound',
    deviates: ['moto'],
  },
  {
    claim: 'A prefix list is found by id, with what is being done with it',
    url: `${API}/API_ManagedPrefixList.html`,
    observe: async ({ ec2, prefixListId }) => {
      const Filters = [{ Name: 'prefix-list-id', Values: [prefixListId] }];
      const { PrefixLists = [] } = await ec2.send(new DescribeManagedPrefixListsCommand({ Filters }));
      return PrefixLists.map(({ State }) => State?.endsWith('-complete'));
    },
    documented: [true],
  },
  {
    claim: 'A rule says which prefix list it is for',
    url: `${API}/API_SecurityGroupRule.html`,
    observe: async (place) =>
      (await rulesOf(place, await groupWithList(place))).map(
        ({ PrefixListId }) => PrefixListId === place.prefixListId,
      ),
    documented: [true],
    deviates: ['ministack'],
  },
  {
    claim: 'Groups are found by the prefix list that a rule of theirs is for',
    url: `${API}/API_DescribeSecurityGroups.html`,
    observe: async (place) => {
      const groupId = await groupWithList(place);
      const other = await place.newGroup();
      const Filters = [{ Name: 'ip-permission.prefix-list-id', Values: [place.prefixListId] }];
      const { SecurityGroups = [] } = await place.ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
      const found = SecurityGroups.map(({ GroupId }) => GroupId);
      return [found.includes(groupId), found.includes(other)];
    },
    documented: [true, false],
    deviates: ['moto', 'ministack'],
  },
];
