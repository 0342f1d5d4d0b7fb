// The verdicts on what a file declares. What is not known is taken both ways: at the most, and for certain. A rule violates by what is
// certain; what only may violate is undecided; and what is compliant at the most is so whatever comes.
import { type Context, evaluate, type Undecided, type Verdict } from '../evaluate/evaluate.ts';
import type { PrefixLists } from '../evaluate/prefix-lists.ts';
import { isEmpty } from '../network/cidr.ts';
import type { Policy } from '../policy/policy.ts';
import type { SecurityGroupRule } from '../rule.ts';
import { bounds } from './bounds.ts';
import { conditionsFor } from './conditions-for.ts';
import type { Case, DeclaredGroup } from './declared.ts';
import { type Missing, missingFor, rulePlace, SOMEWHERE } from './declared-place.ts';
import type { DeclaredRule } from './declared-rule.ts';

/** What judging looks at beside groups and policies. */
export interface Surrounding {
  readonly prefixLists: PrefixLists;
  /** The ARNs of who will deploy it, role and session. */
  readonly principals: readonly string[] | 'unknown';
  readonly now: Date;
}

export interface DeclaredVerdict {
  readonly declared: DeclaredRule;
  readonly verdict: Verdict;
  /** What of the group is not known, and leaves it undecided. */
  readonly missing: readonly Missing[];
  /** The conditions of the file that decide whether it holds; none where it always does. */
  readonly when: readonly string[];
}

/** Answers the verdicts on a group, compliant ones left out: of each rule and policy the worst of all cases. */
export function makeJudge(
  policies: readonly Policy[],
  surrounding: Surrounding,
): (group: DeclaredGroup) => readonly DeclaredVerdict[] {
  const known = new Map<readonly DeclaredRule[], readonly DeclaredRule[]>();
  const countingIn = (rules: readonly DeclaredRule[]) => {
    const counting = known.get(rules) ?? thatCount(rules, policies, surrounding);
    known.set(rules, counting);
    return counting;
  };
  return (group) => {
    const perhaps = group.perhaps === undefined ? [] : countingIn(group.perhaps);
    const judged = group.cases.flatMap((of) =>
      judgeCase(group, [...of.rules, ...perhaps], policies, surrounding).map((one) => ({ ...one, of })),
    );
    return worstOfCases(judged, group.cases);
  };
}

/** Without the rules that change nothing, in whatever group they are. Many are for private addresses. */
function thatCount(
  rules: readonly DeclaredRule[],
  policies: readonly Policy[],
  surrounding: Surrounding,
): readonly DeclaredRule[] {
  const { most } = judgeAtMost({ address: '', place: SOMEWHERE }, rules, policies, surrounding);
  const counting = new Set(most.flatMap((one) => (isSettled(one) ? [] : [one.rule])));
  return rules.filter(({ rule }) => counting.has(rule));
}

/** Whether it makes no difference in any group: nothing of it counts, or it is too many alone, and then it is not counted with others. */
function isSettled(one: Verdict): boolean {
  const { limits, exceptions } = one.policy;
  if (one.verdict === 'compliant') return isEmpty(one.tolerated) && limits.length <= 1;
  return one.verdict === 'violation' && one.beside.length === 0 && exceptions.length === 0;
}

type JudgedCase = Omit<DeclaredVerdict, 'when'> & { readonly of: Case };

function worstOfCases(judged: readonly JudgedCase[], cases: readonly Case[]): readonly DeclaredVerdict[] {
  // One case is nearly all that there are.
  if (cases.length === 1) return judged.map(({ of: _, ...one }) => ({ ...one, when: [] }));
  const same = Map.groupBy(judged, ({ declared, verdict }) =>
    JSON.stringify([declared.address, verdict.policy.id, verdict.rule.aws]),
  );
  return [...same.values()].flatMap((all) => {
    const [first] = all.toSorted((a, b) => RANK[a.verdict.verdict] - RANK[b.verdict.verdict]);
    if (first === undefined) return [];
    const { of: _, ...worst } = first;
    const alike = all.filter(({ verdict }) => verdict.verdict === worst.verdict.verdict);
    return [{ ...worst, when: conditionsFor(new Set(alike.map(({ of }) => of)), cases) }];
  });
}

