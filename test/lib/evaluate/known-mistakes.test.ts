// Rules that scanners and bots are known to get wrong, evaluated against "no SSH from the internet".
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate/evaluate.ts';
import { parseBlockList } from '../../../lib/network/nat64.ts';
import { makePlan } from '../../../lib/plan/make-plan.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

type Match = Readonly<Record<string, unknown>>;
const NO_SSH: Match = { protocol: ['tcp'], ports: ['ssh'], source: 'world' };
const ANYWHERE = { CidrIpv4: '0.0.0.0/0' };

function tcp(from: number, to: number, source: AwsSecurityGroupRule = ANYWHERE): AwsSecurityGroupRule {
  return { IpProtocol: 'tcp', FromPort: from, ToPort: to, ...source };
}

function of(
  IpProtocol: string,
  source: AwsSecurityGroupRule = ANYWHERE,
  ports: AwsSecurityGroupRule = {},
): AwsSecurityGroupRule {
  return { IpProtocol, ...ports, ...source };
}

/** The verdicts of one policy on the rules of one group, `clean` where it concerns none of them. */
function judge(rules: readonly AwsSecurityGroupRule[], match: Match = NO_SSH): readonly string[] {
  const document = { id: 'p', title: 'p', severity: 'high', description: 'p', match, action: 'revoke' };
  const parsed = rules.map((rule, i) =>
    parseRule({ SecurityGroupRuleId: `sgr-${i}`, GroupId: 'sg-1', ...rule }),
  );
  const entries = parseBlockList(['0.0.0.0/1', '128.0.0.0/1']);
  const context = { ...CONTEXT, prefixLists: new Map([['pl-world', entries]]) };
  const plan = makePlan(
    evaluate(
      parsed,
      new Set(parsed.map(({ id }) => id)),
      [compilePolicy(policySchema.parse(document))],
      context,
    ),
    0,
  );
  return [...plan.revoke.map(({ rule }) => rule.id), ...plan.undecided.map(() => 'undecided')].toSorted();
}

describe('a rule that opens SSH to the internet, however it is spelled', () => {
  it.each<[string, readonly AwsSecurityGroupRule[]]>([
    ['half of the internet', [tcp(22, 22, { CidrIpv4: '128.0.0.0/1' })]],
    ['all of global IPv6 without saying ::/0', [tcp(22, 22, { CidrIpv6: '2000::/3' })]],
    ['a prefix list that holds the internet in two halves', [tcp(22, 22, { PrefixListId: 'pl-world' })]],
    [
      'a prefix list with a description',
      [tcp(22, 22, { PrefixListId: 'pl-world', Description: 'partners' })],
    ],
    ['all traffic', [of('-1')]],
    ['all traffic with ports that mean nothing', [of('-1', ANYWHERE, { FromPort: 443, ToPort: 443 })]],
    ['every port', [tcp(0, 65_535)]],
    ['every port but 0', [tcp(1, 65_535)]],
    ['a range that ends at 22', [tcp(20, 22)]],
    ['a range that begins at 22', [tcp(22, 25)]],
    ['a range from 0', [tcp(0, 22)]],
    ['IPv6 alone', [tcp(22, 22, { CidrIpv6: '::/0' })]],
    ['protocol 6', [of('6', ANYWHERE, { FromPort: 22, ToPort: 22 })]],
    ['a CIDR with host bits', [tcp(22, 22, { CidrIpv4: '1.0.0.0/0' })]],
    ['an IPv6 CIDR written out', [tcp(22, 22, { CidrIpv6: '0:0:0:0:0:0:0:0/0' })]],
  ])('violates: %s', (_, rules) => {
    expect(judge(rules)).toEqual(['sgr-0']);
  });

  it.each<[string, readonly AwsSecurityGroupRule[]]>([
    [
      'the world in two halves',
      [tcp(22, 22, { CidrIpv4: '0.0.0.0/1' }), tcp(22, 22, { CidrIpv4: '128.0.0.0/1' })],
    ],
    [
      'two halves on different port ranges',
      [tcp(22, 22, { CidrIpv4: '0.0.0.0/1' }), tcp(0, 100, { CidrIpv4: '128.0.0.0/1' })],
    ],
    ['IPv6 in two halves', [tcp(22, 22, { CidrIpv6: '::/1' }), tcp(22, 22, { CidrIpv6: '8000::/1' })]],
    [
      'half by a rule for all traffic',
      [tcp(22, 22, { CidrIpv4: '0.0.0.0/1' }), of('-1', { CidrIpv4: '128.0.0.0/1' })],
    ],
  ])('violates as a whole: %s', (_, rules) => {
    expect(judge(rules)).not.toEqual([]);
  });

  it('violates as 256 rules of one /8 each, of which the last tolerable one stays', () => {
    const rules = Array.from({ length: 256 }, (_, i) => tcp(22, 22, { CidrIpv4: `${i}.0.0.0/8` }));
    const gone = judge(rules);

    // 35 of the blocks hold no public address at all: 0, 10, 127 and those from 224 up; one more is tolerated.
    expect(gone).toHaveLength(256 - 35 - 1);
  });
});

