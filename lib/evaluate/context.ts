// What judging looks at.
import type { AddressSet } from '../network/cidr.ts';
import type { Intervals } from '../network/intervals.ts';
import type { Policy } from '../policy/policy.ts';
import type { RulePlace } from '../policy/selector.ts';
import type { SecurityGroupRule } from '../rule.ts';
import type { PrefixLists } from './prefix-lists.ts';

/** Who made rules. */
export type Makers = readonly string[] | 'unknown' | 'anybody';

/** What judging looks at beside rules and policies. */
export interface Context extends RulePlace {
  /** The ARNs of who made the changed rules, role and session; `anybody` fits every exception. */
  readonly principals: Makers;
  /** The ids of changed rules that somebody has changed since, and who that is. */
  readonly strangers?: { readonly ids: ReadonlySet<string>; readonly principals: Makers } | undefined;
  readonly prefixLists: PrefixLists;
  readonly now: Date;
}

/** A rule that a policy concerns. */
export interface Concerned {
  readonly rule: SecurityGroupRule;
  readonly policy: Policy;
  /** The part of the rule's traffic that the policy is about. */
  readonly overlap: Intervals<number>;
  /** The addresses that it admits; undefined where nobody knows. */
  readonly admitted: AddressSet | undefined;
}
