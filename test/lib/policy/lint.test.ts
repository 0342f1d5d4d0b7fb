import { describe, expect, it } from 'vitest';
import { lint } from '../../../lib/policy/lint.ts';
import { type PolicyDocument, policySchema } from '../../../lib/policy/schema.ts';

const NOW = new Date('2026-06-01T12:00:00Z');

function policy(given: object, id = 'p'): PolicyDocument {
  const match = { ports: [22], source: 'world' };
  return policySchema.parse({
    id,
    title: id,
    severity: 'high',
    description: id,
    match,
    action: 'revoke',
    ...given,
  });
}

function warnings(...policies: readonly PolicyDocument[]): readonly string[] {
  return lint(policies, NOW).map(({ policy: id, path, message }) => `${id} ${path.join('.')}: ${message}`);
}

const exception = { reason: 'r', owner: 'team', expires: '2027-01-01' };

describe('lint', () => {
  it.each([
    { protocol: ['icmp'], icmp: [3, '3/4', '8/0', 'echo', 200, '3/99'] },
    { protocol: ['icmpv6'], icmp: [3, 128] },
    { icmp: ['echo', 'fragmentation-needed', 'packet-too-big', 200] },
  ])('finds nothing in %j', (traffic) => {
    expect(warnings(policy({ match: { ...traffic, source: 'world' } }))).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      'a grace of a policy that only notifies',
      { action: 'notify', grace: '10m' },
      'p grace: this policy only notifies, and does so at once: a grace changes nothing',
    ],
    [
      'a grace of a policy in dry run',
      { mode: 'dry-run', grace: '10m' },
      'p grace: nothing is revoked in a dry run: the grace changes nothing until the policy is enforced',
    ],
    [
      'an exception that has expired',
      { exceptions: [{ ...exception, accounts: ['111122223333'], expires: '2026-05-31' }] },
      'p exceptions.0.expires: this exception of team expired on 2026-05-31',
    ],
    [
      'an exception that expires soon',
      { exceptions: [{ ...exception, accounts: ['111122223333'], expires: '2026-06-10' }] },
      'p exceptions.0.expires: this exception of team expires soon, on 2026-06-10',
    ],
    [
      'an exception for sources that the policy does not forbid',
      { exceptions: [{ ...exception, sources: ['10.0.0.0/8'] }] },
      'p exceptions.0.sources: this exception can never apply',
    ],
    [
      'an exception for ports that the policy does not consider',
      { exceptions: [{ ...exception, ports: [443], groups: { names: ['web-*'] } }] },
      'p exceptions.0.ports: this exception can never apply: the policy never considers these ports',
    ],
    [
      'an exception for a protocol that the policy does not consider',
      { exceptions: [{ ...exception, protocol: ['icmp'], groups: { names: ['web-*'] } }] },
      'p exceptions.0.protocol: this exception can never apply',
    ],
    [
      'a region with a slip',
      { scope: { regions: ['eu-west-1', 'eu-wst-1'] } },
      'p scope.regions.1: `eu-wst-1` is not an AWS region that this version knows, did you mean `eu-west-1`?',
    ],
    [
      'an exception for an account outside the scope',
      { scope: { accounts: ['111122223333'] }, exceptions: [{ ...exception, accounts: ['999988887777'] }] },
      'p exceptions.0.accounts: this exception can never apply',
    ],
    [
      'an ICMP number that means something else in ICMPv6',
      { match: { protocol: ['icmp', 'icmpv6'], icmp: ['echo', 3], source: 'world' } },
      'p match.icmp: `3` is destination unreachable in icmp and time exceeded in icmpv6: use a name',
    ],
    [
      'an ICMP number that ICMPv6 does not have',
      { match: { icmp: { outside: ['3/4'] }, source: 'world' } },
      'p match.icmp: `3/4` is fragmentation needed in icmp and unassigned in icmpv6: use a name',
    ],
    [
      'an ICMP number of an exception that means something else in ICMPv6',
      { match: { source: 'world' }, exceptions: [{ ...exception, icmp: ['echo', 8] }] },
      'p exceptions.0.icmp: `8` is echo request in icmp and unassigned in icmpv6: use a name',
    ],
    [
      'a code of an ICMP type that has none',
      { match: { protocol: ['icmp'], icmp: ['8/3'], source: 'world' } },
      'p match.icmp: type 8 has no code but 0: did you mean `8`',
    ],
    [
      'a policy about no port',
      { match: { protocol: ['tcp'], ports: { outside: ['0-65535'] }, source: 'world' } },
      'p match: no rule can ever violate this policy: there is no traffic',
    ],
    [
      'a policy that forbids no address',
      { match: { source: { outside: ['0.0.0.0/0', '::/0'] } } },
      'p match: no rule can ever violate this policy: it forbids no more addresses',
    ],
    [
      'a policy that tolerates everything',
      { match: { source: 'public', tolerate: { ipv4: 0, ipv6: 0 } } },
      'p match: no rule can ever violate this policy: it forbids no more addresses',
    ],
    [
      'a region that there is not',
      { scope: { regions: ['eu-*', 'europe'] } },
      'p scope.regions.1: no AWS region is named `europe`: this can never match',
    ],
    [
      'the id of a group that EC2 would not give',
      { scope: { groups: { ids: ['sg-0abc', 'sg-web'] } } },
      'p scope.groups.ids.1: no security group has the id `sg-web`',
    ],
    [
      'an exception for a group that EC2 would not name so',
      { exceptions: [{ ...exception, groups: { ids: ['sg-bastion'] } }] },
      'p exceptions.0.groups.ids.0: no security group has the id `sg-bastion`',
    ],
    [
      'an id where the name of a group is asked for',
      { scope: { groups: { names: ['web-*', 'sg-0abc'] } } },
      'p scope.groups.names.1: no security group has the name `sg-0abc`: this can never match',
    ],
    [
      'an exception for an id where the name of a group is asked for',
      { exceptions: [{ ...exception, groups: { names: ['sg-*'] } }] },
      'p exceptions.0.groups.names.0: no security group has the name `sg-*`: this can never match',
    ],
    [
      'a slip in `private`, which makes it the name of a prefix list',
      { match: { source: { outside: ['office', '2600::/12', 'privat'] } } },
      'p match.source.outside.2: `privat` is the name of a prefix list here, did you mean `private`?',
    ],
    [
      'an exception for a name where an ARN is asked for',
      { exceptions: [{ ...exception, principals: ['*:role/break-glass', 'alice'] }] },
      'p exceptions.0.principals.1: no ARN is `alice`',
    ],
    [
      'an exception for an ARN without a slash',
      { exceptions: [{ ...exception, principals: ['arn:aws:iam::*:role/x', '*'] }] },
      'p exceptions.0.principals.1: `*` does not stand for a `/`',
    ],
    [
      'an exception for a name that whoever assumes a role chooses',
      { exceptions: [{ ...exception, principals: ['arn:aws:sts::*:assumed-role/Dev/admin-*'] }] },
      'p exceptions.0.principals.0: whoever assumes a role chooses the session name',
    ],
    [
      'an exception for descriptions and tags alone',
      {
        exceptions: [{ ...exception, accounts: ['111122223333'], ports: [22], rule: { description: 'ok*' } }],
      },
      'p exceptions.0.rule: whoever opens a rule writes its description and tags',
    ],
    [
      'allowed IPv4 blocks without a word on IPv6',
      { match: { source: { outside: ['10.0.0.0/8'] } } },
      'p match.source: only IPv4 blocks are allowed, so every IPv6 address is forbidden',
    ],
    [
      'allowed IPv6 destinations without a word on IPv4 by NAT64',
      { match: { direction: 'egress', destination: { outside: ['2600::/12', '::/1'] } } },
      'p match.destination: only IPv6 blocks are allowed, so every IPv4 address is forbidden, and so is 64:ff9b::/96',
    ],
  ])('finds %s', (_, given, warning) => {
    expect(warnings(policy(given)).filter((text) => text.startsWith(warning))).toHaveLength(1);
  });

  it.each<[string, object]>([
    [
      'regions',
      { scope: { regions: ['eu-west-1', 'us-gov-*', '*', '*-1', 'ap-*-1', 'us*', 'eusc-de-east-1'] } },
    ],
    [
      'principals',
      {
        exceptions: [
          {
            ...exception,
            principals: [
              'arn:aws:iam::*:role/x',
              'arn:aws:iam::999988887777:user/alice',
              '*:user/alice',
              'arn:aws:iam::*:role/path/alice',
              'arn:aws:sts::*:federated-user/*',
              '*/Admin/*',
              'arn:aws:sts::*:assumed-role/AWSReservedSSO_Admin_*/jane@example.com',
            ],
          },
        ],
      },
    ],
    ['IPv6 destinations', { match: { direction: 'egress', destination: { outside: ['2600::/12'] } } }],
    ['all of IPv6', { match: { direction: 'egress', destination: { outside: ['::/0', 'private'] } } }],
    ['a grace', { grace: '15m' }],
    ['NAT64', { match: { direction: 'egress', destination: { outside: ['::/0', '64:ff9b::/96'] } } }],
    ['all of IPv6 as a source', { match: { source: { outside: ['::/0'] } } }],
  ])('finds nothing in %s that there may be', (_, given) => {
    expect(warnings(policy(given))).toEqual([]);
  });

  it.each([
    'arn:aws:sts::*:assumed-role/Dev/admin-*',
    'arn:aws:sts::999988887777:assumed-role/Dev/alice',
    'arn:aws:sts::9999*:assumed-role/*/alice',
    'arn:aws-cn:sts::999988887777:assumed-role/Dev/alice',
    'arn:aws-*:assumed-role/Dev/alice',
    '*/Dev/alice',
    'arn:aws:sts::999988887777:federated-user/alice',
    'arn:aws*/alice',
  ])('finds that a name which the caller chooses could fit %s', (pattern) => {
    expect(warnings(policy({ exceptions: [{ ...exception, principals: [pattern] }] }))).toEqual([
      expect.stringMatching(
        /^p exceptions\.0\.principals\.0: whoever .* chooses the (session )?name, so anybody/,
      ),
    ]);
  });

  it.each([
    { groups: { names: ['web-*'] } },
    { sources: ['8.8.8.0/24'] },
    { principals: ['arn:aws:iam::*:role/x'] },
  ])('finds nothing in an exception for descriptions and tags beside %j', (beside) => {
    const rule = { description: 'ok*', tags: { approved: 'yes' } };

    expect(warnings(policy({ exceptions: [{ ...exception, rule, ...beside }] }))).toEqual([]);
  });

  it('finds a policy that another covers', () => {
    const wide = policy({ match: { source: 'public' } }, 'wide');

    expect(warnings(policy({}, 'narrow'), wide)).toEqual([
      'narrow match: all that this policy forbids, `wide` forbids too, with no weaker action',
    ]);
  });

  it.each<[string, object]>([
    ['only tells', { match: { source: 'public' }, action: 'notify' }],
    ['trims', { match: { source: 'public' }, action: 'trim' }],
    ['has a scope', { match: { source: 'public' }, scope: { regions: ['eu-*'] } }],
    ['tolerates more', { match: { source: 'public', tolerate: { ipv4: 4, ipv6: 4 } } }],
    ['is about other ports', { match: { ports: [23], source: 'public' } }],
    ['is in dry run', { match: { source: 'public' }, mode: 'dry-run' }],
    ['acts later', { match: { source: 'public' }, grace: '1m' }],
    ['is off', { match: { source: 'public' }, mode: 'off' }],
  ])('does not call a policy covered by one that %s', (_, given) => {
    expect(warnings(policy({}, 'narrow'), policy(given, 'wide'))).toEqual([]);
  });

  it.each([
    ['notify', 'revoke', 0],
    ['revoke', 'notify', 1],
    ['notify', 'notify', 1],
    [undefined, 'revoke', 1],
  ])(
    'of policies that trim, compares what they do otherwise: the wide one says %s, the narrow one %s',
    (wide, narrow, found) => {
      const trims = (otherwise: string | undefined) => ({ action: 'trim', ...(otherwise && { otherwise }) });
      const all = { ...trims(wide), match: { source: 'public' } };

      expect(warnings(policy(trims(narrow), 'narrow'), policy(all, 'wide'))).toHaveLength(found);
    },
  );

  it('does not call a policy covered that only tells: its words are all that it does', () => {
    const wide = policy({ match: { source: 'public' }, action: 'notify' }, 'wide');

    expect(warnings(policy({ action: 'notify' }, 'narrow'), wide)).toEqual([]);
  });

  it('calls a policy in dry run covered by another one in dry run', () => {
    const wide = policy({ match: { source: 'public' }, mode: 'dry-run' }, 'wide');

    expect(warnings(policy({ mode: 'dry-run' }, 'narrow'), wide)).toHaveLength(1);
    expect(warnings(policy({ mode: 'off' }, 'narrow'), wide)).toHaveLength(1);
  });

  it('calls one of two equal policies covered, not both', () => {
    expect(warnings(policy({}, 'a'), policy({}, 'b'))).toHaveLength(1);
  });
});
