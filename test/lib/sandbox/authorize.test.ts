import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { inForce } from '../../../lib/sandbox/index.ts';
import { ACCOUNT, expectRefusal, GROUP, HOME, idsOf, makeSandbox, open, ssh, tcp, WORLD } from './sandbox.ts';

describe('what is authorised', () => {
  it('is answered and kept as one rule for each source', async () => {
    const sandbox = makeSandbox();

    const rules = await open(sandbox, GROUP, {
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
      IpRanges: [{ CidrIp: '192.0.2.0/24', Description: 'office & lab' }, { CidrIp: WORLD }],
      Ipv6Ranges: [{ CidrIpv6: '::/0' }],
      PrefixListIds: [{ PrefixListId: 'pl-0123' }],
      UserIdGroupPairs: [{ GroupId: HOME }, { GroupId: 'sg-0abroad', UserId: '444455556666' }],
    });

    const kept = {
      GroupId: GROUP,
      GroupOwnerId: ACCOUNT,
      IsEgress: false,
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
    };
    expect(rules).toMatchObject([
      { ...kept, CidrIpv4: '192.0.2.0/24', Description: 'office & lab' },
      { ...kept, CidrIpv4: WORLD },
      { ...kept, CidrIpv6: '::/0' },
      { ...kept, PrefixListId: 'pl-0123' },
      { ...kept, ReferencedGroupInfo: { GroupId: HOME, UserId: ACCOUNT } },
      { ...kept, ReferencedGroupInfo: { GroupId: 'sg-0abroad', UserId: '444455556666' } },
    ]);
    expect(new Set(idsOf(sandbox)).size).toBe(6);
    expect(inForce(sandbox.account, GROUP)).toEqual(rules);
    const id = rules[0]?.SecurityGroupRuleId;
    expect(id).toMatch(/^sgr-[0-9a-f]{17}$/);
    expect(rules[0]?.SecurityGroupRuleArn).toBe(`arn:aws:ec2:eu-west-1:${ACCOUNT}:security-group-rule/${id}`);
  });

  it('has the same ids in every run', async () => {
    const [first, second] = [makeSandbox(), makeSandbox()];

    expect(await open(first, GROUP, ssh(WORLD))).toEqual(await open(second, GROUP, ssh(WORLD)));
  });

  it.each([
    ['198.51.100.7/0', WORLD],
    ['100.68.0.18/18', '100.68.0.0/18'],
    ['192.0.2.1/32', '192.0.2.1/32'],
  ])('has a canonical IPv4 block: %s is %s', async (CidrIp, kept) => {
    expect(await open(makeSandbox(), GROUP, ssh(CidrIp))).toMatchObject([{ CidrIpv4: kept }]);
  });

  it('has a canonical IPv6 block', async () => {
    const permission = { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '2001:DB8:0:0:0:0:0:1/32' }] };

    expect(await open(makeSandbox(), GROUP, permission)).toMatchObject([{ CidrIpv6: '2001:db8::/32' }]);
  });

  it.each([
    ['6', 22, 22, 'tcp', 22, 22],
    ['TCP', 22, 22, 'tcp', 22, 22],
    ['17', 53, 53, 'udp', 53, 53],
    ['1', 8, -1, 'icmp', 8, -1],
    ['icmp', -1, -1, 'icmp', -1, -1],
    ['58', undefined, undefined, 'icmpv6', -1, -1],
    ['50', undefined, undefined, '50', -1, -1],
    ['50', 22, 22, '50', -1, -1],
    ['-1', undefined, undefined, '-1', -1, -1],
    ['-1', 22, 22, '-1', -1, -1],
  ])('of protocol %s, %s to %s, is kept as %s, %s to %s', async (IpProtocol, FromPort, ToPort, ...kept) => {
    const permission = { IpProtocol, FromPort, ToPort, IpRanges: [{ CidrIp: WORLD }] };

    const [rule] = await open(makeSandbox(), GROUP, permission);

    expect([rule?.IpProtocol, rule?.FromPort, rule?.ToPort]).toEqual(kept);
  });

  it('may be ingress in the flat form', async () => {
    const { account, ec2 } = makeSandbox();
    const flat = { GroupId: GROUP, IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '198.51.100.7/0' };

    await ec2.send(new AuthorizeSecurityGroupIngressCommand(flat));

    expect(inForce(account, GROUP)).toMatchObject([{ IsEgress: false, FromPort: 22, CidrIpv4: WORLD }]);
  });

  it('is egress when the egress call is used', async () => {
    const { account, ec2 } = makeSandbox();

    await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId: GROUP, IpPermissions: [ssh(WORLD)] }));

    expect(inForce(account, GROUP)).toMatchObject([{ IsEgress: true, CidrIpv4: WORLD }]);
  });

  it('goes to a group of the default VPC by name', async () => {
    const { account, ec2 } = makeSandbox();

    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupName: 'home', IpPermissions: [ssh(WORLD)] }),
    );

    expect(inForce(account, HOME)).toHaveLength(1);
  });

  it('carries the tags meant for rules', async () => {
    const { account, ec2 } = makeSandbox();
    const Tags = [{ Key: 'ticket', Value: 'ü-1 <b> &lt;' }];
    const TagSpecifications = [{ ResourceType: 'security-group-rule' as const, Tags }];
    const input = { GroupId: GROUP, IpPermissions: [ssh(WORLD)], TagSpecifications };

    const answer = await ec2.send(new AuthorizeSecurityGroupIngressCommand(input));

    expect(answer.SecurityGroupRules).toMatchObject([{ Tags }]);
    expect(inForce(account, GROUP)).toMatchObject([{ Tags }]);
  });
});

