// Histories of the sweep's machine against a model world: whatever befalls its invocations, each claim holds at the end of all.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MIXED, type StoredSweep } from '../../../lib/sweep/state.ts';
import {
  FAULTS,
  type Fault,
  forbiddenBy,
  type Invocation,
  LIMIT,
  type ModelWorld,
  ruleOf,
} from './model-state.ts';
import { live, wantedIn } from './model-world.ts';

const RUNS = { numRuns: Number(process.env.FC_RUNS ?? 2000) };
const MINUTE = 60_000;
const COMMANDS = [
  ...([
    'load',
    'save',
    'list',
    'read-groups',
    'store-fingerprints',
    'read-seen',
    'find-recorded',
    'ask',
    'remediate',
    'load-entry',
    'read-around',
    'ask-together',
  ] as const),
  ...(['wait', 'find-entries', 'note-groups', 'log-totals', 'publish'] as const),
];

const anyFault: fc.Arbitrary<Fault> = fc.record({
  command: fc.constantFrom(...COMMANDS),
  nth: fc.nat(4),
  fault: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...FAULTS) },
    { weight: 1, arbitrary: fc.constant('call left out' as const) },
  ),
});
const anyInvocation: fc.Arbitrary<Invocation> = fc.record({
  mode: fc.oneof(
    { weight: 3, arbitrary: fc.constant('enforce' as const) },
    { weight: 2, arbitrary: fc.constant('report' as const) },
  ),
  policies: fc.oneof(
    { weight: 4, arbitrary: fc.constant(2 as const) },
    { weight: 1, arbitrary: fc.constant(1 as const) },
  ),
  isContinuation: fc.boolean(),
  isReleased: fc.boolean(),
  isOnHold: fc.oneof(fc.constant(false), fc.boolean()),
  denied: fc.oneof(fc.constant(0), fc.nat(6)),
  spare: fc.oneof(fc.constant(600_000), fc.nat(4000)),
  faults: fc.array(anyFault, { maxLength: 3 }),
});
const anyHistory = fc.record({
  groups: fc.array(fc.subarray([443, 22, 3389]), { minLength: 1, maxLength: 6 }),
  /** Whether a sweep that nothing befalls has only reported before. */
  isSwept: fc.boolean(),
  invocations: fc.array(anyInvocation, { maxLength: 6 }),
});

function makeModel(groups: readonly (readonly number[])[]): ModelWorld {
  const made = groups.map((ports, index) => {
    const id = `sg-${index}`;
    const rules = ports.map(
      (port) => [`sgr-${index}-${port}`, ruleOf(id, `sgr-${index}-${port}`, port)] as const,
    );
    return [id, new Map(rules)] as const;
  });
  return {
    groups: new Map(made),
    meddledWith: new Set(),
    sweep: undefined,
    entries: new Map(),
    fingerprinted: new Map(),
    wantedSince: undefined,
    now: Date.parse('2026-06-01T12:00:00Z'),
    asked: new Map(),
    revoked: new Map(),
    finished: [],
    published: [],
    unnoted: 0,
    ...{ looks: 0, said: [], evidence: new Set<string>() },
    wrongs: [],
  };
}

const CLEAN: Invocation = {
  ...{ mode: 'enforce', policies: 2, isContinuation: true },
  ...{ isReleased: false, isOnHold: false, denied: 0, spare: 600_000, faults: [] },
};

const FIRST: Invocation = { ...CLEAN, mode: 'report', isContinuation: false };

/** All invocations one after the other, and then some that nothing befalls. */
function play(world: ModelWorld, invocations: readonly Invocation[]): void {
  const rest = [CLEAN, CLEAN, CLEAN, { ...CLEAN, isContinuation: false }, CLEAN];
  for (const [index, invocation] of [...invocations, ...rest].entries()) {
    live(world, invocation, `invocation-${index}`);
    world.now += 20 * MINUTE;
  }
}

interface Past {
  readonly world: ModelWorld;
  readonly groups: readonly (readonly number[])[];
}

const shown = ({ totals }: StoredSweep) => totals.mostSevere.map(({ ruleId }) => ruleId);
/** Of groups that nobody else has changed, the rules that a sweep must have found. */
function toFind({ world, groups }: Past, sweep: StoredSweep): readonly string[] {
  const rules = groups.flatMap((ports, index) =>
    world.meddledWith.has(`sg-${index}`) ? [] : ports.map((port) => [`sgr-${index}-${port}`, port] as const),
  );
  const isThere = (id: string) => (world.revoked.get(id)?.startedAt ?? sweep.startedAt) >= sweep.startedAt;
  return rules.flatMap(([id, port]) =>
    forbiddenBy(sweep.policies).includes(port) && isThere(id) ? [id] : [],
  );
}

