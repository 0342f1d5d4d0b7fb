// What the bot relies on where it reads.
import { DescribeSecurityGroupRulesCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { API, cidrsOf, groupWith, SSH, UNKNOWN_GROUP } from './groups.ts';
import type { Case } from './place.ts';

export const DESCRIBE_CASES: readonly Case[] = [
  {
    claim: 'Groups are found by id, and only those',
    url: `${API}/API_DescribeSecurityGroups.html`,
    observe: async (place) => {
      const wanted = await place.newGroup();
      const Filters = [{ Name: 'group-id', Values: [wanted] }];
      const { SecurityGroups = [] } = await place.ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
      return SecurityGroups.map(({ GroupId }) => GroupId === wanted);
    },
    documented: [true],
  },
  {
    claim: 'A group that does not exist has no rules, and that is no error',
    url: `${API}/API_DescribeSecurityGroupRules.html`,
    observe: (place) => cidrsOf(place, UNKNOWN_GROUP),
    documented: [],
  },
  {
    claim: 'Rules come in pages of the size that is asked for',
    url: `${API}/API_DescribeSecurityGroupRules.html`,
    observe: async (place) => {
      const IpRanges = [1, 2, 3, 4, 5, 6].map((part) => ({ CidrIp: `10.${part}.0.0/16` }));
      const { GroupId } = await groupWith(place, { ...SSH, IpRanges });
      const input = { Filters: [{ Name: 'group-id', Values: [GroupId] }], MaxResults: 5 };
      const page = await place.ec2.send(new DescribeSecurityGroupRulesCommand(input));
      return [page.SecurityGroupRules?.length, page.NextToken !== undefined];
    },
    documented: [5, true],
    deviates: ['moto', 'ministack'],
  },
];