describe('an authorisation is refused whole', () => {
  const esp: IpPermission = { IpProtocol: 'esp', IpRanges: [{ CidrIp: WORLD }] };
  const described = (Description: string) => ({ ...ssh(), IpRanges: [{ CidrIp: WORLD, Description }] });

  it.each<[string, string, IpPermission]>([
    ['InvalidParameterValue', 'a malformed block', ssh('10.0.0.0/33')],
    ['InvalidParameterValue', 'a block without a prefix length', ssh('192.0.2.1')],
    ['InvalidParameterValue', 'an IPv6 block among IPv4 ones', ssh('::/0')],
    ['InvalidParameterValue', 'a protocol by another name than EC2 knows', esp],
    ['InvalidParameterValue', 'no protocol', { IpRanges: [{ CidrIp: WORLD }] }],
    ['InvalidParameterValue', 'TCP without ports', { IpProtocol: 'tcp', IpRanges: [{ CidrIp: WORLD }] }],
    ['InvalidParameterValue', 'ICMP without types', { IpProtocol: 'icmp', IpRanges: [{ CidrIp: WORLD }] }],
    ['InvalidParameterValue', 'TCP with one port', { ...ssh(WORLD), ToPort: undefined }],
    ['InvalidParameterValue', 'TCP with ports -1', tcp(-1, WORLD)],
    ['InvalidParameterValue', 'ports the wrong way round', { ...ssh(WORLD), ToPort: 21 }],
    ['InvalidParameterValue', 'a port out of range', tcp(65_536, WORLD)],
    [
      'InvalidParameterValue',
      'a code of all ICMP types',
      { ...ssh(WORLD), IpProtocol: 'icmp', FromPort: -1, ToPort: 0 },
    ],
    ['InvalidParameterValue', 'an apostrophe in a description', described("the operator's")],
    ['InvalidParameterValue', 'a description of 256 characters', described('x'.repeat(256))],
    ['InvalidParameterValue', 'one rule twice, in two spellings', ssh('10.0.0.0/8', '10.1.2.3/8')],
    [
      'InvalidGroup.NotFound',
      'a source group that is not there',
      { ...ssh(), UserIdGroupPairs: [{ GroupId: 'sg-0none' }] },
    ],
    [
      'MissingParameter',
      'a source group without an id',
      { ...ssh(), UserIdGroupPairs: [{ Description: 'x' }] },
    ],
    ['MissingParameter', 'no source', ssh()],
    ['InvalidPermission.Duplicate', 'a rule that is there', ssh('192.0.2.0/24')],
    [
      'InvalidPermission.Duplicate',
      'a rule that is there, in another spelling',
      { ...ssh('192.0.2.9/24'), IpProtocol: '6' },
    ],
  ])('with %s for %s', async (code, _, bad) => {
    const sandbox = makeSandbox();
    const before = await open(sandbox, GROUP, ssh('192.0.2.0/24'));

    await expectRefusal(open(sandbox, GROUP, tcp(443, WORLD), bad), code);

    expect(inForce(sandbox.account, GROUP)).toEqual(before);
  });

  it.each([
    ['InvalidGroup.NotFound', { GroupId: 'sg-0none' }],
    ['InvalidGroupId.Malformed', { GroupId: 'web' }],
    ['InvalidGroup.NotFound', { GroupName: 'web' }],
    ['MissingParameter', {}],
  ])('with %s for group %j', async (code, group) => {
    const { ec2 } = makeSandbox();
    const input = { ...group, IpPermissions: [ssh(WORLD)] };

    await expectRefusal(ec2.send(new AuthorizeSecurityGroupIngressCommand(input)), code);
  });

  it('when egress is asked for in the flat form', async () => {
    const { ec2 } = makeSandbox();
    const flat = { GroupId: GROUP, IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: WORLD };

    await expectRefusal(ec2.send(new AuthorizeSecurityGroupEgressCommand(flat)), 'InvalidParameterValue');
  });

  it('when both forms are mixed', async () => {
    const { ec2 } = makeSandbox();
    const input = { GroupId: GROUP, CidrIp: WORLD, IpPermissions: [ssh(WORLD)] };

    await expectRefusal(
      ec2.send(new AuthorizeSecurityGroupIngressCommand(input)),
      'InvalidParameterCombination',
    );
  });

  it('when a source is named that the sandbox cannot resolve', async () => {
    const { ec2 } = makeSandbox();
    const input = { GroupId: GROUP, SourceSecurityGroupName: 'home' };

    await expectRefusal(ec2.send(new AuthorizeSecurityGroupIngressCommand(input)), 'UnsupportedOperation');
  });
});

