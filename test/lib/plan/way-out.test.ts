// What becomes of single rules under a policy that trims, where their allowed rest can be kept and where it cannot.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate/evaluate.ts';
import { parseBlockList } from '../../../lib/network/nat64.ts';
import { makePlan } from '../../../lib/plan/make-plan.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

interface Asked {
  readonly match: object;
  readonly otherwise?: 'notify' | 'revoke';
  readonly action?: 'revoke' | 'notify';
  readonly exceptions?: readonly object[];
}

const LISTS = new Map([
  ['pl-0world', parseBlockList(['0.0.0.0/1', '128.0.0.0/1'])],
  ['pl-0public', parseBlockList(['8.0.0.0/7'])],
  ['pl-0half', parseBlockList(['8.0.0.0/7', '10.0.0.0/8'])],
]);

function planFor(rule: AwsSecurityGroupRule, limit: number, ...asked: readonly Asked[]) {
  const policies = asked.map(({ match, otherwise, action = 'trim', exceptions }, i) => {
    const said = { id: `p${i}`, title: 't', severity: 'high', description: 'd', match, action, exceptions };
    return compilePolicy(policySchema.parse({ ...said, ...(otherwise && { otherwise }) }));
  });
  const parsed = parseRule({ SecurityGroupRuleId: 'sgr-1', GroupId: 'sg-1', IsEgress: false, ...rule });
  return makePlan(
    evaluate([parsed], new Set(['sgr-1']), policies, { ...CONTEXT, prefixLists: LISTS }),
    limit,
  );
}

/** `revoke`, `trim to 2, losing addresses`, `notify: limit`. */
function becomes(rule: AwsSecurityGroupRule, limit: number, ...asked: readonly Asked[]): string {
  const { revoke, trim, notify } = planFor(rule, limit, ...asked);
  const trims = trim.map(({ remainder: { rules, losses } }) =>
    [`trim to ${rules.length}`, ...(losses.length > 0 ? [`losing ${losses.join(' and ')}`] : [])].join(', '),
  );
  return [
    ...revoke.map(() => 'revoke'),
    ...trims,
    ...notify.map(({ obstacle }) => `notify${obstacle === undefined ? '' : `: ${obstacle}`}`),
  ].join('; ');
}

const udp = (FromPort: number, ToPort: number, source: object = { CidrIpv4: '0.0.0.0/0' }) => ({
  IpProtocol: 'udp',
  FromPort,
  ToPort,
  ...source,
});
const from = (CidrIpv4: string) => ({ CidrIpv4 });
const list = (PrefixListId: string) => ({ PrefixListId });

const memcached = { match: { protocol: 'udp', ports: 11211, source: 'world' } };
const publicly = { match: { protocol: 'udp', ports: 11211, source: 'public' } };
const inside = { match: { protocol: 'udp', ports: 11211, source: { outside: ['10.0.0.0/8', '::/0'] } } };
const nobody = { match: { protocol: 'udp', ports: 11211, source: 'any' } };
const excused = { sources: ['9.9.0.0/16'], reason: 'r', owner: 'o', expires: '2030-01-01' };

const RTP = udp(10_000, 20_000);
const ALONE = udp(11_211, 11_211);

