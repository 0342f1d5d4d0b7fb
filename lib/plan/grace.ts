// Grace: for how long a rule is left alone, so that whoever opened it can do something about it.

import type { Violation } from '../evaluate/evaluate.ts';
import type { PrefixLists } from '../evaluate/prefix-lists.ts';
import { mayRevoke } from '../policy/policy-modes.ts';
import { type Clock, clocksFor, extentOf, isSameExtent } from './clocks.ts';
import type { Finding, Hold, Plan } from './plan.ts';

/** What a grace depends on. */
export interface GraceContext {
  /** The clocks of the group that count. */
  readonly clocks: readonly Clock[];
  readonly lists: PrefixLists;
  /** Whoever asks: a clock that nobody else has started is its own. */
  readonly taskId: string;
  /** When it first saw the rules, milliseconds since 1970: its own clocks start then. */
  readonly since: number;
  /** Whether it takes up what waited: people were told of the clocks that were there before. */
  readonly isTakenUp: boolean;
  readonly now: Date;
}

export type GraceHold = Extract<Hold, { because: 'grace' }>;
export type Graced = Finding & GraceHold;

/**
 * Why a finding is left alone for now. Undefined once the grace of one of the policies that ask for it is over, and where one of them
 * gives none.
 */
export function graceOf({ verdicts }: Finding, context: GraceContext): GraceHold | undefined {
  const ends = verdicts.filter(({ policy }) => mayRevoke(policy)).map((one) => endOf(one, context));
  const [first] = ends.toSorted((a, b) => a.until - b.until);
  if (first === undefined || first.until <= context.now.getTime()) return undefined;
  const { until, taskId, isTold } = first;
  return { because: 'grace', until: new Date(until).toISOString(), taskId, isTold };
}

/** The findings of a plan that are left alone until their grace ends. */
export function gracedIn(plan: Plan): readonly Graced[] {
  return plan.held.filter((held): held is Graced => held.because === 'grace');
}

interface End {
  readonly until: number;
  /** The task that takes it up. */
  readonly taskId: string;
  readonly isTold: boolean;
}

function endOf(violation: Violation, context: GraceContext): End {
  const { startedAt, taskId, known } = runningClock(violation, context);
  const isTold =
    taskId !== context.taskId || (context.isTakenUp && known !== undefined && known.madeAt < context.since);
  return { until: startedAt + (violation.policy.grace ?? 0), taskId, isTold };
}

/** Since when the grace of a violation runs, and who takes it up: whoever first saw this very rule with that start. */
function runningClock({ policy, rule }: Violation, context: GraceContext) {
  const matching = clocksFor(context.clocks, policy.id, rule.id, extentOf(rule, context.lists));
  const startedAt = Math.min(context.since, ...matching.map((clock) => clock.startedAt));
  const known = matching.find((clock) => clock.ruleId === rule.id && clock.startedAt === startedAt);
  return { startedAt, taskId: known?.taskId ?? context.taskId, known };
}

/** The most clocks of a group that its item has room for. */
const MOST_CLOCKS = 8000;

/** The clocks of the group once these findings are noted; undefined if there is nothing to note. */
export function clocksAfter(
  findings: readonly Finding[],
  context: GraceContext,
): readonly Clock[] | undefined {
  const noted = findings
    .flatMap(({ verdicts }) => verdicts)
    .filter(({ policy }) => policy.grace !== undefined && mayRevoke(policy))
    .flatMap((violation) => clockToNote(violation, context) ?? []);
  if (noted.length === 0) return undefined;
  const others = context.clocks
    .filter((clock) => !noted.some((one) => isSameClock(one, clock)))
    .toSorted((a, b) => b.seenAt - a.seenAt);
  return [...noted, ...others].slice(0, Math.max(MOST_CLOCKS, noted.length));
}

/** The clock of a violation that was not noted yet, or was seen last before this task saw it. */
function clockToNote(violation: Violation, context: GraceContext): Clock | undefined {
  const { policy, rule } = violation;
  const extent = extentOf(rule, context.lists);
  const { startedAt, taskId } = runningClock(violation, context);
  const own = { policyId: policy.id, ruleId: rule.id, extent, startedAt, taskId };
  const known = context.clocks.find((clock) => isSameClock(clock, own) && clock.startedAt === startedAt);
  if (known !== undefined && known.seenAt >= context.since) return undefined;
  return { ...own, madeAt: known?.madeAt ?? context.since, seenAt: context.now.getTime() };
}

function isSameClock(a: Pick<Clock, 'policyId' | 'ruleId' | 'extent'>, b: typeof a): boolean {
  return a.policyId === b.policyId && a.ruleId === b.ruleId && isSameExtent(a.extent, b.extent);
}