describe('a rule that does not open SSH to the internet', () => {
  it.each<[string, readonly AwsSecurityGroupRule[]]>([
    ['private addresses', [tcp(22, 22, { CidrIpv4: '10.0.0.0/8' })]],
    ['addresses that begin with zeros', [tcp(22, 22, { CidrIpv4: '0.0.0.0/16' })]],
    [
      'web for the world and SSH for private addresses',
      [tcp(443, 443), tcp(22, 22, { CidrIpv4: '10.0.0.0/8' })],
    ],
    ['two neighbouring web ports', [tcp(80, 81)]],
    ['ESP, which has no ports', [of('50')]],
    ['GRE', [of('47')]],
    ['ICMP type 22 is not port 22', [of('icmp', ANYWHERE, { FromPort: 22, ToPort: -1 })]],
    ['every UDP port, under a policy for TCP', [of('udp', ANYWHERE, { FromPort: 0, ToPort: 65_535 })]],
    ['members of a security group', [tcp(22, 22, { ReferencedGroupInfo: { GroupId: 'sg-2' } })]],
    ['all traffic among members of the group', [of('-1', { ReferencedGroupInfo: { GroupId: 'sg-1' } })]],
    ['all traffic from private addresses', [of('-1', { CidrIpv4: '10.1.23.2/32' })]],
  ])('is left alone: %s', (_, rules) => {
    expect(judge(rules)).toEqual([]);
  });
});

describe('what only the policy can decide', () => {
  const ssh: Match = { ports: ['ssh'], source: 'world' };

  it('takes UDP 22 in where no protocol is named, and leaves it out where TCP is', () => {
    const udp = [of('udp', ANYWHERE, { FromPort: 22, ToPort: 22 })];

    expect([judge(udp, ssh), judge(udp)]).toEqual([['sgr-0'], []]);
  });

  it('finds TCP 22 beside a rule for every UDP port', () => {
    expect(judge([of('udp', ANYWHERE, { FromPort: 0, ToPort: 65_535 }), tcp(22, 22)])).toEqual(['sgr-1']);
  });

  it('leaves a range alone that holds only authorised ports, each of them named', () => {
    const web: Match = { protocol: ['tcp'], ports: { outside: [80, 81] }, source: 'world' };

    expect([judge([tcp(80, 81)], web), judge([tcp(80, 82)], web)]).toEqual([[], ['sgr-0']]);
  });

  it('takes a ping, ICMP type 8, for no traffic to ports 0 to 1024', () => {
    const ping = of('icmp', ANYWHERE, { FromPort: 8, ToPort: 0 });

    expect(judge([ping], { ports: ['0-1024'], source: 'world' })).toEqual([]);
  });

  it('joins authorised ranges that touch', () => {
    const web: Match = { protocol: ['tcp'], ports: { outside: ['80-85', '86-90'] }, source: 'world' };

    expect([judge([tcp(80, 90)], web), judge([tcp(80, 91)], web)]).toEqual([[], ['sgr-0']]);
  });

  it('knows a part of an allowed IPv6 block by its addresses', () => {
    const outside: Match = { ports: ['ssh'], source: { outside: ['private'] } };
    const from = (CidrIpv6: string) => judge([tcp(22, 22, { CidrIpv6 })], outside);

    expect([from('fd12:3456::/32'), from('fd00::/6')]).toEqual([[], ['sgr-0']]);
  });

  it('takes of SSH from the world, from private addresses and from a group only the first', () => {
    const sources = [
      ANYWHERE,
      { CidrIpv4: '10.0.0.0/8' },
      { ReferencedGroupInfo: { GroupId: 'sg-bastion' } },
    ];

    expect(judge(sources.map((source) => tcp(22, 22, source)))).toEqual(['sgr-0']);
  });

  it('asks for port and source of the same rule', () => {
    expect(judge([tcp(443, 443), tcp(22, 22, { CidrIpv4: '10.0.0.0/8' })])).toEqual([]);
  });

  it('forbids unusual protocols only where a policy without ports says so', () => {
    const others: Match = { protocol: { outside: ['tcp', 'udp', 'icmp', 'icmpv6'] }, source: 'world' };

    expect([judge([of('47')], others), judge([tcp(22, 22)], others), judge([of('-1')], others)]).toEqual([
      ['sgr-0'],
      [],
      ['sgr-0'],
    ]);
  });

  it.each([
    ['world', []],
    ['public', []],
    ['any', ['sgr-0']],
  ])(
    'takes the members of a referenced group, whoever they let in themselves, for no addresses: under `%s` %j',
    (source, gone) => {
      const fromGroup = tcp(22, 22, {
        ReferencedGroupInfo: { GroupId: 'sg-proxy', PeeringStatus: 'deleted' },
      });

      expect(judge([fromGroup], { ports: ['ssh'], source })).toEqual(gone);
    },
  );

  it('forbids references to groups where it forbids any source', () => {
    const empty: Match = { source: 'any' };

    expect(judge([of('-1', { ReferencedGroupInfo: { GroupId: 'sg-1' } })], empty)).toEqual(['sgr-0']);
  });

  it('is undecided, never compliant, about what cannot be read', () => {
    expect(judge([tcp(22, 22, { PrefixListId: 'pl-unread' })])).toEqual(['undecided']);
    expect(judge([of('tcpp')])).toEqual(['undecided']);
  });
});
