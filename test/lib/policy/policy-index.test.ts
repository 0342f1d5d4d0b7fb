import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlaps } from '../../../lib/intervals.ts';
import { concernedBy } from '../../../lib/policy/policy-index.ts';
import { tinyPolicy, tinyRules, toPolicy, toRules } from '../tiny-world.ts';

describe('the index of policies', () => {
  it('finds for each policy exactly the rules that asking every pair finds', () => {
    fc.assert(
      fc.property(fc.array(tinyPolicy, { maxLength: 6 }), tinyRules, (tiny, tinyRuleList) => {
        const policies = tiny.map(toPolicy);
        const rules = toRules(tinyRuleList);

        const found = concernedBy(policies, rules);

        for (const policy of policies) {
          const asked = rules.filter((rule) => overlaps([rule.traffic], policy.traffic));
          expect(found.get(policy) ?? []).toEqual(asked);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the directions apart', () => {
    const [inbound] = toRules([{ protocol: '-1', from: 20, to: 20, family: 'ipv4', base: 0, bits: 0 }]);
    const policy = toPolicy({
      protocol: ['tcp'],
      from: 20,
      to: 20,
      allowed: [],
      tolerate: { ipv4: undefined, ipv6: undefined },
    });
    if (inbound === undefined) throw new Error('one rule was asked for');

    expect(concernedBy([policy], [inbound, { ...inbound, direction: 'egress' }]).get(policy)).toEqual([
      inbound,
    ]);
  });
});
