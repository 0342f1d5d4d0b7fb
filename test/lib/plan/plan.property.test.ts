// The laws of a plan: what policies of every action say about the tiny world, sorted into its parts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type Verdict } from '../../../lib/evaluate/evaluate.ts';
import { holdAll } from '../../../lib/plan/hold.ts';
import { makePlan } from '../../../lib/plan/make-plan.ts';
import {
  hasNothingToReport,
  isGone,
  isTrimming,
  isUnfinished,
  joinPlans,
  mayBeGone,
  OUTCOMES,
  type Plan,
  trimmingOf,
} from '../../../lib/plan/plan.ts';
import { ACTIONS, MODES, type Policy } from '../../../lib/policy/policy.ts';
import { SEVERITIES } from '../../../lib/policy/severity.ts';
import { RUNS as MOST } from '../../runs.ts';
import { contextOf, toPolicy, toRules } from '../tiny/judge.ts';
import { partlyChanged, policiesOfOneDirection } from '../tiny/world.ts';

/** Each run judges two groups by up to three policies, and what is asked of the plans is simple. */
const RUNS = { numRuns: Math.ceil(MOST.numRuns / 10) };

const PARTS = ['revoke', 'trim', 'dryRun', 'held', 'notify', 'undecided', 'untouched'] as const;
type Part = (typeof PARTS)[number];

const anyAnswer: fc.Arbitrary<Pick<Policy, 'action' | 'otherwise' | 'mode' | 'severity'>> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  otherwise: fc.constantFrom('revoke', 'notify'),
  mode: fc.constantFrom(...MODES),
  severity: fc.constantFrom(...SEVERITIES),
});

const anyVerdicts: fc.Arbitrary<readonly Verdict[]> = fc
  .tuple(partlyChanged, policiesOfOneDirection(1, 3), fc.array(anyAnswer, { minLength: 3, maxLength: 3 }))
  .map(([group, tiny, answers]) => {
    const { rules } = group;
    const policies = tiny.map((policy, i) => ({ ...toPolicy(policy), ...answers[i] }));
    const parsed = toRules(rules, tiny[0]?.direction ?? 'ingress');
    const changed = new Set(parsed.filter((_, i) => rules[i]?.isChanged).map(({ id }) => id));
    return evaluate(parsed, changed, policies, contextOf(group));
  });

/** Plans with something held, too. */
const anyPlan: fc.Arbitrary<Plan> = fc
  .tuple(anyVerdicts, anyVerdicts, fc.boolean())
  .map(([verdicts, others, isHeld]) => {
    const plan = makePlan(verdicts, 10);
    return isHeld ? joinPlans([plan, makePlan(others, 10, () => ({ because: 'breaker' }))]) : plan;
  });

const isEnforced = ({ policy }: Verdict) => policy.mode === 'enforce';

/** The parts that may hold the rule; none for a rule that nobody hears of. */
function partsFor(verdicts: readonly Verdict[]): readonly Part[] {
  const isActionable = verdicts.some(({ actionable }) => actionable);
  const violations = verdicts.filter(({ verdict }) => verdict === 'violation');
  const unclear = verdicts.filter(({ verdict }) => verdict === 'undecided');
  if (!isActionable) return violations.length > 0 ? ['untouched'] : [];
  const asks = new Set(violations.filter(isEnforced).map(({ policy }) => policy.action));
  if (asks.has('revoke')) return ['revoke'];
  // A rule of which nothing was allowed is not worth trimming; and some policies give way.
  if (asks.has('trim')) return ['trim', 'revoke', ...wayOut(violations.filter(isEnforced))];
  if (asks.has('notify')) return ['notify'];
  if (unclear.some(isEnforced)) return ['undecided'];
  if (violations.length === 0) return unclear.length > 0 ? ['undecided'] : [];
  return violations.some(({ policy }) => policy.action !== 'notify')
    ? ['dryRun', ...wayOut(violations)]
    : ['notify'];
}

function wayOut(violations: readonly Verdict[]): readonly Part[] {
  const isFirm = ({ policy: { action, otherwise } }: Verdict) =>
    action === 'revoke' || (action === 'trim' && otherwise === 'revoke');
  return violations.some(isFirm) ? [] : ['notify'];
}

/** What a finding in that part says of a rule with these verdicts, and what policies in dry run would also do. */
function saidOf(of: readonly Verdict[], part: Part): readonly ReadonlySet<Verdict>[] {
  const violations = of.filter(({ verdict }) => verdict === 'violation');
  const dry = new Set(violations.filter((one) => !isEnforced(one)));
  if (part === 'undecided') return [new Set(of.filter(({ verdict }) => verdict === 'undecided')), dry];
  const enforced = new Set(violations.filter(isEnforced));
  return enforced.size === 0 ? [dry, new Set()] : [enforced, dry];
}