describe('a rule that is to be trimmed, by what its policy says of the rest that cannot be kept', () => {
  it.each([
    ['other ports', RTP, memcached, 10, 'trim to 2, losing addresses', 'trim to 2, losing addresses'],
    [
      'other ports, where the deployment may not trim',
      RTP,
      memcached,
      0,
      'trim to 0, losing deployment',
      'notify: deployment',
    ],
    ['more ports than the limit', RTP, memcached, 1, 'trim to 0, losing all', 'notify: limit'],
    ['nothing else', ALONE, memcached, 10, 'trim to 0, losing addresses', 'trim to 0, losing addresses'],
    [
      'nothing else, where the deployment may not trim',
      ALONE,
      memcached,
      0,
      'trim to 0, losing addresses',
      'trim to 0, losing addresses',
    ],
    [
      'private addresses of half the world',
      udp(11_211, 11_211, from('0.0.0.0/1')),
      memcached,
      1,
      'trim to 0, losing all',
      'trim to 0, losing all',
    ],
    [
      'the same under a policy for public addresses',
      udp(11_211, 11_211, from('8.0.0.0/6')),
      publicly,
      0,
      'trim to 0, losing deployment',
      'trim to 0, losing deployment',
    ],
    [
      'ports and private addresses that are too many',
      udp(11_210, 11_212, from('0.0.0.0/1')),
      memcached,
      2,
      'trim to 2, losing addresses',
      'trim to 2, losing addresses',
    ],
    ['addresses that the policy allows', ALONE, inside, 10, 'trim to 1', 'trim to 1'],
    [
      'addresses that the policy allows, where the deployment may not trim',
      ALONE,
      inside,
      0,
      'trim to 0, losing deployment',
      'notify: deployment',
    ],
    [
      'ports and allowed addresses, where only the ports are within the limit',
      udp(11_210, 11_212),
      inside,
      2,
      'trim to 2, losing addresses',
      'notify: limit',
    ],
    [
      'sources that an exception excuses',
      ALONE,
      { ...memcached, exceptions: [excused] },
      0,
      'trim to 0, losing deployment',
      'notify: deployment',
    ],
    [
      'sources that an exception excuses from a policy for any source',
      ALONE,
      { ...nobody, exceptions: [excused] },
      0,
      'trim to 0, losing deployment',
      'notify: deployment',
    ],
    ['nothing of what a policy for any source is about', ALONE, nobody, 0, 'revoke', 'revoke'],
    [
      'entries of a prefix list',
      udp(11_211, 11_211, list('pl-0half')),
      inside,
      10,
      'trim to 0, losing addresses',
      'notify: prefix-list',
    ],
    [
      'no entry of a prefix list',
      udp(11_211, 11_211, list('pl-0public')),
      inside,
      10,
      'trim to 0, losing addresses',
      'trim to 0, losing addresses',
    ],
    [
      'private entries of a prefix list with all the world',
      udp(11_211, 11_211, list('pl-0world')),
      memcached,
      10,
      'trim to 0, losing addresses',
      'trim to 0, losing addresses',
    ],
    [
      'other ports of a prefix list',
      udp(11_210, 11_211, list('pl-0world')),
      memcached,
      10,
      'trim to 1, losing addresses',
      'trim to 1, losing addresses',
    ],
    [
      'other ports of a group',
      udp(11_210, 11_211, { ReferencedGroupInfo: { GroupId: 'sg-2' } }),
      nobody,
      0,
      'trim to 0, losing deployment',
      'notify: deployment',
    ],
    [
      'other ports of a group',
      udp(11_210, 11_211, { ReferencedGroupInfo: { GroupId: 'sg-2' } }),
      nobody,
      1,
      'trim to 1',
      'trim to 1',
    ],
    [
      'protocols that are a rule each',
      { IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' },
      memcached,
      10,
      'trim to 7, losing protocols and addresses',
      'notify: limit',
    ],
    [
      'all traffic from a few',
      { IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' },
      { match: { source: { outside: ['10.0.0.0/8', '::/0'] } } },
      10,
      'trim to 1',
      'trim to 1',
    ],
    [
      'protocols of a prefix list that are a rule each',
      { IpProtocol: '-1', PrefixListId: 'pl-0public' },
      memcached,
      10,
      'trim to 8, losing protocols and addresses',
      'notify: limit',
    ],
    [
      'a protocol that IPv4 does not have',
      { IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' },
      { match: { protocol: { outside: ['tcp', 'icmpv6'] }, source: 'any' } },
      10,
      'trim to 1',
      'trim to 1',
    ],
  ] as const)('%s', (_, rule, asked, limit, firm, giving) => {
    expect(becomes(rule, limit, asked)).toBe(firm);
    expect(becomes(rule, limit, { ...asked, otherwise: 'revoke' })).toBe(firm);
    expect(becomes(rule, limit, { ...asked, otherwise: 'notify' })).toBe(giving);
  });

  it('loses nothing that counts where a hole for NAT64 leaves out IPv6 addresses that nobody has', () => {
    const smtp = { IpProtocol: 'tcp', FromPort: 25, ToPort: 25, IsEgress: true, CidrIpv6: '::/0' };
    const native = { match: { direction: 'egress', ports: 25, destination: { outside: '::/0' } } };

    expect(becomes(smtp, 10, { ...native, otherwise: 'notify' })).toBe('trim to 3, losing addresses');
    expect(becomes(smtp, 2, { ...native, otherwise: 'notify' })).toBe('notify: limit');
  });
});

describe('several policies that ask to trim a rule', () => {
  const dns = { match: { protocol: 'udp', ports: 12_000, source: 'world' } };

  it.each([
    ['revoke', 'revoke', 'trim to 0, losing deployment'],
    ['revoke', 'notify', 'trim to 0, losing deployment'],
    ['notify', 'revoke', 'trim to 0, losing deployment'],
    ['notify', 'notify', 'notify: deployment'],
  ] as const)('say otherwise %s and %s: the strongest wins', (one, other, what) => {
    expect(becomes(RTP, 0, { ...memcached, otherwise: one }, { ...dns, otherwise: other })).toBe(what);
  });

  it('do not ask for what a third one asks, which only tells or revokes', () => {
    const gives = { ...memcached, otherwise: 'notify' } as const;

    expect(becomes(RTP, 0, gives, { ...dns, action: 'notify' })).toBe('notify: deployment');
    expect(becomes(RTP, 10, gives, { match: { protocol: 'udp', source: 'world' }, action: 'notify' })).toBe(
      'trim to 2, losing addresses',
    );
    expect(becomes(RTP, 10, gives, { ...dns, action: 'revoke' })).toBe('revoke');
  });
});
