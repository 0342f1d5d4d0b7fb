import { AuthorizeSecurityGroupEgressCommand, AuthorizeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { inForce } from '../../../lib/sandbox/index.ts';
import { authorize, authorizeEgress, GROUP, idsOf, refusal, seen, setUp, sources, tcp } from './setup.ts';

const cidrs = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index}.0/24`);
const ipv6Cidrs = (count: number) => Array.from({ length: count }, (_, index) => `2001:db8:${index + 1}::/48`);
const ipv6 = (...blocks: string[]) => ({ ...tcp(22), Ipv6Ranges: blocks.map((CidrIpv6) => ({ CidrIpv6 })) });
const groups = (...ids: string[]) => ({ ...tcp(22), UserIdGroupPairs: ids.map((GroupId) => ({ GroupId })) });
const TOO_MANY = 'RulesPerSecurityGroupLimitExceeded';

describe('an authorised rule', () => {
  it('is answered and listed alike, with an id, its group and its owner', async () => {
    const setup = setUp();

    const [rule] = await authorize(setup, tcp(22, '0.0.0.0/0'));

    expect(rule).toEqual({
      SecurityGroupRuleId: expect.stringMatching(/^sgr-[0-9a-f]{17}$/),
      GroupId: GROUP,
      GroupOwnerId: '111122223333',
      IsEgress: false,
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
      CidrIpv4: '0.0.0.0/0',
    });
    expect(await seen(setup)).toEqual([rule]);
    expect(inForce(setup.account, GROUP)).toEqual([rule]);
  });

  it('is one for each source, each with an id and a description of its own', async () => {
    const setup = setUp();
    const permission = {
      ...tcp(22),
      IpRanges: [{ CidrIp: '192.0.2.0/24', Description: 'office' }, { CidrIp: '198.51.100.0/24' }],
      Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32', Description: 'lab' }],
      PrefixListIds: [{ PrefixListId: 'pl-0a', Description: 'partners' }],
      UserIdGroupPairs: [{ GroupId: 'sg-0app', Description: 'app' }],
    };

    const rules = await authorize(setup, permission);

    expect(sources(setup)).toEqual(['192.0.2.0/24', '198.51.100.0/24', '2001:db8::/32', 'pl-0a', 'sg-0app']);
    expect(rules.map(({ Description }) => Description)).toEqual(['office', undefined, 'lab', 'partners', 'app']);
    expect(new Set(idsOf(rules)).size).toBe(5);
  });

  it('names the account of a referenced group, which is its own unless told', async () => {
    const setup = setUp();
    const pairs = [{ GroupId: 'sg-0own' }, { GroupId: 'sg-0far', UserId: '999988887777', VpcPeeringConnectionId: 'pcx-1' }];

    const rules = await authorize(setup, { ...tcp(22), UserIdGroupPairs: pairs });

    expect(rules.map(({ ReferencedGroupInfo }) => ReferencedGroupInfo)).toEqual([
      { GroupId: 'sg-0own', UserId: '111122223333' },
      { GroupId: 'sg-0far', UserId: '999988887777', VpcPeeringConnectionId: 'pcx-1' },
    ]);
  });

  it('goes out when it is authorised as egress', async () => {
    const [rule] = await authorizeEgress(setUp(), tcp(443, '0.0.0.0/0'));

    expect(rule?.IsEgress).toBe(true);
  });

  it('carries the tags of its specification, and not those of other resources', async () => {
    const setup = setUp();
    const TagSpecifications = [
      { ResourceType: 'security-group-rule' as const, Tags: [{ Key: 'owner', Value: 'web & "co"' }] },
      { ResourceType: 'security-group' as const, Tags: [{ Key: 'not', Value: 'mine' }] },
    ];

    await setup.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: GROUP,
        IpPermissions: [tcp(22, '0.0.0.0/0')],
        TagSpecifications,
      }),
    );

    expect((await seen(setup))[0]?.Tags).toEqual([{ Key: 'owner', Value: 'web & "co"' }]);
  });
});

describe('what is stored', () => {
  it.each([
    ['198.51.100.7/0', '0.0.0.0/0'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.0.2.255/31', '192.0.2.254/31'],
    ['192.0.2.1/32', '192.0.2.1/32'],
  ])('is, for the IPv4 block %s, %s', async (asked, stored) => {
    const [rule] = await authorize(setUp(), tcp(22, asked));

    expect(rule?.CidrIpv4).toBe(stored);
  });

  it.each([
    ['2001:DB8:0:0:0:0:0:1/32', '2001:db8::/32'],
    ['ffff::/0', '::/0'],
    ['2001:db8::0001/128', '2001:db8::1/128'],
  ])('is, for the IPv6 block %s, %s', async (asked, stored) => {
    const [rule] = await authorize(setUp(), ipv6(asked));

    expect(rule?.CidrIpv6).toBe(stored);
  });

  it.each([
    ['6', 'tcp'],
    ['TCP', 'tcp'],
    ['17', 'udp'],
    ['1', 'icmp'],
    ['58', 'icmpv6'],
    ['-1', '-1'],
    ['all', '-1'],
    ['50', '50'],
    ['esp', '50'],
  ])('is, for the protocol %s, %s', async (IpProtocol, stored) => {
    const [rule] = await authorize(setUp(), { ...tcp(8, '10.0.0.0/8'), IpProtocol, ToPort: 8 });

    expect(rule?.IpProtocol).toBe(stored);
  });

  it.each([
    ['-1', 22, 22, -1, -1],
    ['-1', undefined, undefined, -1, -1],
    ['50', 22, 22, -1, -1],
    ['icmp', 3, -1, 3, -1],
    ['udp', 0, 65535, 0, 65535],
  ])('has, for the protocol %s and ports %s to %s, the ports %s to %s', async (IpProtocol, FromPort, ToPort, from, to) => {
    const [rule] = await authorize(setUp(), {
      IpProtocol,
      FromPort,
      ToPort,
      IpRanges: [{ CidrIp: '10.0.0.0/8' }],
    });

    expect([rule?.FromPort, rule?.ToPort]).toEqual([from, to]);
  });
});

describe('the flat form', () => {
  const flat = { GroupId: GROUP, IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '198.51.100.7/0' };

  it('makes one rule', async () => {
    const setup = setUp();

    await setup.ec2.send(new AuthorizeSecurityGroupIngressCommand(flat));

    expect(sources(setup)).toEqual(['0.0.0.0/0']);
  });

  it('is refused for egress', async () => {
    const setup = setUp();

    const sent = setup.ec2.send(new AuthorizeSecurityGroupEgressCommand(flat));

    await expect(sent).rejects.toEqual(refusal('InvalidParameterValue'));
    expect(sources(setup)).toEqual([]);
  });
});

describe('a duplicate', () => {
  it.each([
    ['the same rule', tcp(22, '0.0.0.0/0')],
    ['another spelling of it', { ...tcp(22, '203.0.113.9/0'), IpProtocol: '6' }],
    ['another description', { ...tcp(22), IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'other' }] }],
    ['one of several sources', tcp(22, '10.0.0.0/8', '0.0.0.0/0')],
  ])('of a rule in the group is refused, and nothing is added: %s', async (_, permission) => {
    const setup = setUp();
    await authorize(setup, tcp(22, '0.0.0.0/0'));

    await expect(authorize(setup, permission)).rejects.toEqual(refusal('InvalidPermission.Duplicate'));
    expect(sources(setup)).toEqual(['0.0.0.0/0']);
  });

  it('within the call is refused, and nothing is added', async () => {
    const setup = setUp();
    const twice = authorize(setup, tcp(22, '10.0.0.0/8'), tcp(80, '10.0.0.0/8'), tcp(22, '10.9.9.9/8'));

    await expect(twice).rejects.toEqual(refusal('InvalidPermission.Duplicate'));
    expect(sources(setup)).toEqual([]);
  });

  it('is not the same traffic in the other direction, nor another port', async () => {
    const setup = setUp();
    await authorize(setup, tcp(22, '0.0.0.0/0'));

    await authorizeEgress(setup, tcp(22, '0.0.0.0/0'));
    await authorize(setup, tcp(23, '0.0.0.0/0'));

    expect(sources(setup)).toHaveLength(3);
  });
});

describe('a malformed request', () => {
  it.each([
    ['a CIDR without a prefix length', tcp(22, '10.0.0.0'), 'InvalidParameterValue'],
    ['an IPv6 block among IPv4 ranges', tcp(22, '::/0'), 'InvalidParameterValue'],
    ['an IPv4 block among IPv6 ranges', ipv6('0.0.0.0/0'), 'InvalidParameterValue'],
    ['no such protocol', { ...tcp(22, '10.0.0.0/8'), IpProtocol: 'carrier-pigeon' }, 'InvalidParameterValue'],
    ['ports the wrong way round', { ...tcp(22, '10.0.0.0/8'), ToPort: 21 }, 'InvalidParameterValue'],
    ['a port too high', { ...tcp(22, '10.0.0.0/8'), ToPort: 65536 }, 'InvalidParameterValue'],
    ['no source', tcp(22), 'MissingParameter'],
  ])('is refused, and nothing is added: %s', async (_, permission, code) => {
    const setup = setUp();

    await expect(authorize(setup, tcp(80, '0.0.0.0/0'), permission)).rejects.toEqual(refusal(code));
    expect(sources(setup)).toEqual([]);
  });

  it('is refused without any permission', async () => {
    await expect(authorize(setUp())).rejects.toEqual(refusal('MissingParameter'));
  });

  it.each([
    ['sg-0none', 'InvalidGroup.NotFound'],
    ['web', 'InvalidGroupId.Malformed'],
    [undefined, 'MissingParameter'],
  ])('is refused for the group %s', async (GroupId, code) => {
    const command = new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(22, '0.0.0.0/0')] });

    await expect(setUp().ec2.send(command)).rejects.toEqual(refusal(code));
  });
});

describe('a description', () => {
  const described = (Description: string) => ({ ...tcp(22), IpRanges: [{ CidrIp: '10.0.0.0/8', Description }] });

  it.each(['', 'a'.repeat(255), 'AZaz09 ._-:/()#,@[]+=&;{}!$*', ' spaced  out '])(
    'is kept exactly: %j',
    async (text) => {
      const setup = setUp();

      await authorize(setup, described(text));

      expect((await seen(setup))[0]?.Description).toBe(text);
    },
  );

  it.each(['a'.repeat(256), 'line\nbreak', 'tab\t', '<b>', 'say "hi"', 'naïve', "it's", '\u0000'])(
    'is refused: %j',
    async (text) => {
      await expect(authorize(setUp(), described(text))).rejects.toEqual(refusal('InvalidParameterValue'));
    },
  );
});

describe('the quota', () => {
  it('is 60 rules of IPv4 and 60 of IPv6', async () => {
    const setup = setUp();

    await authorize(setup, tcp(22, ...cidrs(60)), ipv6(...ipv6Cidrs(60)));

    expect(sources(setup)).toHaveLength(120);
    await expect(authorize(setup, tcp(80, '10.0.0.0/8'))).rejects.toEqual(refusal(TOO_MANY));
    await expect(authorize(setup, ipv6('::/0'))).rejects.toEqual(refusal(TOO_MANY));
    expect(sources(setup)).toHaveLength(120);
  });

  it('counts a group reference for both families', async () => {
    const setup = setUp();
    await authorize(setup, tcp(22, ...cidrs(59)), groups('sg-0a'));

    await expect(authorize(setup, tcp(80, '10.0.0.0/8'))).rejects.toEqual(refusal(TOO_MANY));
    await authorize(setup, ipv6(...ipv6Cidrs(59)));
    await expect(authorize(setup, ipv6('::/0'))).rejects.toEqual(refusal(TOO_MANY));
  });

  it('has no room for a group reference when one family is full', async () => {
    const setup = setUp();
    await authorize(setup, ipv6(...ipv6Cidrs(60)));

    await expect(authorize(setup, groups('sg-0a'))).rejects.toEqual(refusal(TOO_MANY));
  });

  it('refuses the whole call that goes over it', async () => {
    const setup = setUp();

    await expect(authorize(setup, tcp(22, ...cidrs(61)))).rejects.toEqual(refusal(TOO_MANY));
    expect(sources(setup)).toEqual([]);
  });

  it('counts each direction apart', async () => {
    const setup = setUp();
    await authorize(setup, tcp(22, ...cidrs(60)));

    await authorizeEgress(setup, tcp(22, ...cidrs(60)));

    expect(sources(setup)).toHaveLength(120);
  });
});
