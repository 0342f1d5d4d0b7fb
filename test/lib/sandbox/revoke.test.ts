import {
  AuthorizeSecurityGroupEgressCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addRule, inForce } from '../../../lib/sandbox/index.ts';
import {
  expectRefusal,
  GROUP,
  HOME,
  idsOf,
  makeSandbox,
  open,
  type Sandbox,
  ssh,
  tcp,
  WORLD,
} from './sandbox.ts';

function revokeIds({ ec2 }: Sandbox, ids: readonly (string | undefined)[], GroupId = GROUP) {
  const SecurityGroupRuleIds = ids.map((id) => id ?? '');
  return ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds }));
}

describe('revoking by id', () => {
  it('removes those rules and answers what they were', async () => {
    const sandbox = makeSandbox();
    const permission = {
      ...ssh(WORLD, '192.0.2.0/24'),
      UserIdGroupPairs: [{ GroupId: HOME, Description: 'home' }],
    };
    const [world, , home] = await open(sandbox, GROUP, permission);

    const answer = await revokeIds(sandbox, [world?.SecurityGroupRuleId, home?.SecurityGroupRuleId]);

    const revoked = { GroupId: GROUP, IsEgress: false, IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
    expect(answer).toMatchObject({
      Return: true,
      RevokedSecurityGroupRules: [
        { ...revoked, SecurityGroupRuleId: world?.SecurityGroupRuleId, CidrIpv4: WORLD },
        {
          ...revoked,
          SecurityGroupRuleId: home?.SecurityGroupRuleId,
          ReferencedGroupId: HOME,
          Description: 'home',
        },
      ],
    });
    expect(answer.UnknownIpPermissions ?? []).toEqual([]);
    expect(inForce(sandbox.account, GROUP)).toMatchObject([{ CidrIpv4: '192.0.2.0/24' }]);
  });

  it('counts an id that is given twice once', async () => {
    const sandbox = makeSandbox();
    const [rule] = await open(sandbox, GROUP, ssh(WORLD));

    const answer = await revokeIds(sandbox, [rule?.SecurityGroupRuleId, rule?.SecurityGroupRuleId]);

    expect(answer.RevokedSecurityGroupRules).toHaveLength(1);
  });

  it.each(['of no rule', 'of a rule of another group', 'of a rule of the other direction'] as const)(
    'is refused whole for an id %s',
    async (which) => {
      const sandbox = makeSandbox();
      const [rule] = await open(sandbox, GROUP, ssh(WORLD));
      const [abroad] = await open(sandbox, HOME, ssh(WORLD));
      addRule(sandbox.account, {
        ...ssh(),
        SecurityGroupRuleId: 'sgr-0out',
        GroupId: GROUP,
        IsEgress: true,
        CidrIpv4: WORLD,
      });
      const before = inForce(sandbox.account, GROUP);
      const wrong = {
        'of no rule': 'sgr-0123456789abcdef0',
        'of a rule of another group': abroad?.SecurityGroupRuleId,
        'of a rule of the other direction': 'sgr-0out',
      };

      const call = revokeIds(sandbox, [rule?.SecurityGroupRuleId, wrong[which]]);

      await expectRefusal(call, 'InvalidSecurityGroupRuleId.NotFound');
      expect(inForce(sandbox.account, GROUP)).toEqual(before);
      expect(idsOf(sandbox, HOME)).toHaveLength(1);
    },
  );

  it('tells a malformed id from one that is gone', async () => {
    await expectRefusal(
      revokeIds(makeSandbox(), ['198.51.100.7/32']),
      'InvalidSecurityGroupRuleId.Malformed',
    );
  });

  it('takes egress by the egress call', async () => {
    const sandbox = makeSandbox();
    const input = { GroupId: GROUP, IpPermissions: [ssh(WORLD)] };
    const { SecurityGroupRules: rules = [] } = await sandbox.ec2.send(
      new AuthorizeSecurityGroupEgressCommand(input),
    );
    const SecurityGroupRuleIds = rules.map(({ SecurityGroupRuleId: id = '' }) => id);

    await sandbox.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: GROUP, SecurityGroupRuleIds }));

    expect(idsOf(sandbox)).toEqual([]);
  });

  it('cannot be mixed with permissions', async () => {
    const sandbox = makeSandbox();
    const input = { GroupId: GROUP, SecurityGroupRuleIds: ['sgr-0a'], IpPermissions: [ssh(WORLD)] };

    const call = sandbox.ec2.send(new RevokeSecurityGroupIngressCommand(input));

    await expectRefusal(call, 'InvalidParameterCombination');
  });
});

