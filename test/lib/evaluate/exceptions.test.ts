import { describe, expect, it } from 'vitest';
import { type Context, evaluate } from '../../../lib/evaluate/evaluate.ts';
import { parseBlockList } from '../../../lib/network/nat64.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { policySchema } from '../../../lib/policy/schema.ts';
import { reasonOf } from '../../../lib/report/reason.ts';
import { parseRule } from '../../../lib/rule.ts';
import { CONTEXT } from '../context.ts';

const ssh = { SecurityGroupRuleId: 'sgr-1', GroupId: 'sg-1', IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
const said = { reason: 'Bastion', owner: 'platform-team', expires: '2026-12-31' };

interface Asked {
  readonly exception?: object;
  readonly scope?: object;
  readonly source?: object;
  readonly match?: object;
  readonly context?: Partial<Context>;
  readonly changed?: boolean;
}

/** The verdict on SSH from a source, `out of scope` where the policy does not apply; and why. */
function judge({
  exception,
  scope,
  source = { CidrIpv4: '198.51.100.0/24' },
  match,
  context,
  changed = true,
}: Asked) {
  const policy = policySchema.parse({
    id: 'no-ssh',
    title: 'no SSH',
    severity: 'high',
    description: 'no SSH',
    match: { ports: ['ssh'], source: { outside: ['10.0.0.0/8'] }, ...match },
    action: 'revoke',
    ...(scope === undefined ? {} : { scope }),
    ...(exception === undefined ? {} : { exceptions: [{ ...said, ...exception }] }),
  });
  const ids = new Set(changed ? ['sgr-1'] : []);
  const [verdict] = evaluate([parseRule({ ...ssh, ...source })], ids, [compilePolicy(policy)], {
    ...CONTEXT,
    ...context,
  });
  return {
    verdict: verdict?.verdict ?? 'out of scope',
    reason: verdict === undefined ? '' : reasonOf(verdict),
    near: verdict?.near.map(({ because }) => because),
  };
}

const group = {
  ...CONTEXT.group,
  id: 'sg-0123',
  name: 'web-prod',
  vpcId: 'vpc-0abc',
  tags: { env: 'production' },
};
const breakGlass = [
  'arn:aws:sts::111122223333:assumed-role/break-glass/jane',
  'arn:aws:iam::111122223333:role/break-glass',
];

describe('an exception', () => {
  it.each<[string, Asked]>([
    ['the group by id', { exception: { groups: { ids: ['sg-0123'] } }, context: { group } }],
    ['the group by name', { exception: { groups: { names: ['web-*'] } }, context: { group } }],
    ['the group by tag', { exception: { groups: { tags: { env: 'prod*' } } }, context: { group } }],
    ['the account', { exception: { accounts: ['111122223333'] } }],
    ['the VPC', { exception: { vpcs: ['vpc-0abc'] }, context: { group } }],
    ['the source', { exception: { sources: ['198.51.100.0/24'] } }],
    ['a wider source', { exception: { sources: ['198.51.0.0/16'] } }],
    [
      'who made the change',
      { exception: { principals: ['arn:aws:iam::*:role/break-glass'] }, context: { principals: breakGlass } },
    ],
    [
      'several conditions at once',
      { exception: { accounts: ['111122223333'], sources: ['198.51.100.0/24'], groups: { names: ['*'] } } },
    ],
    [
      'its last day',
      {
        exception: { accounts: ['111122223333'], expires: '2026-06-01' },
        context: { now: new Date('2026-06-01T23:59:59Z') },
      },
    ],
  ])('excuses by %s', (_, asked) => {
    expect(judge(asked)).toEqual({
      verdict: 'exempt',
      reason: expect.stringContaining('Excused: Bastion (platform-team, until'),
      near: [],
    });
  });

  it('nearly excuses where one single condition does not hold', () => {
    const [account, vpc] = [{ accounts: ['999988887777'] }, { vpcs: ['vpc-0other'] }];

    expect(judge({ exception: account }).near).toEqual(['accounts']);
    expect(judge({ exception: { ...account, ...vpc } }).near).toEqual([]);
    expect(judge({}).near).toEqual([]);
  });

  it.each<[string, Asked, string]>([
    [
      'for another group',
      { exception: { groups: { names: ['db-*'] } }, context: { group } },
      'is for other groups',
    ],
    [
      'for another tag value',
      { exception: { groups: { tags: { env: 'dev' } } }, context: { group } },
      'is for other groups',
    ],
    [
      'for a name in other letter case',
      { exception: { groups: { names: ['WEB-*'] } }, context: { group } },
      'is for other groups',
    ],
    ['for another account', { exception: { accounts: ['999988887777'] } }, 'is for other accounts'],
    ['for another VPC', { exception: { vpcs: ['vpc-0def'] }, context: { group } }, 'is for other VPCs'],
    ['for other sources', { exception: { sources: ['203.0.113.0/24'] } }, 'is for other sources'],
    ['for a part of the source', { exception: { sources: ['198.51.100.0/25'] } }, ''],
    [
      'for somebody else',
      { exception: { principals: ['arn:aws:iam::*:role/admin'] }, context: { principals: breakGlass } },
      'is for changes by somebody else',
    ],
    [
      'for a change that nobody made now',
      { exception: { principals: ['arn:aws:*/*'] }, context: { principals: breakGlass }, changed: false },
      'is for changes by somebody else',
    ],
    [
      'for a session that has the name of a role',
      {
        exception: { principals: ['arn:aws:*:assumed-role/*break-glass*', 'arn:aws:*break-glass*'] },
        context: { principals: ['arn:aws:sts::111122223333:assumed-role/Dev/break-glass'] },
      },
      'is for changes by somebody else',
    ],
    [
      'for somebody, where nobody knows who it was',
      { exception: { principals: ['*'] }, context: { principals: 'unknown' } },
      'may be for whoever added the rule, who is not known here',
    ],
    ['that is past', { exception: { accounts: ['111122223333'], expires: '2026-05-31' } }, 'has expired'],
  ])('excuses nothing %s, and the finding says why', (_, asked, why) => {
    const { verdict, reason } = judge(asked);

    expect(verdict).toBe('violation');
    expect(reason).toContain(why);
  });

  it('takes its sources out of what is counted, and no more', () => {
    const { reason } = judge({ exception: { sources: ['198.51.100.0/25'] } });

    expect(reason).toContain('for example 198.51.100.128');
  });

  it('may name a prefix list as source; while that cannot be read, nobody knows', () => {
    const exception = { sources: ['pl-0ff1ce00'] };
    const prefixLists = new Map([['pl-0ff1ce00', parseBlockList(['198.51.100.0/24'])]]);

    expect([judge({ exception, context: { prefixLists } }).verdict, judge({ exception }).verdict]).toEqual([
      'exempt',
      'undecided',
    ]);
  });

  it('needs a prefix list only where it holds but for its sources', () => {
    const sources = ['pl-0ff1ce00'];

    expect(judge({ exception: { sources, expires: '2026-05-31' } }).verdict).toBe('violation');
    expect(judge({ exception: { sources, accounts: ['999988887777'] } }).verdict).toBe('violation');
  });

  it('is decided by a prefix list that can be read, and may be widened by one that cannot', () => {
    const half = parseBlockList(['198.51.100.0/25']);
    const context = { prefixLists: new Map([['pl-0000000f', half]]) };

    expect(judge({ exception: { sources: ['pl-0000000f'] }, context }).verdict).toBe('violation');
    expect(judge({ exception: { sources: ['pl-0000000f', 'pl-00000bad'] }, context }).verdict).toBe(
      'undecided',
    );
  });

  it('excuses what cannot be read only where it holds for any source', () => {
    const source = { PrefixListId: 'pl-00000bad' };

    expect(judge({ source, exception: { accounts: ['111122223333'] } }).verdict).toBe('exempt');
    expect(judge({ source, exception: { sources: ['198.51.100.0/24'] } }).verdict).toBe('undecided');
  });

  it('with sources may excuse a prefix list: while that cannot be read, nobody knows even where any source is forbidden', () => {
    const asked = { source: { PrefixListId: 'pl-00000bad' }, match: { source: 'any' } };

    expect(judge(asked).verdict).toBe('violation');
    expect(judge({ ...asked, exception: { sources: ['198.51.100.0/24'] } }).verdict).toBe('undecided');
  });

  it('leaves a compliant rule compliant', () => {
    expect(
      judge({ source: { CidrIpv4: '10.1.0.0/16' }, exception: { accounts: ['111122223333'] } }).verdict,
    ).toBe('compliant');
  });
});

describe('a scope', () => {
  it.each<[string, object]>([
    ['the account', { accounts: ['111122223333'] }],
    ['a region by pattern', { regions: ['eu-*'] }],
    ['the VPC', { vpcs: ['vpc-0abc'] }],
    ['a group by name and tag', { groups: { names: ['web-*'], tags: { env: 'production' } } }],
    ['several things that all hold', { accounts: ['111122223333'], regions: ['eu-west-1'] }],
  ])('that names %s is judged', (_, scope) => {
    expect(judge({ scope, context: { group } }).verdict).toBe('violation');
  });

  it.each<[string, object]>([
    ['another account', { accounts: ['999988887777'] }],
    ['another region', { regions: ['us-*'] }],
    ['another VPC', { vpcs: ['vpc-0def'] }],
    ['a tag that the group lacks', { groups: { tags: { team: '*' } } }],
    ['several things of which one does not hold', { accounts: ['111122223333'], regions: ['us-*'] }],
  ])('that names %s is not', (_, scope) => {
    expect(judge({ scope, context: { group } }).verdict).toBe('out of scope');
  });
});
