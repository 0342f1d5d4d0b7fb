// What the bot relies on where rules are made or altered.
import { AuthorizeSecurityGroupIngressCommand, ModifySecurityGroupRulesCommand } from '@aws-sdk/client-ec2';
import {
  API,
  authorize,
  cidrsOf,
  ERRORS,
  groupWith,
  rulesOf,
  SSH,
  TWO,
  UNKNOWN_GROUP,
  WORLD,
} from './groups.ts';
import { type Case, codeOf } from './place.ts';

export const AUTHORIZE_CASES: readonly Case[] = [
  {
    claim: 'A new group lets everything out and nothing in',
    url: 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
    observe: async (place) => {
      const GroupId = await place.newGroup();
      const [egress] = await rulesOf(place, GroupId, true);
      return [await cidrsOf(place, GroupId), egress?.IpProtocol, egress?.CidrIpv4];
    },
    documented: [[], '-1', '0.0.0.0/0'],
  },
  {
    claim: 'Each source of a permission is a rule with an id of its own',
    url: `${API}/API_SecurityGroupRule.html`,
    observe: async (place) => new Set((await groupWith(place, TWO)).SecurityGroupRuleIds).size,
    documented: 2,
    deviates: ['ministack'],
  },
  {
    claim: 'AuthorizeSecurityGroupIngress answers with the rules that it made',
    url: `${API}/API_AuthorizeSecurityGroupIngress.html`,
    observe: async (place) => {
      const { SecurityGroupRules = [] } = await authorize(place, await place.newGroup(), WORLD, {
        ...WORLD,
        FromPort: 80,
        ToPort: 80,
      });
      return SecurityGroupRules.map(({ FromPort, CidrIpv4 }) => [FromPort, CidrIpv4]);
    },
    documented: [
      [22, '0.0.0.0/0'],
      [80, '0.0.0.0/0'],
    ],
    deviates: ['moto'],
  },
  {
    claim: 'Blocks are written canonically',
    url: `${API}/API_IpRange.html`,
    observe: async (place) => {
      const { GroupId } = await groupWith(place, { ...SSH, IpRanges: [{ CidrIp: '100.68.0.18/18' }] });
      return cidrsOf(place, GroupId);
    },
    documented: ['100.68.0.0/18'],
    deviates: ['moto', 'ministack'],
  },
  {
    claim: 'A rule that exists cannot be added again',
    url: ERRORS,
    observe: async (place) => {
      const { GroupId } = await groupWith(place, WORLD);
      return codeOf(authorize(place, GroupId, WORLD));
    },
    documented: 'InvalidPermission.Duplicate',
    deviates: ['ministack'],
  },
  {
    claim: 'A group that does not exist cannot get rules',
    url: ERRORS,
    observe: (place) => codeOf(authorize(place, UNKNOWN_GROUP, WORLD)),
    documented: 'InvalidGroup.NotFound',
  },
  {
    claim: 'A modified rule keeps its id',
    url: `${API}/API_ModifySecurityGroupRules.html`,
    observe: async (place) => {
      const { GroupId, SecurityGroupRuleIds: before } = await groupWith(place, WORLD);
      const SecurityGroupRule = { ...SSH, CidrIpv4: '10.1.0.0/16' };
      const SecurityGroupRules = [{ SecurityGroupRuleId: before[0], SecurityGroupRule }];
      await place.ec2.send(new ModifySecurityGroupRulesCommand({ GroupId, SecurityGroupRules }));
      const [rule] = await rulesOf(place, GroupId);
      return [rule?.SecurityGroupRuleId === before[0], rule?.CidrIpv4];
    },
    documented: [true, '10.1.0.0/16'],
  },
  {
    claim: 'A rule gets the description and the tags that it is made with',
    url: `${API}/API_AuthorizeSecurityGroupIngress.html`,
    observe: async (place) => {
      const GroupId = await place.newGroup();
      const Tags = [{ Key: 'team', Value: 'web' }];
      const input = {
        GroupId,
        IpPermissions: [{ ...SSH, IpRanges: [{ CidrIp: '10.1.0.0/16', Description: 'the office' }] }],
        TagSpecifications: [{ ResourceType: 'security-group-rule' as const, Tags }],
      };
      await place.ec2.send(new AuthorizeSecurityGroupIngressCommand(input));
      return (await rulesOf(place, GroupId)).map(({ Description, Tags }) => [Description, Tags]);
    },
    documented: [['the office', [{ Key: 'team', Value: 'web' }]]],
  },
];
