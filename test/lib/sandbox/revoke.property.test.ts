// A revoke by properties is a compare-and-swap: it removes the rule that has exactly these properties, or nothing.
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandPermissions } from '../../../lib/io/aws/permissions.ts';
import { contentOf, parseRule } from '../../../lib/rule.ts';
import { inForce } from '../../../lib/sandbox/index.ts';
import { RUNS } from '../../runs.ts';
import { ACCOUNT, expectRefusal, GROUP, HOME, makeSandbox, type Sandbox } from './sandbox.ts';

/** Each run is a story of several calls. */
const STORIES = { numRuns: Math.ceil(RUNS.numRuns / 50) };

type Direction = 'ingress' | 'egress';
const PEERED = {
  GroupId: 'sg-0aaaaaaaaaaaaaaaa',
  UserId: '444455556666',
  VpcPeeringConnectionId: 'pcx-0aaaaaaaaaaaaaaaa',
};

const direction = fc.constantFrom<Direction>('ingress', 'egress');
// Few values, so that rules often differ in one property.
const cidr = fc.constantFrom('0.0.0.0/0', '0.0.0.0/1', '10.0.0.0/8', '192.0.2.1/32');
const cidr6 = fc.constantFrom('::/0', '::/1', '2001:db8::/32');
const peer = fc.oneof(
  cidr.map((CidrIp): IpPermission => ({ IpRanges: [{ CidrIp }] })),
  cidr6.map((CidrIpv6): IpPermission => ({ Ipv6Ranges: [{ CidrIpv6 }] })),
  fc
    .constantFrom('pl-0a', 'pl-0b')
    .map((PrefixListId): IpPermission => ({ PrefixListIds: [{ PrefixListId }] })),
  fc
    .constantFrom({ GroupId: HOME, UserId: ACCOUNT }, { GroupId: GROUP, UserId: ACCOUNT }, PEERED)
    .map((pair): IpPermission => ({ UserIdGroupPairs: [pair] })),
);
const selected = (FromPort: number, ToPort: number) => ({ FromPort, ToPort });
const traffic = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('tcp', 'udp'),
      fc.constantFrom(selected(22, 22), selected(22, 23), selected(20, 22)),
    )
    .map(([IpProtocol, ports]): IpPermission => ({ IpProtocol, ...ports })),
  fc
    .tuple(
      fc.constantFrom('icmp', 'icmpv6'),
      fc.constantFrom(selected(-1, -1), selected(8, -1), selected(8, 0), selected(3, 4)),
    )
    .map(([IpProtocol, types]): IpPermission => ({ IpProtocol, ...types })),
  fc.constantFrom('-1', '47', '50').map((IpProtocol): IpPermission => ({ IpProtocol })),
);
const permission = fc.tuple(traffic, peer).map(([what, who]): IpPermission => ({ ...what, ...who }));
const permissions = fc.uniqueArray(permission, { minLength: 1, maxLength: 12, selector: contentOfOne });

function contentOfOne(each: IpPermission): string {
  return contentOf(parseRule(expandPermissions({ IpPermissions: [each] })[0] ?? {}));
}

/** The same permission with one property changed, in every way that it has such a property. */
function neighbors(each: IpPermission): readonly IpPermission[] {
  const { IpProtocol, FromPort = -1, ToPort = -1, UserIdGroupPairs: [pair] = [] } = each;
  const { IpRanges: _4, Ipv6Ranges: _6, PrefixListIds: _lists, UserIdGroupPairs: _groups, ...rest } = each;
  const otherPeers: readonly IpPermission[] = [
    { IpRanges: [{ CidrIp: '10.0.0.0/9' }] },
    { Ipv6Ranges: [{ CidrIpv6: '2001:db8::/33' }] },
    { PrefixListIds: [{ PrefixListId: 'pl-0c' }] },
    { UserIdGroupPairs: [{ ...pair, GroupId: 'sg-0bbbbbbbbbbbbbbbb' }] },
    ...(pair === undefined ? [] : [{ UserIdGroupPairs: [{ ...pair, UserId: '777788889999' }] }]),
    ...(pair === undefined
      ? []
      : [{ UserIdGroupPairs: [{ ...pair, VpcPeeringConnectionId: 'pcx-0bbbbbbbbbbbbbbbb' }] }]),
  ];
  const isPorts = IpProtocol === 'tcp' || IpProtocol === 'udp';
  const isIcmp = IpProtocol === 'icmp' || IpProtocol === 'icmpv6';
  return [
    ...otherPeers.map((other) => ({ ...rest, ...other })),
    { ...each, IpProtocol: '112' },
    ...(IpProtocol === '-1' ? [] : [{ ...each, IpProtocol: '-1' }]),
    ...(isPorts ? [{ ...each, IpProtocol: IpProtocol === 'tcp' ? '17' : '6' }] : []),
    ...(isPorts ? [selected(FromPort - 1, ToPort), selected(FromPort, ToPort + 1)] : []).map((ports) => ({
      ...each,
      ...ports,
    })),
    ...(isIcmp ? [selected(11, ToPort), selected(FromPort === -1 ? 0 : FromPort, 1)] : []).map((types) => ({
      ...each,
      ...types,
    })),
  ];
}

