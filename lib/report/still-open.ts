// Whether what was taken away is still let in by a rule that stays.
import { intersectionOf, isEmpty } from '../cidr.ts';
import { intersection } from '../intervals.ts';
import { addressesOf, type SecurityGroupRule } from '../rule.ts';
import type { Facts } from './record.ts';

/** The violating rules outside this change that admit what a revoked rule did: without them the group is not closed. */
export function stillOpen({ plan, outcomes }: Facts): readonly SecurityGroupRule[] {
  const revoked = outcomes.filter(({ outcome }) => outcome === 'revoked' || outcome === 'absent');
  return plan.untouched
    .map(({ rule }) => rule)
    .filter((other) => revoked.some(({ rule }) => sharesTraffic(rule, other)));
}

function sharesTraffic(a: SecurityGroupRule, b: SecurityGroupRule): boolean {
  const traffic = intersection([a.traffic], [b.traffic]);
  return (
    a.direction === b.direction &&
    traffic.length > 0 &&
    !isEmpty(intersectionOf(addressesOf(a.peer), addressesOf(b.peer)))
  );
}
