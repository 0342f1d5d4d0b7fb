// The verdicts on what a file declares. What is not known is taken both ways: at the most, and for certain. A rule violates by what is
// certain; what only may violate is undecided; and what is compliant at the most is so whatever comes.
import { evaluate, type Undecided, type Verdict } from '../evaluate/evaluate.ts';
import type { PrefixLists } from '../evaluate/prefix-lists.ts';
import type { Policy } from '../policy/policy.ts';
import type { Selector } from '../policy/selector.ts';
import type { SecurityGroupRule } from '../rule.ts';
import type { DeclaredGroup } from './declared.ts';
import { type Missing, missingFor, rulePlace } from './declared-place.ts';
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
  /** The conditions of the file under which it holds. */
  readonly when: readonly string[];
}

/** The verdicts on a group: of each rule and policy the worst of all cases. */
export function judgeDeclared(
  group: DeclaredGroup,
  policies: readonly Policy[],
  surrounding: Surrounding,
): readonly DeclaredVerdict[] {
  const judged = group.cases.flatMap(({ when, rules }) =>
    judgeCase(group, rules, policies, surrounding).map((one) => ({ ...one, when })),
  );
  // One case is nearly all that there are.
  return group.cases.length === 1 ? judged : worstOfCases(judged, group.cases.length);
}

function worstOfCases(judged: readonly DeclaredVerdict[], cases: number): readonly DeclaredVerdict[] {
  const same = Map.groupBy(judged, ({ declared, verdict }) =>
    JSON.stringify([declared.address, verdict.policy.id, verdict.rule.aws]),
  );
  return [...same.values()].flatMap((of) => {
    const [worst] = of.toSorted((a, b) => RANK[a.verdict.verdict] - RANK[b.verdict.verdict]);
    if (worst === undefined) return [];
    const isAlways = of.filter(({ verdict }) => verdict.verdict === worst.verdict.verdict).length >= cases;
    return [isAlways ? { ...worst, when: [] } : worst];
  });
}

const RANK: Readonly<Record<Verdict['verdict'], number>> = {
  violation: 0,
  undecided: 1,
  exempt: 2,
  compliant: 3,
};

function judgeCase(
  { address, place }: DeclaredGroup,
  rules: readonly DeclaredRule[],
  policies: readonly Policy[],
  surrounding: Surrounding,
): readonly Omit<DeclaredVerdict, 'when'>[] {
  const at = rulePlace(place, address);
  const { widest, surest, missing } = bounds(policies, (selector) => missingFor(selector, place, at));
  const context = { ...at, ...surrounding };
  const judge = (of: readonly DeclaredRule[], by: readonly Policy[]) =>
    evaluate(
      of.map(({ rule }) => rule),
      new Set(of.map(({ rule }) => rule.id)),
      by,
      context,
    );
  const most = judge(rules, widest);
  const certain = rules.filter(({ perhaps }) => perhaps === undefined);
  const isCertain = certain.length === rules.length && missing.size === 0;
  const declaredBy = new Map(rules.map((declared) => [declared.rule, declared]));
  const told = (verdict: Verdict) => {
    const declared = declaredBy.get(verdict.rule);
    return declared === undefined ? [] : [{ declared, verdict }];
  };
  if (isCertain || !most.some(({ verdict }) => verdict === 'violation')) return most.flatMap(told);
  const sure = violationsOf(judge(certain, surest));
  const doubt = rules.find(({ perhaps }) => perhaps !== undefined)?.perhaps;
  return most
    .map((one) => sure.get(one.rule)?.get(one.policy.id) ?? inDoubt(one, missing, doubt))
    .flatMap(told);
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

interface Bounds {
  /** Policies that apply, and exceptions that do not, wherever that is not known. */
  readonly widest: readonly Policy[];
  /** The other way round. */
  readonly surest: readonly Policy[];
  /** What is not known and decides, by the id of the policy. */
  readonly missing: ReadonlyMap<string, readonly Missing[]>;
}

/** The same list for both where nothing decides that is not known: the evaluator keeps an index of a list. */
function bounds(policies: readonly Policy[], missingOf: (selector: Selector) => readonly Missing[]): Bounds {
  const missing = new Map<string, readonly Missing[]>();
  const pairs = policies.map((policy) => {
    const scope = missingOf(policy.scope ?? {});
    const isDoubtful = (where: Selector) => missingOf(where).length > 0;
    const perhapsRules = policy.exceptions.filter(({ where }) => isDoubtful(where));
    const all = [...scope, ...perhapsRules.flatMap(({ where }) => missingOf(where))];
    if (all.length === 0) return { policy, widest: policy, surest: [policy] };
    missing.set(policy.id, [...new Set(all)]);
    const exceptions = policy.exceptions.map((one) =>
      perhapsRules.includes(one) ? { ...one, where: {} } : one,
    );
    const widest: Policy = {
      ...policy,
      scope: scope.length > 0 ? undefined : policy.scope,
      exceptions: policy.exceptions.filter((one) => !perhapsRules.includes(one)),
    };
    return { policy, widest, surest: scope.length > 0 ? [] : [{ ...policy, exceptions }] };
  });
  if (missing.size === 0) return { widest: policies, surest: policies, missing };
  return {
    widest: pairs.map(({ widest }) => widest),
    surest: pairs.flatMap(({ surest }) => surest),
    missing,
  };
}
