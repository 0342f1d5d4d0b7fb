// Rules and policies to verdicts. lib/README.md states what is computed here as numbered sentences.

import type { Context } from '../../../../lib/evaluate/context.ts';
import { withOwnVpcs } from '../../../../lib/evaluate/own-vpcs.ts';
import { ASSOCIATIONS, unreadInWords } from '../../../../lib/evaluate/unread.ts';
import { type Witness, witness } from '../../../../lib/evaluate/witness.ts';
import { type AddressSet, NO_ADDRESSES, unionOf } from '../../../../lib/network/cidr.ts';
import { intersection } from '../../../../lib/network/intervals.ts';
import type { Exception } from '../../../../lib/policy/exception.ts';
import type { Limit, Policy } from '../../../../lib/policy/policy.ts';
import { concernedBy } from '../../../../lib/policy/policy-index.ts';
import { turnsOnUnread, unmet } from '../../../../lib/policy/selector.ts';
import type { SecurityGroupRule } from '../../../../lib/rule.ts';
import { type Area, admittedBy, type Counted, countedOf } from './counted.ts';
import { type Excuse, excuse, type NearMiss } from './exceptions.ts';
import { type ForbiddenArea, forbiddenAreas } from './forbidden.ts';
import { type Excess, exceeding, excessAlone } from './reach.ts';
import { type Doubt, doubtful, doubtOf } from './unknown.ts';

export type { Context } from '../../../../lib/evaluate/context.ts';

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

interface Found {
  /** The addresses that the rule admits; none for a reference to a group, and for a prefix list that could not be read. */
  readonly admitted: AddressSet;
  /** What of the rule is forbidden, as rectangles: at other traffic, and from other addresses, it may stay. */
  readonly areas: readonly ForbiddenArea[];
  /**
   * All that the rules in question admit at the witness's port: more than the rule's own part where it took several; `any` where the
   * policy forbids every source.
   */
  readonly reach: AddressSet | 'any';
  /** Whether only prefix lists excuse it, and more than they may. */
  readonly isListed: boolean;
  /** The other rules that this reach is made of; none where the rule is too many alone. */
  readonly beside: readonly SecurityGroupRule[];
  readonly witness: Witness;
}

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
  const parts = concerned.map((rule) => partOf(rule, policy, actionable.has(rule.id), context));
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

/** A rule with what of it counts. */
interface Part extends Judgement {
  readonly admitted: AddressSet;
  readonly counted: Counted;
  readonly held: Excuse;
}

function partOf(rule: SecurityGroupRule, policy: Policy, actionable: boolean, context: Context): Part {
  const overlap = intersection([rule.traffic], policy.traffic);
  const admitted = admittedBy(rule, context);
  const concerned = { rule, policy, overlap, admitted };
  const held = excuse(concerned, actionable, context);
  const counted = countedOf(concerned, held, context);
  return { policy, rule, actionable, near: held.near, admitted: admitted ?? NO_ADDRESSES, counted, held };
}

type Finding = Omit<Found, 'areas' | 'admitted'>;

/** What certainly violates: rules that are too many alone, and of the others each that is one too many beside the others. */
function violatingIn(parts: readonly Part[], limits: readonly Limit[]): ReadonlyMap<Part, Finding> {
  const found = new Map<Part, Finding>();
  for (const part of parts) {
    const alone = foundAlone(part, limits);
    if (alone !== undefined) found.set(part, alone);
  }
  const others = parts.flatMap((part) => {
    const { rule, actionable, counted } = part;
    return found.has(part) || counted.certain.length === 0
      ? []
      : [{ rule, actionable, areas: counted.certain, part }];
  });
  const excess = exceeding(others, limits);
  for (const { part } of others) {
    const over = excess.get(part.rule);
    if (over !== undefined) found.set(part, foundTogether(part, over));
  }
  return found;
}

function foundAlone({ rule, counted: { certain } }: Part, limits: readonly Limit[]): Finding | undefined {
  const barring = certain.find(({ barred }) => barred !== undefined);
  if (barring !== undefined) {
    const shown = witness(rule, barring.traffic, barring.barred ?? NO_ADDRESSES);
    return { reach: 'any', isListed: false, beside: [], witness: shown };
  }
  const excess = excessAlone(certain, limits);
  if (excess === undefined) return undefined;
  const { area, limit, reach, admitted } = excess;
  return { reach, isListed: limit.countsListed, beside: [], witness: witness(rule, area.traffic, admitted) };
}

function foundTogether({ rule }: Part, { cell, limit, added, reach, beside }: Excess): Finding {
  return { reach, isListed: limit.countsListed, beside, witness: witness(rule, [cell], added) };
}

function violation({ policy, rule, actionable, near }: Part, found: Found): Verdict {
  return { verdict: 'violation', policy, rule, actionable, near, ...found };
}

/** Of a rule that stays: whether exceptions let it. */
function acquit({ policy, rule, actionable, near, counted, held }: Part): Verdict {
  const judgement = { policy, rule, actionable, near };
  const { unexcused, possible } = counted;
  if (held.by.length > 0 && isTooManyAlone(unexcused, policy.limits))
    return { ...judgement, verdict: 'exempt', by: held.by };
  return { ...judgement, verdict: 'compliant', tolerated: toleratedIn(possible) };
}

function isTooManyAlone(area: Area, limits: readonly Limit[]): boolean {
  return area.barred !== undefined || excessAlone([area], limits) !== undefined;
}

function toleratedIn([first, ...others]: readonly Area[]): AddressSet {
  return others.reduce(
    (set, { spelled }) => unionOf(set, spelled[0] ?? NO_ADDRESSES),
    first?.spelled[0] ?? NO_ADDRESSES,
  );
}

/** The verdict on a rule that may be too many, through itself or through others at the same traffic. */
function undecided(
  { policy, rule, actionable, near }: Part,
  unknown: readonly Part[],
  context: Context,
): Verdict {
  return { verdict: 'undecided', policy, rule, actionable, near, ...doubtOf(rule, unknown, context) };
}
