// Grace: for how long a rule is left alone, so that whoever opened it can do something about it.

import type { Violation } from '../evaluate/evaluate.ts';
import type { PrefixLists } from '../evaluate/prefix-lists.ts';
import { mayRevoke } from '../policy/policy-modes.ts';
import { contentOf, type SecurityGroupRule } from '../rule.ts';
import { type Clock, type ClockIndex, extentOf, isSameExtent } from './clocks.ts';
import type { Finding, Hold, Plan } from './plan.ts';

/** What a grace depends on. */
export interface GraceContext {
  /** The clocks of the group that count. */
  readonly clocks: ClockIndex;
  /** Whether there is no room for another one: then what has none gets no grace, and no older one is lost. */
  readonly isFull: boolean;
  readonly lists: PrefixLists;
  /** Whoever asks: a clock that nobody else has started is its own. */
  readonly taskId: string;
  /** When it first saw the rules, milliseconds since 1970: its own clocks start then. */
  readonly since: number;
  /** Whether it takes up what waited: people have heard about the clocks that were there before. */
  readonly isTakenUp: boolean;
  /** What became of the tasks that started clocks, by their ids. */
  readonly covers: ReadonlyMap<string, Cover>;
  /** Whoever made a clock later than this, milliseconds since 1970, may still be at work. */
  readonly atWorkAfter: number;
  readonly now: Date;
}

/** How far a task that started a clock came. */
export interface Cover {
  /** What the rules admitted that it has wait, for whatever policy asks, by their ids. */
  readonly waiting: Readonly<Record<string, string>>;
  /** Those, and the ids of rules that wait for some policies alone: people have heard about all of them. */
  readonly told: readonly string[];
  /** Until when a try of it may be at work, milliseconds since 1970. */
  readonly leaseUntil: number;
}

export type GraceHold = Extract<Hold, { because: 'grace' }>;
export type Graced = Finding & GraceHold;

/** Why a violation leads to nothing for now; undefined once its grace is over, and where it has none. */
export function graceOf(violation: Violation, context: GraceContext): GraceHold | undefined {
  const { grace } = violation.policy;
  if (grace === undefined) return undefined;
  const running = runningClock(violation, context);
  const until = running.startedAt + grace;
  if (until <= context.now.getTime() || (context.isFull && running.own.length === 0)) return undefined;
  const { taskId, isTold } = ownerOf(violation.rule, running, context);
  return { because: 'grace', until: new Date(until).toISOString(), taskId, isTold };
}

/** The findings of a plan that are left alone until their grace ends. */
export function gracedIn(plan: Plan): readonly Graced[] {
  return plan.held.filter((held): held is Graced => held.because === 'grace');
}

/** Since when the grace of a violation runs. */
interface RunningClock {
  readonly startedAt: number;
  /** The last clock of this very rule with that start. */
  readonly known: Clock | undefined;
  /** All of its clocks. */
  readonly own: readonly Clock[];
}

function runningClock({ policy, rule }: Violation, { clocks, lists, since }: GraceContext): RunningClock {
  const own = clocks.own(policy.id, rule.id);
  const inherited = clocks.inheritedStart(policy.id, extentOf(rule, lists)) ?? since;
  const startedAt = Math.min(since, inherited, ...own.map((clock) => clock.startedAt));
  const [known] = own
    .filter((clock) => clock.startedAt === startedAt)
    .toSorted((a, b) => b.madeAt - a.madeAt);
  return { startedAt, known, own };
}

interface Owner {
  /** The task that takes the rule up at the end. */
  readonly taskId: string;
  /** Whether people were told, or are being told by somebody else. */
  readonly isTold: boolean;
  /** Whether the clock is taken over: its task died before it had the rule wait, or had it wait with other content. */
  readonly isTakenOver: boolean;
}

/**
 * Whoever first saw this very rule tells people and has it wait, and whoever changed it since has it wait as its maker. While the task of
 * the last clock may still be at work, others have the rule wait as well, because it may die; once it is dead, they tell people, too.
 */
function ownerOf(rule: SecurityGroupRule, { known: clock, own }: RunningClock, context: GraceContext): Owner {
  const { taskId, isTakenUp, since, covers, atWorkAfter, now } = context;
  const isTold = own.some((one) => covers.get(one.taskId)?.told.includes(rule.id) === true);
  if (clock === undefined || clock.taskId === taskId) {
    const isToldBefore = isTakenUp && clock !== undefined && clock.madeAt < since;
    return { taskId, isTold: isTold || isToldBefore, isTakenOver: false };
  }
  const { waiting = {}, leaseUntil = 0 } = covers.get(clock.taskId) ?? {};
  const content = Object.hasOwn(waiting, rule.id) ? waiting[rule.id] : undefined;
  if (content === contentOf(rule)) return { taskId: clock.taskId, isTold: true, isTakenOver: false };
  if (isTold) return { taskId, isTold, isTakenOver: content !== undefined };
  const isAtWork = leaseUntil > now.getTime() || clock.madeAt > atWorkAfter;
  return { taskId, isTold: isAtWork, isTakenOver: !isAtWork };
}

/** The clocks of the group once these findings are noted; undefined if there is nothing to note. */
export function clocksAfter(
  findings: readonly Finding[],
  context: GraceContext,
): readonly Clock[] | undefined {
  const noted = [...new Set(findings.flatMap(({ verdicts }) => verdicts))]
    .filter(({ policy }) => policy.grace !== undefined && mayRevoke(policy))
    .flatMap((violation) => clockToNote(violation, context) ?? []);
  if (noted.length === 0) return undefined;
  const replaced = new Set(noted.flatMap(({ before }) => before));
  return [
    ...noted.map(({ clock }) => clock),
    ...context.clocks.clocks.filter((clock) => !replaced.has(clock)),
  ];
}

/** The clock of a violation that was not noted yet, or was seen last before this task saw it; and the clocks that it replaces. */
function clockToNote(
  violation: Violation,
  context: GraceContext,
): { readonly clock: Clock; readonly before: readonly Clock[] } | undefined {
  const { policy, rule } = violation;
  const extent = extentOf(rule, context.lists);
  const running = runningClock(violation, context);
  const { startedAt } = running;
  const before = running.own.filter((clock) => isSameExtent(clock.extent, extent));
  if (context.isFull && before.length === 0) return undefined;
  const { isTakenOver } = ownerOf(rule, running, context);
  const stored = isTakenOver ? undefined : before.find((clock) => clock.startedAt === startedAt);
  if (stored !== undefined && stored.seenAt >= context.since) return undefined;
  const taskId = isTakenOver ? context.taskId : (running.known?.taskId ?? context.taskId);
  // Who takes over is the last from then on, though another function's time may be ahead: else it would take over for ever.
  const lastMade = isTakenOver ? (running.known?.madeAt ?? 0) : 0;
  const madeAt = stored?.madeAt ?? Math.max(context.since, lastMade);
  const made = { taskId, madeAt, seenAt: context.now.getTime() };
  return { clock: { policyId: policy.id, ruleId: rule.id, extent, startedAt, ...made }, before };
}
