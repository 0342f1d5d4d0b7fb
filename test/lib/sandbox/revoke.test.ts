import { RevokeSecurityGroupEgressCommand, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addGroup, addRule, inForce } from '../../../lib/sandbox/index.ts';
import {
  authorize,
  authorizeEgress,
  GROUP,
  idsOf,
  refusal,
  revokeIds,
  revokePermissions,
  seen,
  setUp,
  setUpInDefaultVpc,
  sources,
  tcp,
} from './setup.ts';

const NO_ID = 'InvalidSecurityGroupRuleId.NotFound';

describe('revoking by id', () => {
  it('removes those rules and no others', async () => {
    const setup = setUp();
    const [first = '', , third = ''] = idsOf(
      await authorize(setup, tcp(22, '10.0.0.0/8', '192.0.2.0/24', '0.0.0.0/0')),
    );

    await revokeIds(setup, first, third);

    expect(sources(setup)).toEqual(['192.0.2.0/24']);
    expect((await seen(setup)).map(({ CidrIpv4 }) => CidrIpv4)).toEqual(['192.0.2.0/24']);
  });

  it('answers what was revoked, without the owner of the group', async () => {
    const setup = setUp();
    const [{ GroupOwnerId: _, ...rule } = {}] = await authorize(setup, tcp(22, '0.0.0.0/0'));

    const answer = await revokeIds(setup, rule.SecurityGroupRuleId ?? '');

    expect(answer).toMatchObject({ Return: true, RevokedSecurityGroupRules: [rule] });
    expect(answer.RevokedSecurityGroupRules?.[0]).not.toHaveProperty('GroupOwnerId');
    expect(answer.UnknownIpPermissions).toBeUndefined();
  });

  it('removes a rule once, however often it is named', async () => {
    const setup = setUp();
    const [id = ''] = idsOf(await authorize(setup, tcp(22, '0.0.0.0/0')));

    const { RevokedSecurityGroupRules } = await revokeIds(setup, id, id);

    expect(RevokedSecurityGroupRules).toHaveLength(1);
  });

  it('revokes nothing when one id is unknown', async () => {
    const setup = setUp();
    const ids = idsOf(await authorize(setup, tcp(22, '10.0.0.0/8', '0.0.0.0/0')));

    await expect(revokeIds(setup, ...ids, 'sgr-0gone')).rejects.toEqual(refusal(NO_ID));
    expect(sources(setup)).toEqual(['10.0.0.0/8', '0.0.0.0/0']);
  });

  it('does not find what is already revoked, even while it is still shown', async () => {
    const setup = setUp();
    const [id = ''] = idsOf(await authorize(setup, tcp(22, '0.0.0.0/0')));
    setup.account.lag = 2;
    await revokeIds(setup, id);

    expect(await seen(setup)).toHaveLength(1);
    await expect(revokeIds(setup, id)).rejects.toEqual(refusal(NO_ID));
  });

  it('does not find a rule of the other direction', async () => {
    const setup = setUp();
    const ids = idsOf(await authorizeEgress(setup, tcp(22, '0.0.0.0/0')));

    await expect(revokeIds(setup, ...ids)).rejects.toEqual(refusal(NO_ID));
    await setup.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: GROUP, SecurityGroupRuleIds: ids }));

    expect(sources(setup)).toEqual([]);
  });

  it('does not find a rule of another group', async () => {
    const setup = setUp();
    addGroup(setup.account, { GroupId: 'sg-0other' });
    addRule(setup.account, { GroupId: 'sg-0other', SecurityGroupRuleId: 'sgr-0other', IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' });

    await expect(revokeIds(setup, 'sgr-0other')).rejects.toEqual(refusal(NO_ID));
    expect(inForce(setup.account, 'sg-0other')).toHaveLength(1);
  });
});

describe.each([
  ['the default VPC', setUpInDefaultVpc],
  ['another VPC', setUp],
])('revoking by permission in %s', (_, make) => {
  it('removes one source and leaves the others', async () => {
    const setup = make();
    await authorize(setup, tcp(22, '10.0.0.0/8', '0.0.0.0/0'));

    const { RevokedSecurityGroupRules } = await revokePermissions(setup, tcp(22, '0.0.0.0/0'));

    expect(sources(setup)).toEqual(['10.0.0.0/8']);
    expect(RevokedSecurityGroupRules?.map(({ CidrIpv4 }) => CidrIpv4)).toEqual(['0.0.0.0/0']);
  });

  it('does not look at descriptions', async () => {
    const setup = make();
    await authorize(setup, { ...tcp(22), IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'temporary' }] });

    await revokePermissions(setup, { ...tcp(22), IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'other' }] });

    expect(sources(setup)).toEqual([]);
  });

  it('knows a rule by any spelling', async () => {
    const setup = make();
    await authorize(setup, tcp(22, '0.0.0.0/0'));

    await revokePermissions(setup, { ...tcp(22, '198.51.100.7/0'), IpProtocol: '6' });

    expect(sources(setup)).toEqual([]);
  });

  it('takes the flat form', async () => {
    const setup = make();
    await authorize(setup, tcp(22, '0.0.0.0/0'));
    const flat = { GroupId: GROUP, IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' };

    await setup.ec2.send(new RevokeSecurityGroupIngressCommand(flat));

    expect(sources(setup)).toEqual([]);
  });

  it('leaves the same traffic in the other direction', async () => {
    const setup = make();
    await authorize(setup, tcp(22, '0.0.0.0/0'));
    await authorizeEgress(setup, tcp(22, '0.0.0.0/0'));

    await revokePermissions(setup, tcp(22, '0.0.0.0/0'));

    expect(inForce(setup.account, GROUP).map(({ IsEgress }) => IsEgress)).toEqual([true]);
  });
});

describe('a permission that is not there', () => {
  const near = { ...tcp(22, '0.0.0.0/0'), ToPort: 23 };
  const sourced = {
    ...tcp(22),
    Ipv6Ranges: [{ CidrIpv6: '::/0' }],
    PrefixListIds: [{ PrefixListId: 'pl-0a' }],
    UserIdGroupPairs: [{ GroupId: 'sg-0app' }],
  };

  it('is listed in the default VPC, and the others are revoked', async () => {
    const setup = setUpInDefaultVpc();
    await authorize(setup, tcp(22, '0.0.0.0/0'), tcp(80, '0.0.0.0/0'));

    const { UnknownIpPermissions } = await revokePermissions(setup, near, tcp(80, '0.0.0.0/0'));

    expect(UnknownIpPermissions).toMatchObject([
      { IpProtocol: 'tcp', FromPort: 22, ToPort: 23, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
    ]);
    expect(inForce(setup.account, GROUP).map(({ FromPort }) => FromPort)).toEqual([22]);
  });

  it('is listed with its sources of every kind', async () => {
    const setup = setUpInDefaultVpc();

    const { UnknownIpPermissions, RevokedSecurityGroupRules } = await revokePermissions(setup, sourced);

    expect(UnknownIpPermissions).toMatchObject([sourced]);
    expect(RevokedSecurityGroupRules ?? []).toEqual([]);
  });

  it('is an error in another VPC, and nothing is revoked', async () => {
    const setup = setUp();
    await authorize(setup, tcp(22, '0.0.0.0/0'), tcp(80, '0.0.0.0/0'));

    const sent = revokePermissions(setup, tcp(80, '0.0.0.0/0'), near);

    await expect(sent).rejects.toEqual(refusal('InvalidPermission.NotFound'));
    expect(sources(setup)).toHaveLength(2);
  });
});
