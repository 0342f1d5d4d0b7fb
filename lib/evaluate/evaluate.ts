// Rules and policies to verdicts. lib/README.md states what is computed here as numbered sentences.
import {
  type AddressSet,
  intersectionOf,
  isEmpty,
  isTooMany,
  minusOf,
  NO_ADDRESSES,
} from '../network/cidr.ts';
import { type Intervals, intersection } from '../network/intervals.ts';
import type { Exception } from '../policy/exception.ts';
import type { Policy } from '../policy/policy.ts';
import { concernedBy } from '../policy/policy-index.ts';
import { turnsOnUnread, unmet } from '../policy/selector.ts';
import { addressesOf, printPeer, type SecurityGroupRule } from '../rule.ts';
import { type Context, type Excuse, excuse, minusExcused, type NearMiss } from './exceptions.ts';
import { withOwnVpcs } from './own-vpcs.ts';
import { exceeding } from './reach.ts';
import { ASSOCIATIONS, unreadInWords } from './unread.ts';
import { type Witness, witness } from './witness.ts';

export type { Context } from './exceptions.ts';

/** What a concerned rule admits that the policy forbids; `any` where the policy forbids every source. */
type Forbidden = AddressSet | 'any';

interface Judgement {
  readonly policy: Policy;
  readonly rule: SecurityGroupRule;
  /** Whether the rule is one of those that may be acted on. */
  readonly actionable: boolean;
  /** The part of the rule's traffic that the policy is about. */
  readonly overlap: Intervals<number>;
  /** Exceptions that would hold but for one reason. */
  readonly near: readonly NearMiss[];
  /** Prefix lists that could not be read, and that might excuse the rule. */
  readonly unread: readonly string[];
}

/** The answer of one policy about one rule that it concerns. */
export type Verdict =
  | (Judgement & { readonly verdict: 'compliant'; readonly tolerated: AddressSet })
  | (Judgement & {
      readonly verdict: 'exempt';
      readonly tolerated: AddressSet;
      readonly by: readonly Exception[];
    })
  | (Judgement & {
      readonly verdict: 'violation';
      readonly forbidden: Forbidden;
      /** All that the rules in question admit at the witness's port: more than `forbidden` where it took several. */
      readonly reach: Forbidden;
      /** The other rules that this reach is made of; none where the rule is too many alone. */
      readonly beside: readonly SecurityGroupRule[];
      readonly witness: Witness;
    })
  | (Judgement & { readonly verdict: 'undecided'; readonly because: string });

export type Violation = Extract<Verdict, { verdict: 'violation' }>;
export type Undecided = Extract<Verdict, { verdict: 'undecided' }>;

/**
 * Judges every rule of one security group by every policy, and answers one verdict for each rule and policy that
 * concerns it. `actionable` holds the ids of the rules that may be acted on. Total: it never throws.
 */
export function evaluate(
  rules: readonly SecurityGroupRule[],
  actionable: ReadonlySet<string>,
  policies: readonly Policy[],
  context: Context,
): readonly Verdict[] {
  const concerned = concernedBy(policies, rules);
  const seen = withOwnVpcs(context, policies);
  return policies.flatMap((policy) => {
    const met = concerned.get(policy);
    const { scope = {} } = policy;
    if (met === undefined || unmet(scope, seen, 'some').length > 0) return [];
    const verdicts = judge(policy, met, actionable, seen);
    return turnsOnUnread(scope, seen, 'some') ? verdicts.map(onlyPerhaps) : verdicts;
  });
}

/** Nobody knows whether the policy applies: what is compliant under it is so either way. */
function onlyPerhaps(verdict: Verdict): Verdict {
  if (verdict.verdict !== 'violation') return verdict;
  const { policy, rule, actionable, overlap, near, unread } = verdict;
  const because = `${unreadInWords([ASSOCIATIONS])} are not known, and the policy is for certain VPCs`;
  return { policy, rule, actionable, overlap, near, unread, verdict: 'undecided', because };
}

function judge(
  policy: Policy,
  concerned: readonly SecurityGroupRule[],
  actionable: ReadonlySet<string>,
  context: Context,
): readonly Verdict[] {
  const verdicts = concerned.map((rule) => judgeAlone(rule, policy, actionable.has(rule.id), context));
  return judgeTogether(verdicts, policy);
}