describe('the quota', () => {
  const blocks = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index}.0/24`);
  const ipv6 = { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] };
  const reference = { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: HOME }] };
  const over = 'RulesPerSecurityGroupLimitExceeded';

  it('is 60 rules of a family and direction', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, ssh(...blocks(60)));

    await expectRefusal(open(sandbox, GROUP, ssh(WORLD)), over);

    expect(idsOf(sandbox)).toHaveLength(60);
    expect(await open(sandbox, GROUP, ipv6)).toHaveLength(1);
    const egress = { GroupId: GROUP, IpPermissions: [ssh(WORLD)] };
    await expect(sandbox.ec2.send(new AuthorizeSecurityGroupEgressCommand(egress))).resolves.toBeDefined();
  });

  it('counts a reference to a group in both families', async () => {
    const sandbox = makeSandbox();
    await open(sandbox, GROUP, ssh(...blocks(59)), reference);

    await expectRefusal(open(sandbox, GROUP, ssh(WORLD)), over);
    await expect(open(sandbox, GROUP, ipv6)).resolves.toHaveLength(1);
  });

  it('counts a reference to a group beside IPv6 rules too', async () => {
    const sandbox = makeSandbox();
    const Ipv6Ranges = Array.from({ length: 59 }, (_, index) => ({ CidrIpv6: `2001:db8:${index}::/48` }));
    await open(sandbox, GROUP, { IpProtocol: '-1', Ipv6Ranges }, reference);

    await expectRefusal(open(sandbox, GROUP, ipv6), over);
    await expect(open(sandbox, GROUP, ssh(WORLD))).resolves.toHaveLength(1);
  });
});
