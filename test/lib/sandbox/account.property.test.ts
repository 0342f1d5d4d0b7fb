// Whatever rules there are, the account keeps, shows and forgets them exactly.
import {
  type IpPermission,
  paginateDescribeSecurityGroupRules,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printCidr } from '../../../lib/network/cidr.ts';
import { contentOf, parseRule } from '../../../lib/rule.ts';
import { inForce } from '../../../lib/sandbox/index.ts';
import { RUNS } from '../../runs.ts';
import { GROUP, HOME, idsOf, makeSandbox, open, type Sandbox } from './sandbox.ts';

/** Each run is a whole story of calls. */
const STORIES = { numRuns: Math.ceil(RUNS.numRuns / 100) };

const ipv4 = fc
  .tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }))
  .map(([address, length]) => ({ IpRanges: [{ CidrIp: `${address}/${length}` }] }));
const ipv6 = fc
  .tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }))
  .map(([address, length]) => ({ Ipv6Ranges: [{ CidrIpv6: `${address}/${length}` }] }));
const others = fc.constantFrom<IpPermission>(
  { PrefixListIds: [{ PrefixListId: 'pl-0123' }] },
  { UserIdGroupPairs: [{ GroupId: HOME }] },
);
const ports = fc
  .tuple(fc.integer({ min: 0, max: 65_535 }), fc.integer({ min: 0, max: 65_535 }))
  .map(([a, b]) => ({ FromPort: Math.min(a, b), ToPort: Math.max(a, b) }));
const traffic = fc.oneof(
  fc
    .tuple(fc.constantFrom('tcp', 'udp', '6', '17'), ports)
    .map(([IpProtocol, range]) => ({ IpProtocol, ...range })),
  fc
    .tuple(fc.constantFrom('icmp', 'icmpv6', '1', '58'), fc.nat(255), fc.integer({ min: -1, max: 255 }))
    .map(([IpProtocol, FromPort, ToPort]) => ({ IpProtocol, FromPort, ToPort })),
  fc.constantFrom('-1', '50', 'icmpv6').map((IpProtocol) => ({ IpProtocol })),
);
const permission: fc.Arbitrary<IpPermission> = fc
  .tuple(traffic, fc.oneof(ipv4, ipv6, others))
  .map(([what, from]) => ({ ...what, ...from }));

/** Permissions that a group can have at once; few enough for any quota. */
const permissions = fc.uniqueArray(permission, { maxLength: 30, selector: admittedBy });

function admittedBy(each: IpPermission): string {
  const CidrIpv4 = each.IpRanges?.[0]?.CidrIp;
  const CidrIpv6 = each.Ipv6Ranges?.[0]?.CidrIpv6;
  const PrefixListId = each.PrefixListIds?.[0]?.PrefixListId;
  const ReferencedGroupInfo = each.UserIdGroupPairs?.[0];
  const { IpProtocol, FromPort, ToPort } = each;
  return contentOf(
    parseRule({ IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo }),
  );
}

async function pagesOf(
  { ec2 }: Sandbox,
  pageSize: number,
): Promise<readonly (readonly (string | undefined)[])[]> {
  const pages: (readonly (string | undefined)[])[] = [];
  for await (const page of paginateDescribeSecurityGroupRules({ client: ec2, pageSize }, {})) {
    pages.push((page.SecurityGroupRules ?? []).map(({ SecurityGroupRuleId }) => SecurityGroupRuleId));
  }
  return pages;
}

describe('an account', () => {
  it('is as it was before when what was authorised is revoked by id', async () => {
    await fc.assert(
      fc.asyncProperty(permissions, fc.nat(30), async (all, split) => {
        const sandbox = makeSandbox();
        const [first, second] = [all.slice(0, split), all.slice(split)];
        fc.pre(first.length > 0 && second.length > 0);
        await open(sandbox, GROUP, ...first);
        const before = inForce(sandbox.account, GROUP);
        const added = await open(sandbox, GROUP, ...second);
        const SecurityGroupRuleIds = added.map(({ SecurityGroupRuleId: id = '' }) => id);

        await sandbox.ec2.send(
          new RevokeSecurityGroupIngressCommand({ GroupId: GROUP, SecurityGroupRuleIds }),
        );

        expect(added).toHaveLength(second.length);
        expect(inForce(sandbox.account, GROUP)).toEqual(before);
      }),
      STORIES,
    );
  });

  it('is empty when what was authorised is revoked by permission', async () => {
    await fc.assert(
      fc.asyncProperty(permissions, async (IpPermissions) => {
        const sandbox = makeSandbox();
        fc.pre(IpPermissions.length > 0);
        await open(sandbox, GROUP, ...IpPermissions);

        await sandbox.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: GROUP, IpPermissions }));

        expect(inForce(sandbox.account, GROUP)).toEqual([]);
      }),
      STORIES,
    );
  });

  it('shows every rule exactly once, in pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        permissions,
        fc.integer({ min: 5, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        async (all, size, cap) => {
          const sandbox = makeSandbox();
          if (all.length > 0) await open(sandbox, GROUP, ...all);
          sandbox.account.pageSize = cap;

          const pages = await pagesOf(sandbox, size);

          expect(pages.flat()).toEqual(idsOf(sandbox));
          expect(pages).toHaveLength(Math.max(1, Math.ceil(all.length / Math.min(size, cap))));
          expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(Math.min(size, cap));
        },
      ),
      STORIES,
    );
  });

  it('keeps rules in canonical form, and meaning what was asked for', async () => {
    await fc.assert(
      fc.asyncProperty(permission, async (asked) => {
        const [kept] = await open(makeSandbox(), GROUP, asked);

        const rule = parseRule(kept ?? {});
        expect(contentOf({ ...rule, id: '', groupId: '' })).toBe(admittedBy(asked));
        if (rule.peer.kind === 'cidr')
          expect(kept?.CidrIpv4 ?? kept?.CidrIpv6).toBe(printCidr(rule.peer.cidr));
      }),
      STORIES,
    );
  });
});
