// What the bot relies on in EC2.
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { type Case, codeOf, type Place } from './place.ts';

const API = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference';
const ERRORS = `${API}/errors-overview.html`;
const UNKNOWN_RULE = 'sgr-0123456789abcdef0';
const UNKNOWN_GROUP = 'sg-0123456789abcdef0';
const SSH: IpPermission = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
const WORLD: IpPermission = { ...SSH, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
const TWO: IpPermission = { ...SSH, IpRanges: [{ CidrIp: '0.0.0.0/0' }, { CidrIp: '10.1.0.0/16' }] };

const authorize = ({ ec2 }: Place, GroupId: string, ...IpPermissions: IpPermission[]) =>
  ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));

async function rulesOf({ ec2 }: Place, groupId: string, isEgress = false) {
  const Filters = [{ Name: 'group-id', Values: [groupId] }];
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  return SecurityGroupRules.filter((rule) => rule.IsEgress === isEgress);
}

const cidrsOf = async (place: Place, groupId: string) =>
  (await rulesOf(place, groupId)).map(({ CidrIpv4 }) => CidrIpv4);

/** A new group with these permissions, and its rules. */
async function groupWith(place: Place, ...permissions: IpPermission[]) {
  const GroupId = await place.newGroup();
  if (permissions.length > 0) await authorize(place, GroupId, ...permissions);
  const SecurityGroupRuleIds = (await rulesOf(place, GroupId)).map((rule) => rule.SecurityGroupRuleId ?? '');
  return { GroupId, SecurityGroupRuleIds };
}

export const EC2_CASES: readonly Case[] = [
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
    claim: 'Revoking by id takes that rule and leaves the others',
    url: `${API}/API_RevokeSecurityGroupIngress.html`,
    observe: async (place) => {
      const { GroupId } = await groupWith(place, TWO);
      const world = (await rulesOf(place, GroupId)).find(({ CidrIpv4 }) => CidrIpv4 === '0.0.0.0/0');
      const SecurityGroupRuleIds = [world?.SecurityGroupRuleId ?? ''];
      await place.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds }));
      return cidrsOf(place, GroupId);
    },
    documented: ['10.1.0.0/16'],
    deviates: ['ministack'],
  },
  {
    claim: 'Revoking answers with the rules that it took',
    url: `${API}/API_RevokeSecurityGroupIngress.html`,
    observe: async (place) => {
      const input = await groupWith(place, WORLD);
      const output = await place.ec2.send(new RevokeSecurityGroupIngressCommand(input));
      return (output.RevokedSecurityGroupRules ?? []).map(({ CidrIpv4 }) => CidrIpv4);
    },
    documented: ['0.0.0.0/0'],
    deviates: ['moto'],
  },
  {
    claim: 'A rule id that does not exist cannot be revoked',
    url: ERRORS,
    observe: async (place) => {
      const input = { GroupId: await place.newGroup(), SecurityGroupRuleIds: [UNKNOWN_RULE] };
      return codeOf(place.ec2.send(new RevokeSecurityGroupIngressCommand(input)));
    },
    documented: 'InvalidSecurityGroupRuleId.NotFound',
    deviates: ['moto'],
  },
  {
    claim: 'A permission that does not exist cannot be revoked outside the default VPC',
    url: `${API}/API_RevokeSecurityGroupIngress.html`,
    observe: async (place) => {
      const input = { GroupId: await place.newGroup(), IpPermissions: [WORLD] };
      return codeOf(place.ec2.send(new RevokeSecurityGroupIngressCommand(input)));
    },
    documented: 'InvalidPermission.NotFound',
    deviates: ['ministack'],
  },
  {
    claim: 'A dry run says so, and revokes nothing',
    url: `${API}/CommonParameters.html`,
    observe: async (place) => {
      const input = { ...(await groupWith(place, WORLD)), DryRun: true };
      const code = await codeOf(place.ec2.send(new RevokeSecurityGroupIngressCommand(input)));
      return [code, await cidrsOf(place, input.GroupId)];
    },
    documented: ['DryRunOperation', ['0.0.0.0/0']],
    deviates: ['ministack'],
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
