// Several tries at once, step by step in any order, whose clocks differ: two events about the same rules, the tick and sweeps.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseChange } from '../../../lib/change/change.ts';
import { homeTarget } from '../../../lib/config.ts';
import { isGone } from '../../../lib/plan/plan.ts';
import type { End, Task } from '../../../lib/remediation/state.ts';
import { sweepChange } from '../../../lib/sweep/judge-group.ts';
import { RUNS } from '../../runs.ts';
import { makeEvent, makeWorld, policyOf } from '../io/world.ts';
import { makeModel } from './make-model.ts';
import { FAULTS, type Fault, type ModelWorld, stepsOf, tasksOfTick } from './model-world.ts';

const MINUTE = 60_000;
const GRACE = 10;
/** Milliseconds by which the clocks of functions may differ. */
const SKEW = 40_000;
const GROUP = 'sg-0web';

const inTime = { grace: `${GRACE}m` };
const trims = policyOf('no-ssh', [22], 'trim');
const POLICIES = {
  revoke: [policyOf('no-ssh', [22], 'revoke')],
  trim: [trims],
  'give way': [policyOf('no-ssh', [22], 'trim', { otherwise: 'notify' })],
  grace: [policyOf('no-ssh', [22], 'revoke', inTime)],
  'trim, then revoke': [trims, policyOf('no-more', [22, 23, 24], 'revoke')],
  'trim, then grace': [trims, policyOf('no-more', [22, 23, 24], 'revoke', inTime)],
};
type Answer = keyof typeof POLICIES;
const ANSWERS = Object.keys(POLICIES) as Answer[];

const anyFault: fc.Arbitrary<Fault> = fc.record({
  command: fc.constantFrom(
    ...(['load', 'read', 'write', 'count', 'add', 'revoke', 'withdraw', 'wait'] as const),
    ...(['publish', 'read-clocks', 'write-clocks', 'load-covers'] as const),
  ),
  nth: fc.nat(3),
  fault: fc.constantFrom(...FAULTS.filter((fault) => fault !== 'denied')),
});

type Kind = 'event' | 'other event' | 'tick' | 'sweep' | 'resumed sweep';

const anyTry = fc.record({
  kind: fc.constantFrom<Kind>('event', 'event', 'other event', 'tick', 'tick', 'sweep'),
  ahead: fc.constantFrom(0, 0, 5000, -5000, SKEW),
  faults: fc.array(anyFault, { maxLength: 2 }),
});
const anyRound = fc.record({
  tries: fc.array(anyTry, { minLength: 1, maxLength: 3 }),
  /** Whose step is next. */
  turns: fc.array(fc.nat(2), { maxLength: 40 }),
  minutes: fc.constantFrom(0, 1, 1, 4, 12, 13),
  /** What is deployed; undefined for what is from the start. */
  deployed: fc.option(fc.constantFrom<Answer | 'dry-run' | 'nothing'>('dry-run', 'nothing', ...ANSWERS), {
    nil: undefined,
    freq: 1,
  }),
  breakerHolds: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.subarray(['no-ssh', 'no-more'])),
});
type Round = typeof anyRound extends fc.Arbitrary<infer T> ? T : never;
const anyHistory = fc.record({
  answer: fc.constantFrom(...ANSWERS),
  rules: fc.integer({ min: 1, max: 3 }),
  lag: fc.nat(1),
  hasMailRoom: fc.boolean(),
  rounds: fc.array(anyRound, { minLength: 1, maxLength: 5 }),
});
type Start = typeof anyHistory extends fc.Arbitrary<infer T> ? T : never;

const { world: made } = makeWorld([]);
const config = { ...made.config, trimLimit: 3 };
const target = homeTarget(config);

interface Past {
  readonly world: ModelWorld;
  readonly start: Start;
  /** The tasks of sweeps that died, by their ids: each goes on later. */
  readonly died: Map<string, Task>;
  /** The ids of sweeps' tasks that failed: the next sweep has another one. */
  readonly failed: Set<string>;
  /** The rules that were closed before their grace was over. */
  readonly early: string[];
}

function begin(start: Start): Past {
  const world = makeModel(start.rules, { hasMailRoom: start.hasMailRoom, hasFlowLogs: false });
  return { world, start, died: new Map(), failed: new Set(), early: [] };
}

function tasksOf({ world, died }: Past, kind: Kind, plain: Task, name: string): readonly Task[] {
  const ids = [...world.rules.keys()];
  const silent = { isLastTry: true, isSilent: true, isAdmitted: true };
  switch (kind) {
    case 'event':
      return [plain];
    case 'other event':
      return [{ ...plain, id: 'event-2' }];
    case 'tick':
      return plain.config.mode === 'dry-run' ? [] : tasksOfTick(world, plain);
    case 'sweep':
      return [{ ...plain, ...silent, id: `sweep/${name}`, change: sweepChange(config, GROUP, ids) }];
    case 'resumed sweep':
      return [...died.values()].map((task) => ({ ...plain, ...silent, id: task.id, change: task.change }));
  }
}

/** One function, which handles its tasks one after the other. */
function* invoke(past: Past, tasks: readonly Task[], name: string, how: Round['tries'][0]) {
  for (const task of tasks) {
    if (task.isSilent) past.died.set(task.id, task);
    const end = yield* stepsOf(past.world, task, how.faults, `${name}/${task.id}`, how.ahead);
    if (end !== undefined) note(past, task, end);
  }
}

