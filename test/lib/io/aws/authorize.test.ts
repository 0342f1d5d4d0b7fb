import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { authorizeAgain } from '../../../../lib/io/aws/authorize.ts';
import { contentOf, parseRule } from '../../../../lib/rule.ts';
import { addGroup, fail, inForce } from '../../../../lib/sandbox/index.ts';
import { calls, GROUP, makeWorld, tcp } from '../world.ts';

const OTHER = 'sg-0other';
const TEAM = [{ Key: 'team', Value: 'web' }];

function of(rule: AwsSecurityGroupRule) {
  return parseRule({ ...rule, GroupId: GROUP });
}

function chosen(rules: readonly AwsSecurityGroupRule[]) {
  return rules
    .map((rule) => [contentOf(parseRule(rule)), rule.Description, rule.Tags ?? []])
    .toSorted((a, b) => String(a[0]).localeCompare(String(b[0])));
}

describe('putting rules back', () => {
  it.each<[string, AwsSecurityGroupRule]>([
    ['a block', tcp('sgr-0a', 22)],
    ['an IPv6 block', tcp('sgr-0a', 22, { CidrIpv6: '::/0' })],
    ['a prefix list', tcp('sgr-0a', 22, { PrefixListId: 'pl-0abc' })],
    ['a group', tcp('sgr-0a', 22, { ReferencedGroupInfo: { GroupId: OTHER, UserId: '111122223333' } })],
    ['all traffic', { ...tcp('sgr-0a', -1), IpProtocol: '-1' }],
    ['pings', { ...tcp('sgr-0a', 8), IpProtocol: 'icmp', ToPort: 0 }],
    ['a protocol without ports', { ...tcp('sgr-0a', -1), IpProtocol: '50' }],
    ['what goes out', { ...tcp('sgr-0a', 25), IsEgress: true }],
    ['a rule with description and tags', { ...tcp('sgr-0a', 22), Description: 'until Friday', Tags: TEAM }],
  ])('makes the very same rule: %s', async (_, rule) => {
    const { account, world } = makeWorld([]);
    addGroup(account, { GroupId: OTHER, VpcId: 'vpc-0other' });

    const [done] = await authorizeAgain(world.ec2, [of(rule)]);

    const [made] = inForce(account, GROUP);
    expect(chosen(inForce(account, GROUP))).toEqual(chosen([rule]));
    expect(done).toMatchObject({ outcome: 'restored', newId: made?.SecurityGroupRuleId });
  });

  it('stops between two calls when it is interrupted, and says what was not sent', async () => {
    const test = makeWorld([]);
    const abort = new AbortController();
    const { world, account } = test;
    const send = world.ec2.send.bind(world.ec2);
    world.ec2.send = ((...call: Parameters<typeof send>) => {
      abort.abort();
      return send(...call);
    }) as typeof send;
    const rules = [tcp('sgr-0a', 1), { ...tcp('sgr-0b', 2), IsEgress: true }].map(of);

    const done = await authorizeAgain(world.ec2, rules, abort.signal);

    expect(done).toMatchObject([
      { outcome: 'restored' },
      { outcome: 'refused', detail: 'not sent: interrupted' },
    ]);
    expect(inForce(account, GROUP)).toHaveLength(1);
  });

  it('takes one call for each direction and set of tags', async () => {
    const test = makeWorld([]);
    const tagged = { ...tcp('sgr-0c', 3), Tags: TEAM };
    const out = { ...tcp('sgr-0d', 4), IsEgress: true };
    const rules = [tcp('sgr-0a', 1), tcp('sgr-0b', 2), tagged, { ...tagged, FromPort: 2 }, out];

    await authorizeAgain(test.world.ec2, rules.map(of));

    expect(calls(test)).toEqual([
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupEgress',
    ]);
    expect(chosen(inForce(test.account, GROUP))).toEqual(chosen(rules));
  });

  it('leaves out the tags that only AWS may set', async () => {
    const { account, world } = makeWorld([]);
    const Tags = [...TEAM, { Key: 'aws:cloudformation:stack-name', Value: 'web' }];

    await authorizeAgain(world.ec2, [of({ ...tcp('sgr-0a', 22), Tags })]);

    expect(inForce(account, GROUP)[0]?.Tags).toEqual(TEAM);
  });

  it('says of each rule what EC2 said, and does the others', async () => {
    const { world } = makeWorld([tcp('sgr-0there', 22)]);

    const done = await authorizeAgain(world.ec2, [of(tcp('sgr-0a', 22)), of(tcp('sgr-0b', 23))]);

    expect(done.map(({ outcome }) => outcome)).toEqual(['refused', 'restored']);
    expect(done[0]?.detail).toContain('InvalidPermission.Duplicate: ');
  });

  it('makes no rule without its tags where these are denied', async () => {
    const { account, world } = makeWorld([]);
    fail(account, 'AuthorizeSecurityGroupIngress', 'UnauthorizedOperation');

    const [done] = await authorizeAgain(world.ec2, [of({ ...tcp('sgr-0a', 22), Tags: TEAM })]);

    expect(done?.outcome).toBe('refused');
    expect(inForce(account, GROUP)).toEqual([]);
  });
});
