// Rules and policies to verdicts. lib/README.md states what is computed here as numbered sentences.
import { type AddressSet, intersectionOf, isEmpty } from './cidr.ts';
import { exceeding, isTooMany } from './evaluate/reach.ts';
import { type Witness, witness } from './evaluate/witness.ts';
import { type Interval, type Intervals, intersection } from './intervals.ts';
import type { Policy } from './policy.ts';
import { addressesOf, type SecurityGroupRule } from './rule.ts';

/** What a concerned rule admits that the policy forbids; `any` where the policy forbids every source. */
export type Forbidden = AddressSet | 'any';

interface Judgement {
  readonly policy: Policy;
  readonly rule: SecurityGroupRule;
  /** Whether the rule is one of those that may be acted on. */
  readonly actionable: boolean;
  /** The part of the rule's traffic that the policy is about. */
  readonly overlap: Intervals<number>;
}

/** The answer of one policy about one rule that it concerns. */
export type Verdict =
  | (Judgement & { readonly verdict: 'compliant'; readonly tolerated: AddressSet })
  | (Judgement & {
      readonly verdict: 'violation';
      readonly forbidden: Forbidden;
      /** All that the rules in question admit at the witness's port: more than `forbidden` where it took several. */
      readonly reach: Forbidden;
      readonly witness: Witness;
    })
  | (Judgement & { readonly verdict: 'undecided'; readonly because: string });

export type Violation = Extract<Verdict, { verdict: 'violation' }>;
export type Compliant = Extract<Verdict, { verdict: 'compliant' }>;
export type Undecided = Extract<Verdict, { verdict: 'undecided' }>;

/**
 * Judges every rule of one security group by every policy, and answers one verdict for each rule and policy that
 * concerns it. `actionable` holds the ids of the rules that may be acted on. Total: it never throws.
 */
export function evaluate(
  rules: readonly SecurityGroupRule[],
  actionable: ReadonlySet<string>,
  policies: readonly Policy[],
): readonly Verdict[] {
  return policies.flatMap((policy) => judge(policy, rules, actionable));
}

function judge(
  policy: Policy,
  rules: readonly SecurityGroupRule[],
  actionable: ReadonlySet<string>,
): readonly Verdict[] {
  const concerned = rules.filter(
    (rule) => rule.direction === policy.direction && meets(rule.traffic, policy.traffic),
  );
  if (concerned.length === 0) return [];
  const first = concerned.map((rule) => judgeAlone(rule, policy, actionable.has(rule.id)));
  return judgeTogether(first, policy);
}

function judgeAlone(rule: SecurityGroupRule, policy: Policy, actionable: boolean): Verdict {
  const judgement: Judgement = {
    policy,
    rule,
    actionable,
    overlap: intersection([rule.traffic], policy.traffic),
  };
  if (rule.peer.kind === 'unreadable') {
    return { ...judgement, verdict: 'undecided', because: rule.peer.reason };
  }
  if (policy.forbidden === 'any') return violation(judgement, 'any');
  if (rule.peer.kind === 'prefix-list') {
    const because = `the entries of prefix list ${rule.peer.prefixListId} are not known`;
    return { ...judgement, verdict: 'undecided', because };
  }
  // A reference to a security group admits network interfaces, not addresses.
  const forbidden = intersectionOf(addressesOf(rule.peer), policy.forbidden);
  if (isTooMany(forbidden, policy.tolerance)) return violation(judgement, forbidden);
  return { ...judgement, verdict: 'compliant', tolerated: forbidden };
}

/** Each rule that is tolerable alone may still be one too many beside the others. */
function judgeTogether(verdicts: readonly Verdict[], policy: Policy): readonly Verdict[] {
  const claims = verdicts.flatMap((v) => (v.verdict === 'compliant' && !isEmpty(v.tolerated) ? [v] : []));
  const excess = exceeding(claims, policy.tolerance);
  if (excess.size === 0) return verdicts;
  return verdicts.map((verdict) => {
    const over = excess.get(verdict.rule);
    if (over === undefined || verdict.verdict !== 'compliant') return verdict;
    const { tolerated, ...judgement } = verdict;
    const shown = witness(judgement.rule, [over.cell], over.added);
    return { ...judgement, verdict: 'violation', forbidden: tolerated, reach: over.reach, witness: shown };
  });
}

function violation(judgement: Judgement, forbidden: Forbidden): Violation {
  const { rule, overlap } = judgement;
  const shown = witness(rule, overlap, forbidden === 'any' ? addressesOf(rule.peer) : forbidden);
  return { ...judgement, verdict: 'violation', forbidden, reach: forbidden, witness: shown };
}

function meets([start, end]: Interval<number>, traffic: Intervals<number>): boolean {
  return traffic.some((interval) => start < interval[1] && interval[0] < end);
}