const RANK: Readonly<Record<Verdict['verdict'], number>> = {
  violation: 0,
  undecided: 1,
  exempt: 2,
  compliant: 3,
};

type Group = Pick<DeclaredGroup, 'address' | 'place'>;

/** The verdicts where everything is there that may be, and the bounds and the context that they are made in. */
function judgeAtMost(
  { address, place }: Group,
  rules: readonly DeclaredRule[],
  policies: readonly Policy[],
  surrounding: Surrounding,
) {
  const at = rulePlace(place, address);
  const context = { ...at, ...surrounding };
  const limits = bounds(policies, (selector) => missingFor(selector, place, at));
  return { most: judge(rules, limits.widest, context), limits, context };
}

function judge(
  of: readonly DeclaredRule[],
  policies: readonly Policy[],
  context: Context,
): readonly Verdict[] {
  const rules = of.map(({ rule }) => rule);
  // Of live rules nothing is asked: they stay, and what comes beside them is too many.
  const asked = of.filter(({ isLive }) => isLive !== true);
  return evaluate(rules, new Set(asked.map(({ rule }) => rule.id)), policies, context);
}

function judgeCase(
  group: Group,
  rules: readonly DeclaredRule[],
  policies: readonly Policy[],
  surrounding: Surrounding,
): readonly Omit<DeclaredVerdict, 'when'>[] {
  const { most, limits, context } = judgeAtMost(group, rules, policies, surrounding);
  const worse = most.filter(({ verdict, actionable }) => verdict !== 'compliant' && actionable);
  if (worse.length === 0) return [];
  const declaredBy = new Map(rules.map((declared) => [declared.rule, declared]));
  const told = (verdict: Verdict, lacking?: typeof limits.missing) => {
    const declared = declaredBy.get(verdict.rule);
    return declared === undefined
      ? []
      : [{ declared, verdict, missing: lacking?.get(verdict.policy.id) ?? [] }];
  };
  const certain = rules.filter(({ perhaps }) => perhaps === undefined);
  const isCertain = certain.length === rules.length && limits.missing.size === 0;
  if (isCertain || !worse.some(({ verdict }) => verdict === 'violation'))
    return worse.flatMap((verdict) => told(verdict));
  const sure = violationsOf(judge(certain, limits.surest, context));
  const doubt = rules.find(({ perhaps }) => perhaps !== undefined)?.perhaps;
  return worse
    .map((one) => sure.get(one.rule)?.get(one.policy.id) ?? inDoubt(one, limits.missing, doubt))
    .flatMap((verdict) => told(verdict, verdict.verdict === 'undecided' ? limits.missing : undefined));
}

function violationsOf(
  verdicts: readonly Verdict[],
): ReadonlyMap<SecurityGroupRule, ReadonlyMap<string, Verdict>> {
  const violations = verdicts.filter(({ verdict }) => verdict === 'violation');
  return new Map(
    [...Map.groupBy(violations, ({ rule }) => rule)].map(([rule, of]) => [
      rule,
      new Map(of.map((one) => [one.policy.id, one])),
    ]),
  );
}

function inDoubt(
  verdict: Verdict,
  missing: ReadonlyMap<string, readonly Missing[]>,
  doubt: string | undefined,
): Verdict {
  if (verdict.verdict !== 'violation') return verdict;
  const { policy, rule, actionable, near } = verdict;
  const unsaid = missing.get(policy.id);
  const because =
    unsaid === undefined
      ? (doubt ?? '')
      : `the policy turns on the ${unsaid.join(' and the ')}, not known here`;
  return { verdict: 'undecided', policy, rule, actionable, near, because, unread: [] } satisfies Undecided;
}
