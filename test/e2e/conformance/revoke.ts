// What the bot relies on where rules are removed.
import { RevokeSecurityGroupEgressCommand, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { API, cidrsOf, ERRORS, groupWith, rulesOf, TWO, WORLD } from './groups.ts';
import { type Case, codeOf } from './place.ts';

const UNKNOWN_RULE = 'sgr-0123456789abcdef0';

export const REVOKE_CASES: readonly Case[] = [
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
    claim: 'A rule for outgoing traffic is revoked by id, too',
    url: `${API}/API_RevokeSecurityGroupEgress.html`,
    observe: async (place) => {
      const GroupId = await place.newGroup();
      const SecurityGroupRuleIds = (await rulesOf(place, GroupId, true)).map(
        (rule) => rule.SecurityGroupRuleId ?? '',
      );
      await place.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds }));
      return [SecurityGroupRuleIds.length, (await rulesOf(place, GroupId, true)).length];
    },
    documented: [1, 0],
  },
];