function note({ died, failed }: Past, { id, isSilent }: Task, end: End): void {
  died.delete(id);
  if (isSilent && end.kind === 'failed') failed.add(id);
}

function pass(past: Past, plain: Task, { tries, turns, minutes, breakerHolds }: Round, name: string): void {
  const { world, start, early } = past;
  Object.assign(world, { lag: start.lag, stale: [...world.rules.values()], breakerHolds });
  const running = tries.map((how, index) =>
    invoke(past, tasksOf(past, how.kind, plain, `${name}-${index}`), `${name}-${index}`, how),
  );
  const before = new Set(world.byBot);
  const left = new Set(running);
  const step = (one: (typeof running)[number] | undefined) => {
    if (one !== undefined && left.has(one) && one.next().done === true) left.delete(one);
  };
  for (const turn of turns) step(running[turn % running.length]);
  for (const one of running) while (left.has(one)) step(one);
  const isOver = world.now + SKEW >= START_OF_GRACE + GRACE * MINUTE;
  if (start.answer === 'grace' && !isOver) early.push(...world.byBot.difference(before));
  world.now += minutes * MINUTE;
}

const START_OF_GRACE = Date.parse('2026-06-01T12:05:00Z');

const clean = (kind: Kind): Round => ({
  tries: [{ kind, ahead: 0, faults: [] }],
  ...{ turns: [], minutes: 12, deployed: undefined, breakerHolds: [] },
});
const AFTER = (
  [
    ...(['resumed sweep', 'event', 'other event', 'event', 'other event', 'tick', 'tick'] as const),
    ...(['sweep', 'tick', 'tick', 'tick', 'event', 'other event'] as const),
  ] satisfies Kind[]
).map(clean);

function play(start: Start): Past {
  const past = begin(start);
  const change = parseChange(makeEvent([...past.world.rules.values()]));
  if (change.kind !== 'changed') throw new Error(change.kind);
  for (const [index, round] of [...start.rounds, ...AFTER].entries()) {
    // Until then the leases of what died are over.
    if (index === start.rounds.length) past.world.now += 12 * MINUTE;
    const { deployed = start.answer } = round;
    const isLastTry = index >= start.rounds.length + 3;
    const plain: Task = {
      ...{ id: 'event-1', change, target, isLastTry, isSilent: false, isAdmitted: false },
      config: { ...config, mode: deployed === 'dry-run' ? 'dry-run' : 'enforce' },
      policies: deployed === 'nothing' ? [] : POLICIES[deployed === 'dry-run' ? start.answer : deployed],
    };
    pass(past, plain, round, `round-${index}`);
  }
  return past;
}

const entriesIn = ({ world }: Past) => [...world.entries.values()];
const isChanging = ({ start }: Past) => start.rounds.some(({ deployed }) => deployed !== undefined);
const isRushed = ({ start }: Past) =>
  start.rounds.some(({ tries }) => tries.some((how) => how.faults.some(({ fault }) => fault === 'slow')));
const outcomesIn = (past: Past, id: string) =>
  entriesIn(past)
    .flatMap(({ record }) => record.findings)
    .flatMap(({ ruleId, outcome }) => (ruleId === id && outcome !== undefined ? [outcome] : []));

const CLAIMS: Readonly<Record<string, (past: Past) => boolean>> = {
  'every violating rule is closed in the end, unless its policy gave way': (past) => {
    const findings = entriesIn(past).flatMap(({ record }) => record.findings);
    const hasGivenWay = (id: string) =>
      findings.some((one) => one.ruleId === id && one.obstacle !== undefined);
    const isAll = past.start.answer.includes('then');
    return [...past.world.rules].every(([id, { CidrIpv4 = '', FromPort = 0 }]) => {
      const isOpen = CidrIpv4.startsWith('0.0.0.0/') && (FromPort === 22 || isAll);
      return !isOpen || isChanging(past) || hasGivenWay(id);
    });
  },
  'no rule is closed before its grace is over': (past) => isChanging(past) || past.early.length === 0,
  'what the bot revoked is on record as that': (past) =>
    [...past.world.byBot.difference(past.world.added)].every((id) =>
      outcomesIn(past, id).some(
        (outcome) => isGone({ outcome }) || (isRushed(past) && outcome === 'unconfirmed'),
      ),
    ),
  'what somebody else removed is not called revoked': (past) =>
    [...past.world.bySomebody.difference(past.world.byBot)].every(
      (id) => !outcomesIn(past, id).includes('revoked'),
    ),
  'no two entries revoked the same rule': (past) =>
    [...past.world.byBot].every((id) => outcomesIn(past, id).filter((one) => one === 'revoked').length <= 1),
  'every entry is done, and nothing waits any more': (past) =>
    entriesIn(past).every(({ id, state }) => /^(notified|batched)$/.test(state) || past.failed.has(id)),
  'of what the bot revoked people have heard, or a digest or the next batch reports it': (past) =>
    entriesIn(past).every(
      (entry) =>
        !entry.record.findings.some(isGone) ||
        past.world.told.has(entry.id) ||
        entry.id.startsWith('sweep/') ||
        ('headline' in entry && entry.headline !== undefined),
    ),
};

it('tries that work at once on one group close, record and report, and act only on what they judged', () => {
  fc.assert(
    fc.property(anyHistory, (start) => {
      const past = play(start);
      const broken = Object.entries(CLAIMS).filter(([, holds]) => !holds(past));
      expect([...past.world.wrongs, ...broken.map(([claim]) => claim)]).toEqual([]);
    }),
    RUNS,
  );
});
