// Rules and policies to verdicts. lib/README.md states what is computed here as numbered sentences.
import { type AddressSet, NO_ADDRESSES, unionOf } from '../network/cidr.ts';
import type { Exception } from '../policy/exception.ts';
import type { Policy } from '../policy/policy.ts';
import { concernedBy } from '../policy/policy-index.ts';
import { turnsOnUnread, unmet } from '../policy/selector.ts';
import type { SecurityGroupRule } from '../rule.ts';
import type { Context } from './context.ts';
import type { Area } from './counted.ts';
import { NOTHING } from './counted-set.ts';
import { type NearMiss, standingOf } from './exceptions.ts';
import { excusedBy } from './excused.ts';
import { type ForbiddenArea, forbiddenAreas } from './forbidden.ts';
import { withOwnVpcs } from './own-vpcs.ts';
import { type Judging, type Most, type Part, partition } from './part.ts';
import { type Doubt, doubtful, doubtOf } from './unknown.ts';
import { ASSOCIATIONS, unreadInWords } from './unread.ts';
import { type Proof, violatingIn } from './violating.ts';

export type { Context } from './context.ts';

interface Judgement {
  readonly policy: Policy;
  readonly rule: SecurityGroupRule;
  /** Whether the rule is one of those that may be acted on. */
  readonly actionable: boolean;
  /** Exceptions that would hold but for one reason. */
  readonly near: readonly NearMiss[];
}

/** The answer of one policy about one rule that it concerns. */
export type Verdict =
  | (Judgement & { readonly verdict: 'compliant'; readonly tolerated: AddressSet })
  | (Judgement & { readonly verdict: 'exempt'; readonly by: readonly Exception[] })
  | (Judgement & Found & { readonly verdict: 'violation' })
  | (Judgement & Doubt & { readonly verdict: 'undecided' });

interface Found extends Proof {
  /** The addresses that the rule admits; none for a reference to a group, and for a prefix list that could not be read. */
  readonly admitted: AddressSet;
  /** What of the rule is forbidden, as rectangles: at other traffic, and from other addresses, it may stay. */
  readonly areas: readonly ForbiddenArea[];
}

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
    return turnsOnUnread(scope, seen, 'some')
      ? verdicts.map((verdict) => onlyPerhaps(verdict, seen))
      : verdicts;
  });
}

/** Nobody knows whether the policy applies: what is compliant under it is so either way. */
function onlyPerhaps(verdict: Verdict, { prefixLists }: Context): Verdict {
  if (verdict.verdict === 'undecided') return { ...verdict, unread: [...verdict.unread, ASSOCIATIONS] };
  if (verdict.verdict !== 'violation') return verdict;
  const { policy, rule, actionable, near } = verdict;
  const unread = [ASSOCIATIONS];
  const because = `${unreadInWords(unread, prefixLists)}, and the policy is for certain VPCs`;
  return { policy, rule, actionable, near, verdict: 'undecided', because, unread };
}

function judge(
  policy: Policy,
  concerned: readonly SecurityGroupRule[],
  actionable: ReadonlySet<string>,
  context: Context,
): readonly Verdict[] {
  const judging: Judging = {
    policy,
    actionable,
    context,
    standings: standingOf(policy, context),
    excusedBy: excusedBy(policy, context),
  };
  const { few, parts } = partition(concerned, judging);
  const judged = judgeParts(parts, policy, context);
  const verdicts: Verdict[] = [];
  let next = 0;
  for (const [index, rule] of concerned.entries()) {
    const most = few[index];
    if (most === undefined) {
      verdicts.push(...judged.slice(next, next + 1));
      next += 1;
    } else verdicts.push(compliant(policy, rule, actionable.has(rule.id), most));
  }
  return verdicts;
}

const NONE_NEAR: readonly NearMiss[] = [];

function compliant(policy: Policy, rule: SecurityGroupRule, actionable: boolean, most: Most): Verdict {
  const tolerated = most[0]?.spelled ?? NO_ADDRESSES;
  return { verdict: 'compliant', policy, rule, actionable, near: NONE_NEAR, tolerated };
}

function judgeParts(parts: readonly Part[], policy: Policy, context: Context): readonly Verdict[] {
  if (parts.length === 0) return [];
  const violating = violatingIn(parts, policy.limits);
  const rest = violating.size === 0 ? parts : parts.filter((part) => !violating.has(part));
  const doubts = doubtful(rest, policy.limits);
  const areas = forbiddenAreas(policy, [...violating.keys()], rest);
  return parts.map((part) => {
    const found = violating.get(part);
    const unknown = doubts.get(part.rule);
    if (found !== undefined)
      return violation(part, { ...found, admitted: part.admitted, areas: areas(part) });
    return unknown === undefined ? acquit(part) : undecided(part, unknown, context);
  });
}

function violation({ policy, rule, actionable, held }: Part, found: Found): Verdict {
  return { verdict: 'violation', policy, rule, actionable, near: held.near, ...found };
}

/** Of a rule that stays: whether exceptions let it. */
function acquit({ policy, rule, actionable, counted, held, isExempt }: Part): Verdict {
  const judgement = { policy, rule, actionable, near: held.near };
  if (isExempt()) return { ...judgement, verdict: 'exempt', by: held.by };
  return { ...judgement, verdict: 'compliant', tolerated: toleratedIn(counted.possible) };
}

function toleratedIn(areas: readonly Area[]): AddressSet {
  return areas.reduce((all, { sets: [first = NOTHING] }) => unionOf(all, first.spelled), NO_ADDRESSES);
}

/** The verdict on a rule that may be too many, through itself or through others at the same traffic. */
function undecided(
  { policy, rule, actionable, held: { near } }: Part,
  unknown: readonly Part[],
  context: Context,
): Verdict {
  return { verdict: 'undecided', policy, rule, actionable, near, ...doubtOf(rule, unknown, context) };
}