const CLAIMS: Readonly<Record<string, (past: Past) => boolean>> = {
  'a sweep is complete in the end': ({ world }) =>
    world.finished.length > 0 && world.sweep?.phase === 'finished' && world.sweep.pending.length === 0,
  'each complete sweep has judged every group, and no group twice': ({ world, groups }) =>
    world.finished.every(
      ({ totals }) =>
        totals.groups >= groups.length - world.meddledWith.size && totals.groups <= groups.length,
    ),
  'each complete sweep reports every violation, and none twice': (past) =>
    past.world.finished.every((sweep) => {
      const ids = shown(sweep);
      const isWhole = sweep.policies === MIXED || toFind(past, sweep).every((id) => ids.includes(id));
      return isWhole && new Set(ids).size === ids.length;
    }),
  'what a sweep has closed is in its digest': ({ world }) =>
    [...world.revoked].every(([id, { startedAt }]) => {
      const sweep = world.finished.find((one) => one.startedAt === startedAt);
      return sweep !== undefined && shown(sweep).includes(id);
    }),
  'a sweep closes rules in no more groups than the limit, and one that had been denied': ({ world }) => {
    const bySweep = Map.groupBy(world.revoked.values(), ({ startedAt }) => startedAt);
    return [...bySweep].every(([startedAt, rules]) => {
      const closed = new Set(rules.map(({ groupId }) => groupId));
      const isReleased = world.asked.get(`sweep/${startedAt}`)?.isReleased;
      return isReleased || closed.size <= LIMIT + 1 + world.meddledWith.size;
    });
  },
  'a sweep on hold says so of every rule that it would have closed': ({ world }) =>
    world.finished.every(({ hold, mode, policies, totals: { byStatus, violations } }) => {
      const reported = mode === 'report' ? (byStatus.reported ?? 0) : 0;
      return hold === undefined || policies === MIXED || (byStatus.held ?? 0) + reported === violations;
    }),
  'a sweep that only reports closes nothing that was there from the start': ({ world, groups }) => {
    const old = new Set(groups.flatMap((ports, index) => ports.map((port) => `sgr-${index}-${port}`)));
    return [...world.revoked].every(([id, { mode }]) => mode === 'enforce' || !old.has(id));
  },
  'no sweep is wanted in the end': ({ world }) => wantedIn(world) === undefined,
  'a sweep compares with the complete one before it': ({ world: { finished } }) =>
    finished.every(({ previous }, index) => previous?.startedAt === finished[index - 1]?.startedAt),
  'a digest is published once, unless an invocation died as it published': ({ world }) =>
    world.published.length <= new Set(world.published).size + world.unnoted,
  'what is logged and published of a sweep says the same of exposure': ({ world }) =>
    [...Map.groupBy(world.said, ({ id }) => id).values()].every(
      (records) => new Set(records.map(({ exposure }) => JSON.stringify(exposure))).size === 1,
    ),
  'each complete sweep with an inbound finding says something of exposure, and keeps nothing for it': ({
    world,
  }) =>
    world.finished.every(
      ({ totals, exposure, inbound }) =>
        inbound === undefined && (totals.violations === 0 || exposure !== undefined),
    ),
  // A try that died, and that no other follows because the policies have changed since, leaves an entry that does not say what is gone.
  'flow logs are asked about every group with an entry that says what a sweep has closed, and as many as it says':
    ({ world }) =>
      world.finished.every(({ startedAt, evidence, closed }) => {
        const ids = new Set(
          [...world.revoked.values()]
            .filter((one) => one.startedAt === startedAt)
            .map(({ groupId }) => `sweep/${startedAt}/${groupId}`)
            .filter((id) => world.entries.get(id)?.state === 'notified'),
        );
        if (closed !== undefined) return false;
        if (evidence?.kind !== 'asked') return evidence !== undefined || ids.size === 0;
        return ids.isSubsetOf(world.evidence) && evidence.asked === ids.size;
      }),
  'what a sweep has closed is published': ({ world }) =>
    [...world.revoked.values()].every(({ startedAt }) => world.published.includes(`sweep/${startedAt}`)),
  'the valid fingerprints are of every group': ({ world, groups }) => {
    const { generation = '', firsts = [] } = world.finished.at(-1)?.fingerprints[0] ?? {};
    const items = [...(world.fingerprinted.get(generation) ?? [])].filter(
      ([number]) => number < firsts.length,
    );
    const known = new Set(items.flatMap(([, item]) => Object.keys(item)));
    return groups.every((_, index) => world.meddledWith.has(`sg-${index}`) || known.has(`sg-${index}`));
  },
};

const LOST_ANSWER = { command: 'remediate' as const, nth: 0, fault: 'answer lost' as const };

/** A rule that EC2 did not let go complies by the time that the sweep hears of it. */
const COMPLIANT_SINCE = {
  ...{ groups: [[3389 as const], []], isSwept: false },
  invocations: [
    { ...CLEAN, isContinuation: false, denied: 1, faults: [LOST_ANSWER] },
    { ...CLEAN, isContinuation: false, policies: 1 as const, faults: [] },
  ],
};

it('whatever befalls its invocations, a sweep judges, closes and reports everything once, and nothing unasked', () => {
  fc.assert(
    fc.property(anyHistory, ({ groups, isSwept, invocations }) => {
      const world = makeModel(groups);
      play(world, isSwept ? [FIRST, ...invocations] : invocations);
      const broken = Object.entries(CLAIMS).filter(([, holds]) => !holds({ world, groups }));
      expect([...world.wrongs, ...broken.map(([claim]) => claim)]).toEqual([]);
    }),
    { ...RUNS, examples: [[COMPLIANT_SINCE]] },
  );
});
