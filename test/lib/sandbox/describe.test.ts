import {
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type Filter,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addGroup, addRule } from '../../../lib/sandbox/index.ts';
import {
  ACCOUNT,
  expectRefusal,
  GROUP,
  HOME,
  makeSandbox,
  OTHER_VPC,
  open,
  type Sandbox,
  ssh,
  tcp,
  WORLD,
} from './sandbox.ts';

async function groupIds({ ec2 }: Sandbox, ...Filters: Filter[]) {
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  return SecurityGroups.map(({ GroupId }) => GroupId);
}

async function ports({ ec2 }: Sandbox, ...Filters: Filter[]) {
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  return SecurityGroupRules.map(({ FromPort }) => FromPort);
}

function filter(Name: string, ...Values: string[]): Filter {
  return { Name, Values };
}

describe('DescribeSecurityGroups', () => {
  it('lists rules of the same protocol and ports as one permission', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, tcp(443, WORLD), { ...ssh('10.0.0.0/8'), Ipv6Ranges: [{ CidrIpv6: '::/0' }] });
    await open(sandbox, GROUP, { ...ssh(), IpRanges: [{ CidrIp: '192.0.2.0/24', Description: 'office' }] });
    await open(sandbox, GROUP, { ...ssh(), PrefixListIds: [{ PrefixListId: 'pl-0123' }] });
    await open(sandbox, GROUP, { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: HOME }] });
    await open(sandbox, GROUP, { IpProtocol: '50', IpRanges: [{ CidrIp: WORLD }] });

    const { SecurityGroups } = await sandbox.ec2.send(
      new DescribeSecurityGroupsCommand({ GroupIds: [GROUP] }),
    );

    const none = { IpRanges: [], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] };
    expect(SecurityGroups?.[0]).toMatchObject({
      GroupName: 'web',
      VpcId: OTHER_VPC,
      IpPermissionsEgress: [],
    });
    expect(SecurityGroups?.[0]?.IpPermissions).toEqual([
      { ...none, ...tcp(443, WORLD) },
      {
        ...ssh(),
        IpRanges: [{ CidrIp: '10.0.0.0/8' }, { CidrIp: '192.0.2.0/24', Description: 'office' }],
        Ipv6Ranges: [{ CidrIpv6: '::/0' }],
        PrefixListIds: [{ PrefixListId: 'pl-0123' }],
        UserIdGroupPairs: [],
      },
      { ...none, IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: HOME, UserId: ACCOUNT }] },
      { ...none, IpProtocol: '50', IpRanges: [{ CidrIp: WORLD }] },
    ]);
  });

  it.each([
    [filter('group-id', GROUP), [GROUP]],
    [filter('group-id', GROUP, HOME), [GROUP, HOME]],
    [filter('group-name', 'w*'), [GROUP]],
    [filter('group-name', '?eb'), [GROUP]],
    [filter('group-name', 'w.b'), []],
    [filter('group-name', '\\*'), []],
    [filter('vpc-id', OTHER_VPC), [GROUP]],
    [filter('owner-id', ACCOUNT), [GROUP, HOME]],
    [filter('tag:env', 'prod'), []],
  ])('filters: %j', async (given, found) => {
    expect(await groupIds(makeSandbox(), given)).toEqual(found);
  });

  it('filters by tags, and by all filters at once', async () => {
    const sandbox = makeSandbox();
    const Tags = [{ Key: 'env', Value: 'prod' }];
    addGroup(sandbox.account, { GroupId: 'sg-0tagged', GroupName: 'a*b', Tags });

    expect(await groupIds(sandbox, filter('tag:env', 'prod'))).toEqual(['sg-0tagged']);
    expect(await groupIds(sandbox, filter('group-name', 'a\\*b'))).toEqual(['sg-0tagged']);
    expect(await groupIds(sandbox, filter('tag:env', 'prod'), filter('vpc-id', OTHER_VPC))).toEqual([]);
  });

  it.each([
    ['InvalidGroup.NotFound', { GroupIds: [GROUP, 'sg-0none'] }],
    ['InvalidGroup.NotFound', { GroupNames: ['web'] }],
    ['InvalidGroupId.Malformed', { GroupIds: ['web'] }],
    ['InvalidParameterValue', { Filters: [filter('ip-permission.cidr', WORLD)] }],
    ['InvalidParameterValue', { Filters: [filter('constructor', 'x')] }],
    ['InvalidParameterValue', { MaxResults: 4 }],
    ['InvalidParameterValue', { MaxResults: 1001 }],
    ['InvalidPaginationToken', { NextToken: 'AAAA' }],
  ])('refuses with %s: %j', async (code, input) => {
    await expectRefusal(makeSandbox().ec2.send(new DescribeSecurityGroupsCommand(input)), code);
  });

  it('finds groups of the default VPC by name', async () => {
    const { ec2 } = makeSandbox();

    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupNames: ['home'] }));

    expect(SecurityGroups).toMatchObject([{ GroupId: HOME }]);
  });

  it('answers all groups when no page size is asked for', async () => {
    const sandbox = makeSandbox();
    for (let index = 0; index < 1200; index += 1) addGroup(sandbox.account, { GroupName: `group-${index}` });

    expect(await groupIds(sandbox)).toHaveLength(1202);
  });

  it('comes in pages no larger than the account allows', async () => {
    const sandbox = makeSandbox();
    for (let index = 0; index < 10; index += 1) addGroup(sandbox.account, { GroupName: `group-${index}` });
    sandbox.account.pageSize = 5;
    const sizes: (number | undefined)[] = [];

    const pages = paginateDescribeSecurityGroups({ client: sandbox.ec2, pageSize: 1000 }, {});
    for await (const { SecurityGroups } of pages) sizes.push(SecurityGroups?.length);

    expect(sizes).toEqual([5, 5, 2]);
  });
});