describe('revoking by permission', () => {
  const described = { ...ssh(), IpRanges: [{ CidrIp: WORLD, Description: 'for a minute' }] };

  it('does not look at descriptions', async () => {
    const sandbox = makeSandbox();
    const [rule] = await open(sandbox, GROUP, described);
    const input = { GroupId: GROUP, IpPermissions: [ssh(WORLD)] };

    const answer = await sandbox.ec2.send(new RevokeSecurityGroupIngressCommand(input));

    expect(idsOf(sandbox)).toEqual([]);
    expect(answer.RevokedSecurityGroupRules).toMatchObject([
      { SecurityGroupRuleId: rule?.SecurityGroupRuleId },
    ]);
  });

  it('takes the flat form', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, ssh(WORLD));
    const flat = { GroupId: GROUP, IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: WORLD };

    await sandbox.ec2.send(new RevokeSecurityGroupIngressCommand(flat));

    expect(idsOf(sandbox)).toEqual([]);
  });

  it.each([
    ['a wider range of ports', { ...ssh(WORLD), ToPort: 23 }],
    ['a narrower block', ssh('0.0.0.0/1')],
    ['a rule beside one that is there', ssh(WORLD, '192.0.2.0/24')],
  ])('outside the default VPC is refused whole for %s', async (_, permission) => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, ssh(WORLD));
    const input = { GroupId: GROUP, IpPermissions: [permission] };

    const call = sandbox.ec2.send(new RevokeSecurityGroupIngressCommand(input));

    await expectRefusal(call, 'InvalidPermission.NotFound');
    expect(idsOf(sandbox)).toHaveLength(1);
  });

  it('in the default VPC revokes what is there and lists the rest', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, HOME, ssh(WORLD), tcp(443, WORLD));
    const input = { GroupId: HOME, IpPermissions: [ssh(WORLD, '192.0.2.0/24')] };

    const answer = await sandbox.ec2.send(new RevokeSecurityGroupIngressCommand(input));

    expect(answer).toMatchObject({
      Return: true,
      RevokedSecurityGroupRules: [{ CidrIpv4: WORLD, FromPort: 22 }],
      UnknownIpPermissions: [
        { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '192.0.2.0/24' }] },
      ],
    });
    expect(inForce(sandbox.account, HOME)).toMatchObject([{ FromPort: 443 }]);
  });

  it.each([{}, { GroupId: GROUP }])('needs something to revoke: %j', async (input) => {
    const { ec2 } = makeSandbox();

    await expectRefusal(ec2.send(new RevokeSecurityGroupIngressCommand(input)), 'MissingParameter');
  });
});

describe('the answer of a revoke', () => {
  it.each([
    ['listed', [{ CidrIpv4: WORLD }]],
    ['empty', []],
    ['missing', undefined],
  ] as const)('says which rules were removed as the account is set: %s', async (setting, answered) => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, ssh(WORLD));
    sandbox.account.revokedRules = setting;
    const input = { GroupId: GROUP, IpPermissions: [ssh(WORLD)] };

    const answer = await sandbox.ec2.send(new RevokeSecurityGroupIngressCommand(input));

    expect(answer).toMatchObject({ Return: true });
    if (answered === undefined) expect(answer.RevokedSecurityGroupRules).toBeUndefined();
    else expect(answer.RevokedSecurityGroupRules).toMatchObject(answered);
    expect(idsOf(sandbox)).toEqual([]);
  });
});

describe('a call with more rules than one may have', () => {
  it.each(['permissions', 'ids'] as const)('is refused whole, by %s', async (by) => {
    const sandbox = makeSandbox();
    const rules = await open(sandbox, GROUP, ssh('10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16'));
    sandbox.account.mostRulesPerCall = 2;
    const IpPermissions = [ssh('10.1.0.0/16'), ssh('10.2.0.0/16', '10.3.0.0/16')];

    const call =
      by === 'ids'
        ? revokeIds(
            sandbox,
            rules.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId),
          )
        : sandbox.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: GROUP, IpPermissions }));

    await expectRefusal(call, 'InvalidParameterValue');
    expect(idsOf(sandbox)).toHaveLength(3);
  });
});

describe('revoking a reference to a group', () => {
  const pair = { GroupId: 'sg-0aaaaaaaaaaaaaaaa', UserId: '444455556666', VpcPeeringConnectionId: 'pcx-0a' };
  const withPair = (group: object) => ({ ...ssh(), UserIdGroupPairs: [group] });

  it('needs the account where the group is of another one', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, withPair(pair));
    const input = { GroupId: GROUP, IpPermissions: [withPair({ GroupId: pair.GroupId })] };

    const call = sandbox.ec2.send(new RevokeSecurityGroupIngressCommand(input));

    await expectRefusal(call, 'InvalidPermission.NotFound');
    expect(idsOf(sandbox)).toHaveLength(1);
  });

  it('does not need the peering connection', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, withPair(pair));
    const { GroupId, UserId } = pair;
    const input = { GroupId: GROUP, IpPermissions: [withPair({ GroupId, UserId })] };

    await sandbox.ec2.send(new RevokeSecurityGroupIngressCommand(input));

    expect(idsOf(sandbox)).toEqual([]);
  });
});
