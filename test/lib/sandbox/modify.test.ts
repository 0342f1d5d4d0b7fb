import { ModifySecurityGroupRulesCommand, type SecurityGroupRuleRequest } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { inForce } from '../../../lib/sandbox/index.ts';
import { authorize, GROUP, idsOf, refusal, revokeIds, type Setup, seen, setUp, sources, tcp } from './setup.ts';

const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };

function modify({ ec2 }: Setup, ...changes: readonly (readonly [id: string, rule: SecurityGroupRuleRequest])[]) {
  const SecurityGroupRules = changes.map(([SecurityGroupRuleId, SecurityGroupRule]) => ({
    SecurityGroupRuleId,
    SecurityGroupRule,
  }));
  return ec2.send(new ModifySecurityGroupRulesCommand({ GroupId: GROUP, SecurityGroupRules }));
}

describe('modifying a rule', () => {
  it('changes traffic, source and description, and keeps the id', async () => {
    const setup = setUp();
    const [id = ''] = idsOf(await authorize(setup, tcp(22, '10.0.0.0/8')));
    const rule = { IpProtocol: '17', FromPort: 53, ToPort: 54, CidrIpv4: '198.51.100.7/0', Description: 'dns' };

    expect(await modify(setup, [id, rule])).toMatchObject({ Return: true });

    const [now] = await seen(setup);
    expect(now).toMatchObject({ SecurityGroupRuleId: id, ...rule, IpProtocol: 'udp', CidrIpv4: '0.0.0.0/0' });
    expect(inForce(setup.account, GROUP)).toEqual([now]);
  });

  it.each([
    ['IPv6', { Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }] }, { CidrIpv6: '::/0' }, '::/0'],
    ['prefix list', { PrefixListIds: [{ PrefixListId: 'pl-0a' }] }, { PrefixListId: 'pl-0b' }, 'pl-0b'],
    ['group', { UserIdGroupPairs: [{ GroupId: 'sg-0a' }] }, { ReferencedGroupId: 'sg-0b' }, 'sg-0b'],
  ])('changes a source of the kind %s', async (_, from, to, source) => {
    const setup = setUp();
    const [id = ''] = idsOf(await authorize(setup, { ...ssh, ...from }));

    await modify(setup, [id, { ...ssh, ...to }]);

    expect(sources(setup)).toEqual([source]);
  });

  it.each<[string, SecurityGroupRuleRequest]>([
    ['IPv6', { CidrIpv6: '::/0' }],
    ['prefix list', { PrefixListId: 'pl-0b' }],
    ['group', { ReferencedGroupId: 'sg-0b' }],
    ['none', {}],
    ['two', { CidrIpv4: '0.0.0.0/0', CidrIpv6: '::/0' }],
  ])('refuses to change the kind of source from IPv4 to %s', async (_, to) => {
    const setup = setUp();
    const [id = ''] = idsOf(await authorize(setup, tcp(22, '10.0.0.0/8')));

    await expect(modify(setup, [id, { ...ssh, ...to }])).rejects.toEqual(refusal('InvalidParameterValue'));
    expect(sources(setup)).toEqual(['10.0.0.0/8']);
  });

  it('refuses to change the kind of source from a group to IPv4', async () => {
    const setup = setUp();
    const [id = ''] = idsOf(await authorize(setup, { ...ssh, UserIdGroupPairs: [{ GroupId: 'sg-0a' }] }));

    const sent = modify(setup, [id, { ...ssh, CidrIpv4: '0.0.0.0/0' }]);

    await expect(sent).rejects.toEqual(refusal('InvalidParameterValue'));
  });

  it('changes nothing when one id is unknown', async () => {
    const setup = setUp();
    const [id = ''] = idsOf(await authorize(setup, tcp(22, '10.0.0.0/8')));
    const open = { ...ssh, CidrIpv4: '0.0.0.0/0' };

    const sent = modify(setup, [id, open], ['sgr-0gone', open]);

    await expect(sent).rejects.toEqual(refusal('InvalidSecurityGroupRuleId.NotFound'));
    expect(sources(setup)).toEqual(['10.0.0.0/8']);
  });

  it('refuses to make a rule the duplicate of another', async () => {
    const setup = setUp();
    const [id = ''] = idsOf(await authorize(setup, tcp(22, '10.0.0.0/8', '0.0.0.0/0')));

    const sent = modify(setup, [id, { ...ssh, CidrIpv4: '0.0.0.0/0' }]);

    await expect(sent).rejects.toEqual(refusal('InvalidPermission.Duplicate'));
    expect(sources(setup)).toEqual(['10.0.0.0/8', '0.0.0.0/0']);
  });

  it('lets a rule stay as it is', async () => {
    const setup = setUp();
    const [id = ''] = idsOf(await authorize(setup, tcp(22, '10.0.0.0/8')));

    await modify(setup, [id, { ...ssh, CidrIpv4: '10.0.0.0/8' }]);

    expect(sources(setup)).toEqual(['10.0.0.0/8']);
  });

  it('shows the rule as it was until the change is visible', async () => {
    const setup = setUp();
    const [id = ''] = idsOf(await authorize(setup, tcp(22, '10.0.0.0/8')));
    setup.account.lag = 1;

    await modify(setup, [id, { ...ssh, CidrIpv4: '0.0.0.0/0' }]);

    expect((await seen(setup)).map(({ CidrIpv4 }) => CidrIpv4)).toEqual(['10.0.0.0/8']);
    expect((await seen(setup)).map(({ CidrIpv4 }) => CidrIpv4)).toEqual(['0.0.0.0/0']);
  });

  it('leaves a rule that can be revoked', async () => {
    const setup = setUp();
    const [id = ''] = idsOf(await authorize(setup, tcp(22, '10.0.0.0/8')));
    setup.account.lag = 1;
    await modify(setup, [id, { ...ssh, CidrIpv4: '0.0.0.0/0' }]);

    await revokeIds(setup, id);

    expect(sources(setup)).toEqual([]);
    await seen(setup);
    expect(await seen(setup)).toEqual([]);
  });
});