describe('DescribeSecurityGroupRules', () => {
  it('answers each rule as it is in force', async () => {
    const sandbox = makeSandbox();
    const rules = await open(sandbox, GROUP, ssh(WORLD), tcp(443, WORLD));
    await open(sandbox, HOME, ssh(WORLD));

    const input = { Filters: [filter('group-id', GROUP)] };
    const answer = await sandbox.ec2.send(new DescribeSecurityGroupRulesCommand(input));

    expect(answer.SecurityGroupRules).toEqual(rules);
  });

  it('filters by rule id and tag', async () => {
    const sandbox = makeSandbox();
    const [rule] = await open(sandbox, GROUP, ssh(WORLD), tcp(443, WORLD));
    const Tags = [{ Key: 'ticket', Value: '17' }];
    addRule(sandbox.account, {
      ...tcp(80),
      SecurityGroupRuleId: 'sgr-0tagged',
      GroupId: GROUP,
      CidrIpv4: WORLD,
      Tags,
    });

    expect(await ports(sandbox, filter('security-group-rule-id', rule?.SecurityGroupRuleId ?? ''))).toEqual([
      22,
    ]);
    expect(await ports(sandbox, filter('tag:ticket', '1?'))).toEqual([80]);
    expect(await ports(sandbox, filter('tag:none', '*'))).toEqual([]);
  });

  it.each([
    ['InvalidSecurityGroupRuleId.NotFound', { SecurityGroupRuleIds: ['sgr-0none'] }],
    ['InvalidSecurityGroupRuleId.Malformed', { SecurityGroupRuleIds: ['0.0.0.0/0'] }],
    ['InvalidParameterValue', { Filters: [filter('cidr', WORLD)] }],
    ['InvalidParameterValue', { Filters: [filter('vpc-id', OTHER_VPC)] }],
    ['InvalidParameterValue', { MaxResults: 4 }],
    ['InvalidPaginationToken', { NextToken: 'from-5' }],
  ])('refuses with %s: %j', async (code, input) => {
    await expectRefusal(makeSandbox().ec2.send(new DescribeSecurityGroupRulesCommand(input)), code);
  });

  it('goes on with one view, whatever is changed between its pages', async () => {
    const sandbox = makeSandbox();
    const rules = await open(
      sandbox,
      GROUP,
      ssh(...['1', '2', '3', '4', '5', '6', '7'].map((n) => `10.${n}.0.0/16`)),
    );
    const seen: (string | undefined)[] = [];

    for await (const page of paginateDescribeSecurityGroupRules({ client: sandbox.ec2, pageSize: 5 }, {})) {
      seen.push(...(page.SecurityGroupRules ?? []).map(({ CidrIpv4 }) => CidrIpv4));
      sandbox.account.rules = sandbox.account.rules.filter(({ goneAt }) => goneAt === undefined);
      await open(sandbox, GROUP, tcp(seen.length, WORLD));
    }

    expect(seen).toEqual(rules.map(({ CidrIpv4 }) => CidrIpv4));
  });

  it('refuses the token of another operation', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, ssh(...['1', '2', '3', '4', '5', '6'].map((n) => `10.${n}.0.0/16`)));
    const { NextToken } = await sandbox.ec2.send(new DescribeSecurityGroupRulesCommand({ MaxResults: 5 }));

    await groupIds(sandbox);
    const call = sandbox.ec2.send(new DescribeSecurityGroupsCommand({ NextToken }));

    expect(NextToken).toBeDefined();
    await expectRefusal(call, 'InvalidPaginationToken');
  });
});