function open({ ec2 }: Sandbox, to: Direction, GroupId: string, all: readonly IpPermission[]) {
  const input = { GroupId, IpPermissions: [...all] };
  return to === 'ingress'
    ? ec2.send(new AuthorizeSecurityGroupIngressCommand(input))
    : ec2.send(new AuthorizeSecurityGroupEgressCommand(input));
}

function revoke({ ec2 }: Sandbox, to: Direction, GroupId: string, all: readonly IpPermission[]) {
  const input = { GroupId, IpPermissions: [...all] };
  return to === 'ingress'
    ? ec2.send(new RevokeSecurityGroupIngressCommand(input))
    : ec2.send(new RevokeSecurityGroupEgressCommand(input));
}

const idsOf = (rules: readonly SecurityGroupRule[]) =>
  rules.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId);

describe('revoking by properties', () => {
  it('removes the rule that has them and no other, in any VPC', async () => {
    await fc.assert(
      fc.asyncProperty(permissions, direction, fc.constantFrom(GROUP, HOME), async (all, to, GroupId) => {
        const sandbox = makeSandbox();
        await open(sandbox, 'ingress', GroupId, all);
        await open(sandbox, 'egress', GroupId, all);
        const [asked = {}] = all;

        const { RevokedSecurityGroupRules: revoked = [], UnknownIpPermissions: unknown = [] } = await revoke(
          sandbox,
          to,
          GroupId,
          [asked],
        );

        const left = inForce(sandbox.account, GroupId);
        expect(left).toHaveLength(2 * all.length - 1);
        expect(left.filter(isLike(asked)).map(({ IsEgress }) => IsEgress)).toEqual([to === 'ingress']);
        expect(revoked.filter(isLike(asked)).map(({ IsEgress }) => IsEgress)).toEqual([to === 'egress']);
        expect([revoked.length, unknown.length]).toEqual([1, 0]);
      }),
      STORIES,
    );
  });

  it('removes nothing where any one of them is different', async () => {
    await fc.assert(
      fc.asyncProperty(permission, direction, fc.nat(), async (live, to, pick) => {
        const sandbox = makeSandbox();
        await open(sandbox, to, GROUP, [live]);
        await open(sandbox, to, HOME, [live]);
        const before = [inForce(sandbox.account, GROUP), inForce(sandbox.account, HOME)].map(idsOf);
        const others = neighbors(live);
        const other = others[pick % others.length] ?? {};

        const call = revoke(sandbox, to, GROUP, [other]);
        await expectRefusal(call, 'InvalidPermission.NotFound');
        const atHome = await revoke(sandbox, to, HOME, [other]);

        expect(atHome).toMatchObject({
          Return: true,
          UnknownIpPermissions: [{ IpProtocol: expect.any(String) }],
        });
        expect(atHome.RevokedSecurityGroupRules ?? []).toEqual([]);
        expect([inForce(sandbox.account, GROUP), inForce(sandbox.account, HOME)].map(idsOf)).toEqual(before);
      }),
      STORIES,
    );
  });

  it('removes nothing of a batch in which one rule does not match', async () => {
    await fc.assert(
      fc.asyncProperty(permissions, direction, fc.nat(), async (all, to, pick) => {
        const sandbox = makeSandbox();
        await open(sandbox, to, GROUP, all);
        const before = idsOf(inForce(sandbox.account, GROUP));
        const [first = {}, ...rest] = all;
        const others = neighbors(first).filter((other) => !all.some((one) => isAlike(one, other)));
        const other = others[pick % others.length] ?? {};

        const call = revoke(sandbox, to, GROUP, [...rest, other]);

        await expectRefusal(call, 'InvalidPermission.NotFound');
        expect(idsOf(inForce(sandbox.account, GROUP))).toEqual(before);
      }),
      STORIES,
    );
  });
});

function isAlike(one: IpPermission, other: IpPermission): boolean {
  return contentOfOne(one) === contentOfOne(other);
}

function isLike(asked: IpPermission) {
  return ({
    ReferencedGroupId,
    ...rule
  }: SecurityGroupRule & { readonly ReferencedGroupId?: string | undefined }) => {
    const group =
      ReferencedGroupId === undefined ? {} : { ReferencedGroupInfo: { GroupId: ReferencedGroupId } };
    return contentOf(parseRule({ ...rule, ...group, IsEgress: false })) === contentOfOne(asked);
  };
}
