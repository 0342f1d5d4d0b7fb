import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate/evaluate.ts';
import { NO_ADDRESSES } from '../../../lib/network/cidr.ts';
import { listOfSet } from '../../../lib/network/nat64.ts';
import { printTraffic } from '../../../lib/network/ports.ts';
import { makePlan } from '../../../lib/plan/make-plan.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { ruleInWords } from '../../../lib/report/phrases.ts';
import { parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

type Match = Readonly<Record<string, unknown>>;

function policy(match: Match, action = 'trim', exceptions?: readonly object[]) {
  const said = { id: `${action}-it`, title: 'trim', severity: 'high', description: 'trim' };
  return compilePolicy(policySchema.parse({ ...said, match, action, exceptions }));
}

function plan(rule: AwsSecurityGroupRule, policies: readonly ReturnType<typeof policy>[], limit = 10) {
  const parsed = parseRule({ SecurityGroupRuleId: 'sgr-1', GroupId: 'sg-1', IsEgress: false, ...rule });
  const [{ forbidden = 'any' } = {}] = policies;
  const listed = listOfSet(forbidden === 'any' ? NO_ADDRESSES : forbidden);
  const context = { ...CONTEXT, prefixLists: new Map([['pl-0world', listed]]) };
  return makePlan(evaluate([parsed], new Set(['sgr-1']), policies, context), limit);
}

/** What is left, in words; and what is lost. */
function trimmed(rule: AwsSecurityGroupRule, policies: readonly ReturnType<typeof policy>[], limit?: number) {
  const { revoke, trim } = plan(rule, policies, limit);
  const rest = trim.flatMap(({ remainder }) => remainder.rules.map((left) => ruleInWords(parseRule(left))));
  const lost = trim.flatMap(({ remainder }) => remainder.losses);
  return { rest, lost, revoked: revoke.length };
}

const tcp = (FromPort: number, ToPort: number, CidrIpv4 = '0.0.0.0/0') => ({
  IpProtocol: 'tcp',
  FromPort,
  ToPort,
  CidrIpv4,
});
const SSH = { ports: [22], source: 'world' };
const OFFICE = { ports: [22], source: { outside: ['10.0.0.0/8', '192.0.2.0/24', 'fc00::/7'] } };

describe('a rule under a policy that trims', () => {
  it('of tcp 20-25 from anywhere becomes 20-21 and 23-25 when the policy is about 22', () => {
    expect(trimmed(tcp(20, 25), [policy(SSH)]).rest).toEqual([
      'tcp ports 20-21 from the whole internet (0.0.0.0/0)',
      'tcp ports 23-25 from the whole internet (0.0.0.0/0)',
    ]);
  });

  it('keeps the addresses that are allowed at the port', () => {
    expect(trimmed(tcp(22, 22), [policy(OFFICE)])).toEqual({
      rest: ['SSH (tcp/22) from 10.0.0.0/8', 'SSH (tcp/22) from 192.0.2.0/24'],
      lost: [],
      revoked: 0,
    });
  });

  it('says allowed addresses once for several ports: what lies between is allowed anyway', () => {
    const both = policy({ ports: [22, 24], source: { outside: ['10.0.0.0/8', 'fc00::/7'] } });

    expect(trimmed(tcp(20, 25), [both]).rest).toEqual([
      'tcp ports 20-21 from the whole internet (0.0.0.0/0)',
      'Telnet (tcp/23) from the whole internet (0.0.0.0/0)',
      'SMTP (tcp/25) from the whole internet (0.0.0.0/0)',
      'tcp ports 22-24 from 10.0.0.0/8',
    ]);
  });

  it('says them once for several policies, in whatever order, and where they are as many as the limit', () => {
    const inside = (port: number) =>
      policy({ ports: [port], source: { outside: ['10.0.0.0/8', 'fc00::/7'] } });

    expect(trimmed(tcp(20, 25), [inside(24), inside(22)]).rest).toEqual([
      'tcp ports 20-21 from the whole internet (0.0.0.0/0)',
      'Telnet (tcp/23) from the whole internet (0.0.0.0/0)',
      'SMTP (tcp/25) from the whole internet (0.0.0.0/0)',
      'tcp ports 22-24 from 10.0.0.0/8',
    ]);
    expect(trimmed(tcp(22, 23), [inside(23), inside(22)], 1).rest).toEqual([
      'tcp ports 22-23 from 10.0.0.0/8',
    ]);
  });

  it('keeps the sources of a live exception', () => {
    const excused = { sources: ['198.51.100.0/24'], reason: 'r', owner: 'o', expires: '2030-01-01' };

    expect(trimmed(tcp(22, 22), [policy(OFFICE, 'trim', [excused])]).rest).toContain(
      'SSH (tcp/22) from 198.51.100.0/24',
    );
  });

  it('for all traffic keeps UDP, ICMP and tunnels when the policy names tcp, and says what it loses (A6)', () => {
    expect(
      trimmed({ IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' }, [policy({ ...SSH, protocol: ['tcp'] })]),
    ).toMatchObject({
      rest: expect.arrayContaining([
        'tcp ports 0-21 from the whole internet (0.0.0.0/0)',
        'tcp ports 23-65535 from the whole internet (0.0.0.0/0)',
        'all udp ports from the whole internet (0.0.0.0/0)',
        'all ICMP from the whole internet (0.0.0.0/0)',
        'esp from the whole internet (0.0.0.0/0)',
      ]),
      lost: expect.arrayContaining(['protocols']),
    });
  });

  it('for all traffic becomes all traffic from the allowed addresses when the policy is about everything', () => {
    const everything = policy({ source: { outside: ['10.0.0.0/8', 'fc00::/7'] } });

    expect(trimmed({ IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' }, [everything])).toEqual({
      rest: ['all traffic from 10.0.0.0/8'],
      lost: [],
      revoked: 0,
    });
  });

  it('for all traffic keeps each protocol apart where one policy is about everything and another about a port', () => {
    const inside = policy({ source: { outside: ['10.0.0.0/8', 'fc00::/7'] } });
    const bastion = policy({
      protocol: ['tcp'],
      ports: [22],
      source: { outside: ['10.1.0.0/16', 'fc00::/7'] },
    });

    expect(trimmed({ IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' }, [inside, bastion], 20)).toEqual({
      rest: [
        'all ICMP from 10.0.0.0/8',
        'tcp ports 0-21 from 10.0.0.0/8',
        'tcp ports 23-65535 from 10.0.0.0/8',
        'SSH (tcp/22) from 10.1.0.0/16',
        'all udp ports from 10.0.0.0/8',
        'gre from 10.0.0.0/8',
        'esp from 10.0.0.0/8',
        'ah from 10.0.0.0/8',
      ],
      lost: ['protocols'],
      revoked: 0,
    });
  });

  it('for all traffic loses nothing that was allowed when all but TCP is forbidden', () => {
    const onlyTcp = policy({ protocol: { outside: ['tcp'] }, source: 'any' });

    expect(trimmed({ IpProtocol: '-1', CidrIpv4: '8.8.8.0/24' }, [onlyTcp])).toEqual({
      rest: ['all tcp ports from 8.8.8.0/24'],
      lost: [],
      revoked: 0,
    });
  });

  it('that was for anybody keeps no guess of private ranges at the port, and says so; a wide one keeps its own', () => {
    expect(trimmed(tcp(22, 22), [policy(SSH)])).toMatchObject({ rest: [], lost: ['addresses'] });
    expect(trimmed(tcp(22, 22, '0.0.0.0/1'), [policy(SSH)]).rest).toEqual([
      'SSH (tcp/22) from 10.0.0.0/8',
      'SSH (tcp/22) from 100.64.0.0/10',
    ]);
  });

  it('never gets a source that was not there: narrowing 8.0.0.0/6 to private ranges leaves 10.0.0.0/8 alone (A7)', () => {
    const inside = policy({ ports: [22], source: { outside: ['private'] } });

    expect(trimmed(tcp(22, 22, '8.0.0.0/6'), [inside]).rest).toEqual(['SSH (tcp/22) from 10.0.0.0/8']);
  });

  it('loses allowed addresses that would take more rules than the limit, and says so', () => {
    expect(trimmed(tcp(20, 25), [policy(OFFICE)], 3)).toMatchObject({
      rest: [
        'tcp ports 20-21 from the whole internet (0.0.0.0/0)',
        'tcp ports 23-25 from the whole internet (0.0.0.0/0)',
      ],
      lost: ['addresses'],
    });
  });

  it.each([
    [4, 4, []],
    [3, 2, ['addresses']],
    [2, 2, ['addresses']],
    [1, 0, ['all']],
  ])(
    'that would become four rules, two of them for ports, with a limit of %i becomes %i',
    (limit, left, lost) => {
      const { rest, lost: said } = trimmed(tcp(20, 25), [policy(OFFICE)], limit);

      expect([rest.length, said]).toEqual([left, lost]);
    },
  );

  it('loses all where nothing but addresses could stay and they are more than the limit', () => {
    expect(trimmed(tcp(22, 22), [policy(OFFICE)], 1)).toEqual({ rest: [], lost: ['all'], revoked: 0 });
  });

  it('for IPv6 keeps the IPv6 addresses that are allowed, and ICMPv6 but no ICMP', () => {
    const all = { IpProtocol: '-1', CidrIpv6: '::/0' };
    const { rest } = trimmed(all, [policy({ ...OFFICE, protocol: ['tcp'] })]);

    expect(rest).toContain('SSH (tcp/22) from fc00::/7');
    expect(rest).toContain('all ICMPv6 from the whole internet (::/0)');
    expect(rest).not.toContain('all ICMP from the whole internet (::/0)');
  });

  it('keeps what is excused where a policy forbids any source, and nothing where another has no exception', () => {
    const excused = { sources: ['10.0.0.0/8'], reason: 'r', owner: 'o', expires: '2030-01-01' };
    const nobody = { ports: [22], source: 'any' };

    expect(trimmed(tcp(20, 22), [policy(nobody, 'trim', [excused])])).toEqual({
      rest: ['tcp ports 20-21 from the whole internet (0.0.0.0/0)', 'SSH (tcp/22) from 10.0.0.0/8'],
      lost: [],
      revoked: 0,
    });
    expect(trimmed(tcp(20, 22), [policy(nobody), policy(nobody, 'trim', [excused])]).rest).toHaveLength(1);
  });

  it('keeps what an exception excuses, as a rectangle of traffic and sources', () => {
    const web = { sources: ['9.9.0.0/16'], ports: [21], reason: 'r', owner: 'o', expires: '2030-01-01' };
    const world = { ports: ['20-22'], source: 'world' };

    expect(trimmed(tcp(20, 23), [policy(world, 'trim', [web])]).rest).toEqual([
      'Telnet (tcp/23) from the whole internet (0.0.0.0/0)',
      'FTP (tcp/21) from 9.9.0.0/16',
    ]);
  });

  it('is removed whole where the ports alone would take more rules than the limit, and says so', () => {
    expect(trimmed(tcp(0, 65535), [policy({ ports: [22, 3389], source: 'world' })], 2)).toEqual({
      rest: [],
      lost: ['all'],
      revoked: 0,
    });
  });

  it('is simply revoked where nothing of it was allowed', () => {
    expect(trimmed(tcp(22, 22, '8.8.8.0/24'), [policy(OFFICE)])).toEqual({ rest: [], lost: [], revoked: 1 });
  });

  it('keeps its prefix list at other ports', () => {
    const rule = { IpProtocol: 'tcp', FromPort: 20, ToPort: 22, PrefixListId: 'pl-0world' };

    expect(trimmed(rule, [policy(SSH)])).toMatchObject({
      rest: ['tcp ports 20-21 from prefix list pl-0world'],
      lost: ['addresses'],
    });
  });

  it('keeps its ICMP type when only addresses go', () => {
    const ping = policy({ protocol: ['icmp'], source: { outside: ['10.0.0.0/8', 'fc00::/7'] } });
    const rule = { IpProtocol: 'icmp', FromPort: 8, ToPort: -1, CidrIpv4: '0.0.0.0/0' };

    expect(plan(rule, [ping]).trim[0]?.remainder.rules).toMatchObject([{ ...rule, CidrIpv4: '10.0.0.0/8' }]);
  });

  it('for all ICMP becomes a rule for each type that is allowed', () => {
    const pathMtu = policy({ protocol: ['icmp'], icmp: { outside: ['3/4', 'echo'] }, source: 'world' });

    expect(
      trimmed({ IpProtocol: 'icmp', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' }, [pathMtu]),
    ).toEqual({
      rest: [
        'ICMP fragmentation needed (3/4) from the whole internet (0.0.0.0/0)',
        'ICMP echo request (8) from the whole internet (0.0.0.0/0)',
      ],
      lost: ['addresses'],
      revoked: 0,
    });
  });

  it('for all traffic keeps the other protocols where so many ICMP types are allowed that these are lost', () => {
    const noPing = policy({ protocol: ['icmp'], icmp: ['echo'], source: 'world' });

    const { rest, lost } = trimmed({ IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' }, [noPing]);
    expect(lost).toEqual(['protocols', 'types', 'addresses']);
    expect(rest).toContain('all tcp ports from the whole internet (0.0.0.0/0)');
    expect(rest.filter((rule) => rule.includes('ICMP'))).toEqual([]);
  });

  it('says allowed addresses for each ICMP type apart where one rule cannot say both', () => {
    const inside = policy({ protocol: ['icmp'], icmp: [3, 8], source: { outside: ['10.0.0.0/8', '::/0'] } });

    const { rest } = trimmed({ IpProtocol: 'icmp', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' }, [
      inside,
    ]);
    expect(rest.filter((rule) => rule.includes('10.0.0.0/8'))).toEqual([
      'ICMP destination unreachable (3) from 10.0.0.0/8',
      'ICMP echo request (8) from 10.0.0.0/8',
    ]);
  });

  it('keeps description and tags', () => {
    const Tags = [{ Key: 'team', Value: 'web' }];

    expect(
      plan({ ...tcp(20, 22), Description: 'legacy', Tags }, [policy(SSH)]).trim[0]?.remainder.rules,
    ).toEqual([{ GroupId: 'sg-1', IsEgress: false, ...tcp(20, 21), Description: 'legacy', Tags }]);
  });

  it('is revoked whole where another policy asks for that, and trimmed where another only tells', () => {
    expect(trimmed(tcp(20, 25), [policy(SSH), policy(SSH, 'revoke')])).toMatchObject({
      rest: [],
      revoked: 1,
    });
    expect(trimmed(tcp(20, 25), [policy(SSH), policy(SSH, 'notify')]).rest).toHaveLength(2);
  });

  it('keeps what only a policy forbids that does not ask to trim', () => {
    const telnet = policy({ ports: [24], source: 'world' }, 'notify');

    expect(trimmed(tcp(20, 25), [policy(SSH), telnet]).rest).toEqual([
      'tcp ports 20-21 from the whole internet (0.0.0.0/0)',
      'tcp ports 23-25 from the whole internet (0.0.0.0/0)',
    ]);
  });
});

describe('an outbound rule under a policy that trims', () => {
  const smtp = (CidrIpv6: string) => ({
    ...{ IpProtocol: 'tcp', FromPort: 25, ToPort: 25, IsEgress: true },
    CidrIpv6,
  });
  const to = (destination: unknown, exceptions?: readonly object[]) =>
    policy({ direction: 'egress', protocol: ['tcp'], ports: [25], destination }, 'trim', exceptions);
  const IN_USE = ['2000::/3', 'fc00::/7', 'fe80::/10'];
  const PRIVATE_NAT64 = [
    '64:ff9b::a00:0/104',
    '64:ff9b::6440:0/106',
    '64:ff9b::ac10:0/108',
    '64:ff9b::c0a8:0/112',
  ];
  const rest = (...asked: Parameters<typeof plan>) =>
    plan(...asked).trim.flatMap(({ remainder }) => remainder.rules.map(({ CidrIpv6 }) => CidrIpv6));
  const lost = (...asked: Parameters<typeof plan>) =>
    plan(...asked).trim.flatMap(({ remainder }) => remainder.losses);

  it('to all of IPv6, where only IPv4 is forbidden, keeps the IPv6 that is in use and what is allowed by NAT64, and says so', () => {
    const native = to({ outside: ['::/0'] });
    const inside = to({ outside: ['::/0', 'private'] });

    expect(rest(smtp('::/0'), [native]).toSorted()).toEqual(IN_USE);
    expect(lost(smtp('::/0'), [native])).toEqual(['addresses']);
    expect(rest(smtp('::/0'), [inside]).toSorted()).toEqual([...IN_USE, ...PRIVATE_NAT64].toSorted());
    expect(lost(smtp('::/0'), [inside])).toEqual(['addresses']);
  });

  it('to all of IPv6 keeps by NAT64 what an exception excuses', () => {
    const excused = { sources: ['198.51.100.0/24'], reason: 'r', owner: 'o', expires: '2030-01-01' };

    expect(rest(smtp('::/0'), [to({ outside: ['::/0'] }, [excused])]).toSorted()).toEqual(
      [...IN_USE, '64:ff9b::c633:6400/120'].toSorted(),
    );
  });

  it('to all of IPv6, where little is allowed, keeps all of that in its own spelling, and loses nothing', () => {
    const office = to({ outside: ['2001:db8:12::/48', '198.51.100.0/24'] });

    expect(rest(smtp('::/0'), [office])).toEqual(['64:ff9b::c633:6400/120', '2001:db8:12::/48']);
    expect(lost(smtp('::/0'), [office])).toEqual([]);
  });

  it('to a part of NAT64 keeps its private addresses, and to all of it nothing, which it says', () => {
    expect(rest(smtp('64:ff9b::/97'), [to('public')])).toEqual(PRIVATE_NAT64.slice(0, 2));
    for (const block of ['64:ff9b::/96', '64:ff9b::/95', '64::/16', '::/0']) {
      expect(rest(smtp(block), [to('public')])).toEqual([]);
      expect(
        lost(smtp(block), [policy({ direction: 'egress', ports: [25], destination: 'public' })]),
      ).toEqual(['addresses']);
    }
  });

  it('to a block that is only just larger than NAT64 says that it loses the rest, which nobody has', () => {
    const native = to({ outside: ['::/0'] });

    expect([rest(smtp('64:ff9b::/95'), [native]), lost(smtp('64:ff9b::/95'), [native])]).toEqual([
      [],
      ['addresses'],
    ]);
  });
});

describe('traffic in the words of EC2', () => {
  it.each([
    { IpProtocol: '-1', FromPort: -1, ToPort: -1 },
    { IpProtocol: 'tcp', FromPort: 20, ToPort: 25 },
    { IpProtocol: 'udp', FromPort: 0, ToPort: 65535 },
    { IpProtocol: 'icmp', FromPort: 8, ToPort: -1 },
    { IpProtocol: 'icmp', FromPort: 3, ToPort: 4 },
    { IpProtocol: 'icmpv6', FromPort: -1, ToPort: -1 },
    { IpProtocol: '50', FromPort: -1, ToPort: -1 },
  ])('is read and written back the same: $IpProtocol $FromPort to $ToPort', (said) => {
    expect(printTraffic(parseRule({ ...said, CidrIpv4: '10.0.0.0/8' }).traffic)).toEqual(said);
  });
});