describe('a plan', () => {
  it('has each rule in the one part that the strongest action of its violations asks for, the enforced ones first', () => {
    fc.assert(
      fc.property(anyVerdicts, (verdicts) => {
        const plan = makePlan(verdicts, 10);

        for (const [rule, of] of Map.groupBy(verdicts, (verdict) => verdict.rule)) {
          const found = PARTS.flatMap((part) =>
            plan[part].filter((finding) => finding.rule === rule).map(() => part),
          );
          const expected = partsFor(of);
          expect(found).toHaveLength(Math.min(expected.length, 1));
          expect(expected).toEqual(expect.arrayContaining(found));
        }
      }),
      RUNS,
    );
  });

  it('says of each rule all verdicts that put it there, the most severe policy first, and what dry runs would also do', () => {
    fc.assert(
      fc.property(anyVerdicts, (verdicts) => {
        const plan = makePlan(verdicts, 10);

        for (const part of PARTS) {
          for (const { rule, verdicts: said, also, unclear = [] } of plan[part]) {
            const of = verdicts.filter((one) => one.rule === rule);
            // Of a rule that is only reported, another policy might have more to say.
            const open =
              part === 'notify' ? of.filter((one) => one.verdict === 'undecided' && isEnforced(one)) : [];
            expect(new Set<Verdict>(unclear)).toEqual(new Set(open));
            const ranks = said.map(({ policy }) => SEVERITIES.indexOf(policy.severity));
            expect([new Set<Verdict>(said), new Set<Verdict>(also)]).toEqual(saidOf(of, part));
            expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
          }
        }
      }),
      RUNS,
    );
  });

  it('does the same with and without policies in dry run', () => {
    fc.assert(
      fc.property(anyVerdicts, (verdicts) => {
        const [plan, alone] = [verdicts, verdicts.filter(isEnforced)].map((of) => makePlan(of, 10));

        for (const part of ['revoke', 'trim'] as const) {
          const done = (of: Plan | undefined) => of?.[part].map(({ also: _, ...finding }) => finding);
          expect(done(plan)).toEqual(done(alone));
        }
      }),
      RUNS,
    );
  });

  it('carries out what policies that do not wait ask for, and has the rest of it wait for what others ask beyond', () => {
    fc.assert(
      fc.property(anyVerdicts, fc.subarray([...SEVERITIES]), (verdicts, severities) => {
        const waits = ({ policy }: Verdict) =>
          severities.includes(policy.severity) && policy.action !== 'notify';
        const why = { because: 'breaker' } as const;
        const whole = makePlan(verdicts, 10);
        const alone = makePlan(
          verdicts.filter((one) => !waits(one)),
          10,
        );
        const plan = makePlan(verdicts, 10, (violation) => (waits(violation) ? why : undefined));

        const rulesIn = (findings: Plan['revoke']) => new Set(findings.map(({ rule }) => rule));
        const waiting = rulesIn([...whole.revoke, ...whole.trim].filter((one) => one.verdicts.some(waits)));
        const beyond = plan.trim.flatMap((trimming) => trimming.beyond ?? []);
        const isAskedNow = ({ verdicts: said }: Plan['revoke'][number]) =>
          said.some((one) => !waits(one) && one.policy.action === 'revoke');
        expect(rulesIn(plan.notify)).toEqual(rulesIn(whole.notify));
        expect(rulesIn([...plan.held, ...beyond])).toEqual(
          waiting.difference(
            rulesIn([...plan.revoke, ...plan.trim.filter((one) => one.beyond === undefined)]),
          ),
        );
        for (const finding of plan.revoke) {
          expect(rulesIn(alone.revoke)).toContain(finding.rule);
        }
        for (const { rule, remainder } of plan.trim) {
          expect(trimmingOf(alone, rule)?.remainder).toEqual(remainder);
        }
        for (const finding of plan.held) expect(isAskedNow(finding)).toBe(false);
      }),
      RUNS,
    );
  });

  it('finds how a rule is trimmed, and nothing for a rule that is not', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        for (const trimming of [...plan.trim, ...plan.dryRun.filter(isTrimming)])
          expect(trimmingOf(plan, trimming.rule)).toBe(trimming);
        for (const { rule } of plan.revoke) expect(trimmingOf(plan, rule)).toBe(undefined);
      }),
      RUNS,
    );
  });
});

describe('plans', () => {
  it('that are joined have what each of them has, in their order', () => {
    fc.assert(
      fc.property(anyPlan, anyPlan, (one, other) => {
        const joined = joinPlans([one, other]);

        for (const part of PARTS) expect(joined[part]).toEqual([...one[part], ...other[part]]);
      }),
      RUNS,
    );
  });

  it('are quiet exactly when no part but what is untouched has a rule', () => {
    fc.assert(
      fc.property(anyPlan, fc.subarray([...PARTS]), (plan, empty) => {
        const rest = { ...plan, ...Object.fromEntries(empty.map((part) => [part, []])) };

        expect(hasNothingToReport(rest)).toBe(
          PARTS.every((part) => part === 'untouched' || rest[part].length === 0),
        );
      }),
      RUNS,
    );
  });

  it('that are held leave every rule alone that would go, say why, and lose nothing else', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const why = { because: 'protected', protection: 'a tag' } as const;
        const asHeld = (findings: Plan['dryRun']) =>
          findings.map(({ rule, verdicts, also }) => ({ rule, verdicts, also, ...why }));
        expect(holdAll(plan, why)).toEqual({
          ...plan,
          revoke: [],
          trim: [],
          dryRun: [],
          held: [...plan.held, ...asHeld([...plan.revoke, ...plan.trim, ...plan.dryRun])],
        });
      }),
      RUNS,
    );
  });
});

describe('an outcome', () => {
  it('says what is gone, what may be, and what another try may close', () => {
    const that = (is: (one: { outcome: string }) => boolean) => OUTCOMES.filter((outcome) => is({ outcome }));

    expect(that(isGone)).toEqual(['revoked', 'gone', 'absent']);
    expect(that(mayBeGone)).toEqual(['revoked', 'gone', 'absent', 'unconfirmed']);
    expect(that(isUnfinished)).toEqual(['failed', 'unconfirmed']);
  });
});