function judgeAlone(rule: SecurityGroupRule, policy: Policy, actionable: boolean, context: Context): Verdict {
  const overlap = intersection([rule.traffic], policy.traffic);
  const admitted = admittedBy(rule, context);
  const asked = { rule, overlap, admitted: admitted ?? NO_ADDRESSES, isChanged: actionable };
  const held = excuse(policy.exceptions, asked, context);
  const judgement: Judgement = { policy, rule, actionable, overlap, near: held.near, unread: held.unread };
  if (rule.peer.kind === 'unreadable') return undecided(judgement, rule.peer.reason, held);
  if (policy.forbidden === 'any') return judgeAny(judgement, admitted, held);
  const unread = unreadLists(rule, policy, admitted, context);
  if (admitted === undefined || unread.length > 0) {
    return undecided(judgement, notKnown(unread), held);
  }
  const named = intersectionOf(admitted, policy.forbidden);
  const forbidden = policy.allowedLists.reduce(
    (left, id) => minusOf(left, context.prefixLists.get(id) ?? NO_ADDRESSES),
    named,
  );
  const counted = minusExcused(forbidden, held);
  if (isTooMany(counted, policy.tolerance)) return condemn(judgement, alone(judgement, counted));
  if (!isTooMany(forbidden, policy.tolerance))
    return { ...judgement, verdict: 'compliant', tolerated: counted };
  return { ...judgement, verdict: 'exempt', tolerated: counted, by: held.by };
}

/** What nobody can know is still excused by an exception that holds for any source. */
function undecided(judgement: Judgement, because: string, { excused, by }: Excuse): Verdict {
  if (excused === 'all') return { ...judgement, verdict: 'exempt', tolerated: NO_ADDRESSES, by };
  return { ...judgement, verdict: 'undecided', because };
}

function notKnown(lists: readonly string[]): string {
  return `${unreadInWords(lists)} are not known`;
}

/** Under `any` a rule is excused where all that it admits is; members of groups are no addresses. */
function judgeAny(judgement: Judgement, admitted: AddressSet | undefined, held: Excuse): Verdict {
  const named = admitted !== undefined && !isEmpty(admitted);
  const isExcused = held.excused === 'all' || (named && isEmpty(minusExcused(admitted, held)));
  if (isExcused) return { ...judgement, verdict: 'exempt', tolerated: NO_ADDRESSES, by: held.by };
  const mayBeExcused = held.near.some(({ because }) => because === 'sources');
  if (admitted === undefined && mayBeExcused) {
    return undecided(judgement, notKnown([printPeer(judgement.rule.peer)]), held);
  }
  return condemn(judgement, alone(judgement, 'any'));
}

type Found = Pick<Violation, 'forbidden' | 'reach' | 'beside' | 'witness'>;

/** What an unreadable prefix list may excuse is not revoked. */
function condemn(judgement: Judgement, found: Found): Verdict {
  const { unread } = judgement;
  if (unread.length === 0) return { ...judgement, verdict: 'violation', ...found };
  const because = `${unreadInWords(unread)}, which may excuse it, are not known`;
  return { ...judgement, verdict: 'undecided', because };
}

function alone({ rule, overlap }: Judgement, forbidden: Forbidden): Found {
  const shown = witness(rule, overlap, forbidden === 'any' ? addressesOf(rule.peer) : forbidden);
  return { forbidden, reach: forbidden, beside: [], witness: shown };
}

/** The addresses that a rule admits; undefined for a prefix list that could not be read. */
function admittedBy({ peer }: SecurityGroupRule, { prefixLists }: Context): AddressSet | undefined {
  return peer.kind === 'prefix-list' ? prefixLists.get(peer.prefixListId) : addressesOf(peer);
}

/** The prefix lists without which the rule cannot be judged: its own, and those that allow what it may admit. */
function unreadLists(
  { peer }: SecurityGroupRule,
  policy: Policy,
  admitted: AddressSet | undefined,
  { prefixLists }: Context,
): readonly string[] {
  const own = peer.kind === 'prefix-list' ? [peer.prefixListId] : [];
  const needsAllowed = admitted === undefined || !isEmpty(admitted);
  return [...own, ...(needsAllowed ? policy.allowedLists : [])].filter((id) => !prefixLists.has(id));
}

/** Each rule that is tolerable alone may still be one too many beside the others. */
function judgeTogether(verdicts: readonly Verdict[], policy: Policy): readonly Verdict[] {
  const parts = verdicts.flatMap((v) =>
    (v.verdict === 'compliant' || v.verdict === 'exempt') && !isEmpty(v.tolerated) ? [v] : [],
  );
  const excess = exceeding(parts, policy.tolerance);
  return verdicts.map((verdict) => {
    const over = excess.get(verdict.rule);
    if (over === undefined || !('tolerated' in verdict)) return verdict;
    const { rule, actionable, overlap, near, unread, tolerated } = verdict;
    const shown = witness(rule, [over.cell], over.added);
    const found = { forbidden: tolerated, reach: over.reach, beside: over.beside, witness: shown };
    return condemn({ policy, rule, actionable, overlap, near, unread }, found);
  });
}
