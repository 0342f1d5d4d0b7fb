// What is noted of clocks comes to rest: a task that reads back what it wrote has nothing to note.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluate } from '../../../lib/evaluate/evaluate.ts';
import { type Clock, extentOf, indexClocks } from '../../../lib/plan/clocks.ts';
import { type Cover, clocksAfter, type GraceContext, gracedIn, graceOf } from '../../../lib/plan/grace.ts';
import { makePlan } from '../../../lib/plan/make-plan.ts';
import { revocations } from '../../../lib/plan/plan.ts';
import { contentOf, parseRule, type SecurityGroupRule } from '../../../lib/rule.ts';
import { RUNS } from '../../runs.ts';
import { CONTEXT } from '../context.ts';
import { policyOf, tcp } from '../io/world.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2026-06-01T12:00:00Z');
const LISTS = new Map();
const PEERS = ['0.0.0.0/0', '0.0.0.0/1', '64.0.0.0/2'] as const;
const TASKS = ['event-1', 'event-2', 'event-3'] as const;
const IDS = ['sgr-1', 'sgr-2'] as const;

const anyRule = fc.record({ id: fc.constantFrom(...IDS), peer: fc.constantFrom(...PEERS) });
const toRule = ({ id, peer }: { readonly id: string; readonly peer: string }) =>
  parseRule(tcp(id, 22, { CidrIpv4: peer }));

/** Other functions have clocks of their own, which may be ahead. */
const anyMinute = fc.integer({ min: -20, max: 5 }).map((minutes) => NOW + minutes * MINUTE);

const anyClock: fc.Arbitrary<Clock> = fc
  .record({
    rule: anyRule,
    ...{ startedAt: anyMinute, madeAt: anyMinute, seenAt: anyMinute },
    taskId: fc.constantFrom(...TASKS),
  })
  .map(({ rule, ...said }) => {
    return { policyId: 'ssh', ruleId: rule.id, extent: extentOf(toRule(rule), LISTS), ...said };
  });

const anyCover: fc.Arbitrary<Cover> = fc.record({
  waiting: fc.array(anyRule, { maxLength: 2 }).map((rules) => {
    return Object.fromEntries(rules.map((rule) => [rule.id, contentOf(toRule(rule))]));
  }),
  told: fc.subarray([...IDS]),
  leaseUntil: fc.oneof(fc.constant(0), anyMinute),
});

const anyContext: fc.Arbitrary<GraceContext> = fc
  .record({
    clocks: fc.array(anyClock, { maxLength: 8 }),
    isFull: fc.boolean(),
    waited: fc.nat(15),
    isTakenUp: fc.boolean(),
    covers: fc.array(fc.tuple(fc.constantFrom(...TASKS), anyCover), { maxLength: 3 }),
  })
  .map(({ clocks, waited, covers, ...said }) => ({
    ...said,
    clocks: indexClocks(clocks, new Date(NOW)),
    lists: LISTS,
    taskId: 'event-1',
    since: NOW - waited * MINUTE,
    covers: new Map(covers),
    atWorkAfter: NOW - 3 * MINUTE,
    now: new Date(NOW),
  }));

/** The clocks after a task has noted what it sees; undefined if it has nothing to note. */
function note(rules: readonly SecurityGroupRule[], context: GraceContext): readonly Clock[] | undefined {
  const policies = [policyOf('ssh', [22], 'revoke', { grace: '12m' })];
  const verdicts = evaluate(rules, new Set(IDS), policies, CONTEXT);
  const plan = makePlan(verdicts, 3, (violation) => graceOf(violation, context));
  return clocksAfter([...revocations(plan), ...gracedIn(plan)], context);
}

it('a task has nothing to note after it has noted clocks twice, whatever others have noted of the same rules', () => {
  const anyRules = fc.uniqueArray(anyRule, { selector: ({ id }) => id });
  fc.assert(
    fc.property(anyRules, anyContext, (described, context) => {
      const rules = described.map(toRule);
      const noted = [1, 2].reduce<GraceContext>((seen) => {
        const clocks = note(rules, seen) ?? seen.clocks.clocks;
        return { ...seen, clocks: indexClocks(clocks, seen.now) };
      }, context);

      expect(note(rules, noted)).toBeUndefined();
    }),
    RUNS,
  );
});
