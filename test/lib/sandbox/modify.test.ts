import { ModifySecurityGroupRulesCommand, type SecurityGroupRuleRequest } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { inForce } from '../../../lib/sandbox/index.ts';
import { expectRefusal, GROUP, HOME, makeSandbox, open, type Sandbox, ssh, tcp, WORLD } from './sandbox.ts';

const SSH = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };

function modify({ ec2 }: Sandbox, updates: readonly (readonly [id: string, to: SecurityGroupRuleRequest])[]) {
  const SecurityGroupRules = updates.map(([SecurityGroupRuleId, SecurityGroupRule]) => ({
    SecurityGroupRuleId,
    SecurityGroupRule,
  }));
  return ec2.send(new ModifySecurityGroupRulesCommand({ GroupId: GROUP, SecurityGroupRules }));
}

/** A sandbox whose group has a rule of each kind of source; their ids in that order. */
async function withRules() {
  const sandbox = makeSandbox();
  const rules = await open(sandbox, GROUP, {
    ...SSH,
    IpRanges: [{ CidrIp: '192.0.2.0/24', Description: 'office' }],
    Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }],
    PrefixListIds: [{ PrefixListId: 'pl-0123' }],
    UserIdGroupPairs: [{ GroupId: HOME }],
  });
  const [ipv4 = '', ipv6 = '', list = '', group = ''] = rules.map(
    ({ SecurityGroupRuleId }) => SecurityGroupRuleId,
  );
  return { sandbox, rules, ipv4, ipv6, list, group };
}

describe('modifying rules', () => {
  it('keeps ids and order, and writes the rest again', async () => {
    const { sandbox, rules, ipv4, ipv6, list, group } = await withRules();

    const answer = await modify(sandbox, [
      [ipv4, { IpProtocol: '-1', CidrIpv4: '198.51.100.7/0' }],
      [ipv6, { ...SSH, ToPort: 23, CidrIpv6: '::/0', Description: 'all' }],
      [list, { ...SSH, PrefixListId: 'pl-0456' }],
      [group, { ...SSH, ReferencedGroupId: GROUP }],
    ]);

    const after = inForce(sandbox.account, GROUP);
    expect(answer.Return).toBe(true);
    expect(after).toMatchObject([
      { SecurityGroupRuleId: ipv4, IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv4: WORLD },
      { SecurityGroupRuleId: ipv6, FromPort: 22, ToPort: 23, CidrIpv6: '::/0', Description: 'all' },
      { SecurityGroupRuleId: list, PrefixListId: 'pl-0456' },
      { SecurityGroupRuleId: group, ReferencedGroupInfo: { GroupId: GROUP } },
    ]);
    expect(after[0]?.Description).toBeUndefined();
    expect(after.map((rule) => rule.SecurityGroupRuleArn)).toEqual(
      rules.map((rule) => rule.SecurityGroupRuleArn),
    );
  });

  it.each<[string, string, 'ipv4' | 'ipv6' | 'list' | 'group', SecurityGroupRuleRequest]>([
    ['InvalidParameterValue', 'IPv6 for IPv4', 'ipv4', { ...SSH, CidrIpv6: '::/0' }],
    ['InvalidParameterValue', 'IPv4 for IPv6', 'ipv6', { ...SSH, CidrIpv4: WORLD }],
    ['InvalidParameterValue', 'IPv4 for a prefix list', 'list', { ...SSH, CidrIpv4: WORLD }],
    ['InvalidParameterValue', 'IPv4 for a group', 'group', { ...SSH, CidrIpv4: WORLD }],
    ['InvalidParameterCombination', 'two sources', 'ipv4', { ...SSH, CidrIpv4: WORLD, CidrIpv6: '::/0' }],
    ['MissingParameter', 'no source', 'ipv4', SSH],
    ['InvalidParameterValue', 'no protocol', 'ipv4', { CidrIpv4: WORLD }],
    ['InvalidParameterValue', 'a malformed block', 'ipv4', { ...SSH, CidrIpv4: '1.2.3/8' }],
    [
      'InvalidGroup.NotFound',
      'a group that is not there',
      'group',
      { ...SSH, ReferencedGroupId: 'sg-0none' },
    ],
  ])('is refused whole with %s: %s', async (code, _, which, to) => {
    const { sandbox, rules, ...ids } = await withRules();
    const other = which === 'ipv4' ? ids.ipv6 : ids.ipv4;
    const fine = which === 'ipv4' ? { CidrIpv6: '::/0' } : { CidrIpv4: WORLD };

    const call = modify(sandbox, [
      [other, { IpProtocol: '-1', ...fine }],
      [ids[which], to],
    ]);

    await expectRefusal(call, code);
    expect(inForce(sandbox.account, GROUP)).toEqual(rules);
  });

  it('refuses to make a rule the same as another', async () => {
    const sandbox = makeSandbox();
    const rules = await open(sandbox, GROUP, ssh(WORLD), tcp(443, WORLD));
    const id = rules[1]?.SecurityGroupRuleId ?? '';

    await expectRefusal(modify(sandbox, [[id, { ...SSH, CidrIpv4: WORLD }]]), 'InvalidPermission.Duplicate');
    expect(inForce(sandbox.account, GROUP)).toEqual(rules);
  });

  it('lets two rules change places, and refuses to make them one', async () => {
    const sandbox = makeSandbox();
    const rules = await open(sandbox, GROUP, ssh('10.0.0.0/8'), ssh('192.168.0.0/16'));
    const [a = '', b = ''] = rules.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId);
    const to = (CidrIpv4: string) => ({ ...SSH, CidrIpv4 });

    await modify(sandbox, [
      [a, to('192.168.0.0/16')],
      [b, to('10.0.0.0/8')],
    ]);

    expect(inForce(sandbox.account, GROUP).map(({ CidrIpv4 }) => CidrIpv4)).toEqual([
      '192.168.0.0/16',
      '10.0.0.0/8',
    ]);
    const same = modify(sandbox, [
      [a, to(WORLD)],
      [b, to(WORLD)],
    ]);
    await expectRefusal(same, 'InvalidParameterValue');
  });

  it('needs rules that are there', async () => {
    const sandbox = makeSandbox();

    const call = modify(sandbox, [['sgr-0none', { ...SSH, CidrIpv4: WORLD }]]);

    await expectRefusal(call, 'InvalidSecurityGroupRuleId.NotFound');
    await expectRefusal(modify(sandbox, []), 'MissingParameter');
  });
});
