import {
  CreateSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import {
  addGroup,
  addRule,
  createAccount,
  ec2Of,
  inForce,
  ServiceError,
} from '../../../lib/sandbox/index.ts';
import { ACCOUNT, GROUP, HOME, idsOf, makeSandbox, open, ssh, tcp, WORLD } from './sandbox.ts';

describe('a group', () => {
  it('is the same when it is taken from one account to another', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, ssh(WORLD, '10.0.0.0/8'), {
      IpProtocol: '50',
      Ipv6Ranges: [{ CidrIpv6: '::/0' }],
    });
    await open(sandbox, GROUP, { ...tcp(443), UserIdGroupPairs: [{ GroupId: HOME, Description: 'home' }] });
    const input = { GroupIds: [GROUP] };
    const { SecurityGroups } = await sandbox.ec2.send(new DescribeSecurityGroupsCommand(input));
    const exported = JSON.parse(JSON.stringify(SecurityGroups?.[0]));
    const other = createAccount({ accountId: ACCOUNT, region: 'eu-west-1' });

    addGroup(other, exported, inForce(sandbox.account, GROUP));

    const copied = await ec2Of(other).send(new DescribeSecurityGroupsCommand(input));
    expect(copied.SecurityGroups).toEqual(SecurityGroups);
    expect(inForce(other, GROUP).map(({ SecurityGroupRuleId }) => SecurityGroupRuleId)).toEqual(
      idsOf(sandbox),
    );
  });

  it('takes ids and tags from the known rules, and new ids for the others', () => {
    const account = createAccount({ accountId: ACCOUNT, region: 'eu-west-1' });
    const Tags = [{ Key: 'ticket', Value: '17' }];
    const known = {
      ...ssh(),
      SecurityGroupRuleId: 'sgr-0known',
      CidrIpv4: '198.51.100.7/0',
      IsEgress: false,
      Tags,
    };

    addGroup(
      account,
      { GroupId: GROUP, IpPermissions: [ssh(WORLD, '10.0.0.0/8')], IpPermissionsEgress: [ssh(WORLD)] },
      [known],
    );

    expect(inForce(account, GROUP)).toMatchObject([
      { SecurityGroupRuleId: 'sgr-0known', CidrIpv4: WORLD, IsEgress: false, Tags },
      { SecurityGroupRuleId: expect.stringMatching(/^sgr-0{10}/), CidrIpv4: '10.0.0.0/8' },
      { SecurityGroupRuleId: expect.stringMatching(/^sgr-0{10}/), IsEgress: true },
    ]);
  });

  it.each([
    ...['"double" \'single\'', '<b>&amp; &#10; ]]></b><!-- -->', 'naïve 東京 🦊 \u202e\u200b\u00a0'],
    ...['line\nbreak\r\n\ttab', '  spaced  ', 'true', '0x10', '__proto__', 'item', '\u0007'],
  ])('and a rule come back with hostile text as it is: %j', async (text) => {
    const { account, ec2 } = makeSandbox();
    const Tags = [{ Key: text, Value: text }];
    addGroup(account, { GroupId: 'sg-0hostile', GroupName: text, Description: text, Tags });
    addRule(account, { ...ssh(), GroupId: 'sg-0hostile', CidrIpv4: WORLD, Description: text, Tags });

    const groups = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ['sg-0hostile'] }));
    const rules = await ec2.send(new DescribeSecurityGroupRulesCommand({}));

    expect(groups.SecurityGroups).toMatchObject([{ GroupName: text, Description: text, Tags }]);
    expect(rules.SecurityGroupRules).toMatchObject([{ Description: text, Tags }]);
  });

  it('brings its VPC with it', async () => {
    const account = createAccount({ accountId: ACCOUNT, region: 'eu-west-1', defaultVpcId: 'vpc-0home' });

    addGroup(account, { GroupId: GROUP, VpcId: 'vpc-0new' });

    const input = { GroupName: 'db', Description: 'x', VpcId: 'vpc-0new' };
    await expect(ec2Of(account).send(new CreateSecurityGroupCommand(input))).resolves.toBeDefined();
    expect([...account.vpcs.keys()]).toEqual(['vpc-0home', 'vpc-0new']);
  });

  it('with a permission that EC2 would not take is not added', () => {
    const { account } = makeSandbox();

    expect(() => addGroup(account, { GroupId: 'sg-0bad', IpPermissions: [ssh('world')] })).toThrow(
      ServiceError,
    );
    expect(account.groups.has('sg-0bad')).toBe(false);
  });
});

describe('a rule', () => {
  const rule = { ...ssh(), SecurityGroupRuleId: 'sgr-0123', GroupId: GROUP, CidrIpv4: WORLD };

  it('is added as it is, visible at once', () => {
    const { account } = makeSandbox();
    account.lag = 5;

    addRule(account, { ...rule, Description: 'x' });

    expect(inForce(account, GROUP)).toMatchObject([
      { ...rule, Description: 'x', IsEgress: false, GroupOwnerId: ACCOUNT },
    ]);
    expect(account.rules).toMatchObject([{ hiddenFor: 0 }]);
    expect(account.lag).toBe(5);
  });

  it('is not added twice', () => {
    const { account } = makeSandbox();

    addRule(account, rule);
    addRule(account, { ...rule, SecurityGroupRuleId: 'sgr-0456', Description: 'again' });

    expect(inForce(account, GROUP)).toMatchObject([{ SecurityGroupRuleId: 'sgr-0123' }]);
  });

  it('gets an id that no other has', async () => {
    const sandbox = makeSandbox();
    addRule(sandbox.account, { ...rule, SecurityGroupRuleId: 'sgr-00000000000000001' });
    addRule(sandbox.account, { ...rule, ...tcp(80), SecurityGroupRuleId: '' });

    await open(sandbox, GROUP, tcp(443, WORLD));

    expect(idsOf(sandbox)).toEqual([
      'sgr-00000000000000001',
      'sgr-00000000000000002',
      'sgr-00000000000000003',
    ]);
  });
});
