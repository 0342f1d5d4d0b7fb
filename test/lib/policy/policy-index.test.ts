import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlaps } from '../../../lib/network/intervals.ts';
import { concernedBy } from '../../../lib/policy/policy-index.ts';
import { toPolicy, toRules } from '../tiny/judge.ts';
import { DIRECTIONS, type TinyPolicy, tinyPolicy, wholeGroup } from '../tiny/world.ts';

describe('the index of policies', () => {
  it('finds for each policy exactly the rules that asking every pair finds', () => {
    fc.assert(
      fc.property(fc.array(tinyPolicy, { maxLength: 6 }), wholeGroup, (tiny, group) => {
        const policies = tiny.map(toPolicy);
        const rules = DIRECTIONS.flatMap((direction) => toRules(group.rules, direction));

        const found = concernedBy(policies, rules);

        for (const policy of policies) {
          const asked = rules.filter(
            ({ direction, traffic }) => direction === policy.direction && overlaps([traffic], policy.traffic),
          );
          expect(found.get(policy) ?? []).toEqual(asked);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the directions apart', () => {
    const from20 = { from: 20, to: 20 };
    const rule = { protocol: '-1', ...from20, source: 'group', isChanged: true, isApproved: false } as const;
    const [inbound] = toRules([rule], 'ingress');
    const noTolerance = { ipv4: undefined, ipv6: undefined };
    const scope = { isOwn: undefined, vpcs: undefined };
    const limits = { allowed: [], tolerate: noTolerance, tolerateListed: noTolerance, exceptions: [], scope };
    const tiny: TinyPolicy = { direction: 'ingress', protocols: ['tcp'], ...from20, ...limits };
    const policy = toPolicy(tiny);
    if (inbound === undefined) throw new Error('one rule was asked for');

    expect(concernedBy([policy], [inbound, { ...inbound, direction: 'egress' }]).get(policy)).toEqual([
      inbound,
    ]);
  });
});
