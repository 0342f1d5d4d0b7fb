// The rules that one policy concerns, each with what of it counts.
import { type AddressSet, NO_ADDRESSES } from '../network/cidr.ts';
import { intersection } from '../network/intervals.ts';
import type { Limit, Policy } from '../policy/policy.ts';
import type { SecurityGroupRule } from '../rule.ts';
import type { Context } from './context.ts';
import { type Area, admittedBy, type Counted, countedOf, unexcusedArea } from './counted.ts';
import { areFewInSum, type CountedSet, forbiddenPart, isOverLimit, NOTHING } from './counted-set.ts';
import { type ExceptionStanding, type Excuse, excuse } from './exceptions.ts';
import type { ExcusedBy } from './excused.ts';
import { excessAlone } from './reach.ts';

/** What is the same for all rules that a policy concerns in a group. */
export interface Judging {
  readonly policy: Policy;
  /** The ids of the rules that may be acted on. */
  readonly actionable: ReadonlySet<string>;
  readonly context: Context;
  readonly standings: readonly ExceptionStanding[];
  readonly excusedBy: ExcusedBy;
}

/** A rule with what of it counts. */
export interface Part {
  readonly policy: Policy;
  readonly rule: SecurityGroupRule;
  /** Whether the rule is one of those that may be acted on. */
  readonly actionable: boolean;
  /** None for a reference to a group, and for a prefix list that could not be read. */
  readonly admitted: AddressSet;
  readonly counted: Counted;
  readonly held: Excuse;
  /** Whether it is excused, and would be too many by itself if it were not. */
  readonly isExempt: () => boolean;
}

/** What counts of a rule at the most, one set for each limit. */
export type Most = readonly CountedSet[];

/**
 * Most rules admit so few addresses that nothing else need be asked of them: each alone, and in sum with all others but those that are too
 * many by themselves. Answers for each rule what it admits, or undefined if more must be asked, and those as parts.
 */
export function partition(
  concerned: readonly SecurityGroupRule[],
  judging: Judging,
): { readonly few: readonly (Most | undefined)[]; readonly parts: readonly Part[] } {
  const { limits } = judging.policy;
  const few = concerned.map((rule) => mostIfFew(rule, judging));
  const parts: Part[] = [];
  const counting = few.slice();
  for (const [index, rule] of concerned.entries()) {
    if (few[index] !== undefined) continue;
    const part = partOf(rule, judging);
    parts.push(part);
    if (excessAlone(part.counted.certain, limits) === undefined)
      counting.push(...part.counted.possible.map(({ sets }) => sets));
  }
  if (areFewInSum(counting, limits)) return { few, parts };
  return { few: few.map(() => undefined), parts: concerned.map((rule) => partOf(rule, judging)) };
}

/** Undefined where an address is too many, where nobody knows how many there are, and where lists may excuse only so many of all rules. */
function mostIfFew(rule: SecurityGroupRule, { policy, context }: Judging): Most | undefined {
  const admitted = admittedBy(rule, context);
  if (admitted === undefined || policy.forbidden === 'any' || policy.limits.length > 1) return undefined;
  const [limit] = policy.limits;
  const most = limit === undefined ? NOTHING : forbiddenPart(rule, limit, admitted);
  // Of nearly all rules: no set is made for them.
  if (most === NOTHING) return ONLY_NOTHING;
  return limit !== undefined && isOverLimit(most, limit) ? undefined : [most];
}

const ONLY_NOTHING: Most = [NOTHING];

function isTooMany(sets: readonly CountedSet[], limits: readonly Limit[]): boolean {
  return sets.some((set, index) => {
    const limit = limits[index];
    return limit !== undefined && isOverLimit(set, limit);
  });
}

function partOf(rule: SecurityGroupRule, judging: Judging): Part {
  const { policy, context } = judging;
  const actionable = judging.actionable.has(rule.id);
  const overlap = intersection([rule.traffic], policy.traffic);
  const admitted = admittedBy(rule, context);
  const concerned = { rule, policy, overlap, admitted };
  const held = excuse(judging.standings, concerned, actionable, context);
  const counted = countedOf(concerned, held, judging.excusedBy);
  const isUnexcusedTooMuch = ({ sets, barred }: Area) =>
    barred !== undefined || isTooMany(sets, policy.limits);
  const isExempt = () =>
    held.by.length > 0 && isUnexcusedTooMuch(unexcusedArea(concerned, judging.excusedBy));
  return { policy, rule, actionable, admitted: admitted ?? NO_ADDRESSES, counted, held, isExempt };
}
