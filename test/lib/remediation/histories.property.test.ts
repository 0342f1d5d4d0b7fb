// Histories of the machine against a model world: whatever befalls its tries, each claim holds at the end of all of them.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseChange } from '../../../lib/change/change.ts';
import { homeTarget } from '../../../lib/config.ts';
import { isClosed } from '../../../lib/remediation/progress.ts';
import type { Task } from '../../../lib/remediation/state.ts';
import { isForeign } from '../../../lib/target.ts';
import { makeEvent, makeWorld, policyOf, tcp } from '../io/world.ts';
import { FAULTS, type Fault, live, type ModelWorld, tasksOfTick } from './model-world.ts';

const RUNS = { numRuns: Number(process.env.FC_RUNS ?? 10_000) };
const COMMANDS = ['load', 'read', 'write', 'count', 'revoke', 'wait', 'publish'] as const;

const anyFault: fc.Arbitrary<Fault> = fc.record({
  command: fc.constantFrom(...COMMANDS),
  nth: fc.nat(4),
  fault: fc.constantFrom(...FAULTS),
});
const anyHistory = fc.record({
  rules: fc.integer({ min: 1, max: 4 }),
  lag: fc.nat(2),
  ownerId: fc.oneof(
    { weight: 9, arbitrary: fc.constant('111122223333') },
    { weight: 1, arbitrary: fc.constant('999999999999') },
  ),
  isDefaultVpc: fc.boolean(),
  hasMailRoom: fc.oneof(
    { weight: 4, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  tries: fc.array(
    fc.record({
      faults: fc.array(anyFault, { maxLength: 3 }),
      isTick: fc.boolean(),
      breakerHolds: fc.oneof(
        { weight: 4, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
    }),
    { maxLength: 5 },
  ),
});

const { config } = makeWorld([]).world;
const target = homeTarget(config);
const policies = [policyOf('no-ssh', [22], 'revoke')];

interface Start {
  readonly rules: number;
  readonly ownerId: string;
  readonly isDefaultVpc: boolean;
  readonly hasMailRoom: boolean;
}

function makeModel({ rules: count, ownerId, isDefaultVpc, hasMailRoom }: Start): ModelWorld {
  const rules = Array.from({ length: count }, (_, i) => ({ ...tcp(`sgr-${i}`, 22), ToPort: 22 + i }));
  return {
    group: { id: 'sg-0web', name: 'web', ownerId, vpcId: 'vpc-1', tags: {} },
    rules: new Map(rules.map((rule) => [rule.SecurityGroupRuleId ?? '', { GroupId: 'sg-0web', ...rule }])),
    entries: new Map(),
    now: Date.parse('2026-06-01T12:05:00Z'),
    lag: 0,
    stale: [],
    mails: [],
    byBot: new Set(),
    bySomebody: new Set(),
    wrongs: [],
    breakerHolds: false,
    isDefaultVpc,
    hasMailRoom,
  };
}

function taskOf(world: ModelWorld, isLastTry: boolean): Task {
  const change = parseChange(makeEvent([...world.rules.values()]));
  if (change.kind === 'none') throw new Error(change.reason);
  const settings = { target, config, policies };
  return { id: 'event-1', change, ...settings, isLastTry, isSilent: false, isAdmitted: false };
}

interface Past {
  readonly world: ModelWorld;
  /** How many messages were sent by a try that died before it could store so. */
  readonly unnoted: number;
}

interface Try {
  readonly faults: readonly Fault[];
  /** Whether it takes up what waits, and is no delivery of the event. */
  readonly isTick: boolean;
  readonly breakerHolds: boolean;
}

const UNTROUBLED: Try = { faults: [], isTick: false, breakerHolds: false };
const AFTER = [UNTROUBLED, UNTROUBLED, UNTROUBLED, { ...UNTROUBLED, isTick: true }];

/** All tries one after the other, and then some that nothing befalls. */
function play(world: ModelWorld, lag: number, tries: readonly Try[]): Past {
  const [task, last] = [taskOf(world, false), taskOf(world, true)];
  let unnoted = 0;
  for (const [index, { faults, isTick, breakerHolds }] of [...tries, ...AFTER].entries()) {
    const told = world.mails.length;
    world.lag = lag;
    world.stale = [...world.rules.values()];
    world.breakerHolds = breakerHolds;
    const own = index < tries.length + 2 ? task : last;
    for (const one of isTick ? tasksOfTick(world, own) : [own]) live(world, one, faults, `try-${index}`);
    if (world.mails.length > told && ![...world.entries.values()].every(isClosed)) unnoted += 1;
    world.now += 720_000;
  }
  return { world, unnoted };
}

const findingsIn = ({ entries }: ModelWorld) =>
  [...entries.values()].flatMap(({ record }) => record.findings);
/** What each rule came to in the last entry that has an outcome of it. */
const outcomesIn = (world: ModelWorld) =>
  new Map(
    findingsIn(world).flatMap(({ ruleId, outcome }) => (outcome === undefined ? [] : [[ruleId, outcome]])),
  );
const isHarmless = ({ CidrIpv4 }: { CidrIpv4?: string | undefined }) => CidrIpv4 === '10.0.0.0/8';

const CLAIMS: Readonly<Record<string, (past: Past) => boolean>> = {
  'every violating rule is closed, what the breaker held too, unless the group is not ours or AWS denies it':
    ({ world }) =>
      isForeign(world.group, target) ||
      [...outcomesIn(world).values()].includes('denied') ||
      [...world.rules.values()].every(isHarmless),
  'what the bot revoked is on record as revoked, or as gone': ({ world }) =>
    [...world.byBot].every((id) => /^(revoked|gone)$/.test(outcomesIn(world).get(id) ?? '')),
  'what somebody else removed is not called revoked': ({ world }) =>
    [...world.bySomebody].every((id) => world.byBot.has(id) || outcomesIn(world).get(id) !== 'revoked'),
  'every entry is done, and nothing waits any more': ({ world }) =>
    [...world.entries.values()].every(({ state }) => state === 'notified' || state === 'batched') ||
    world.byBot.size === 0,
  'people get one message of each entry, unless a try died as it sent it': ({ world, unnoted }) =>
    world.mails.length <= world.entries.size + unnoted,
  'a rule is revoked by one entry': ({ world }) => {
    const revoked = findingsIn(world).filter(({ outcome }) => outcome === 'revoked');
    return new Set(revoked.map(({ ruleId }) => ruleId)).size === revoked.length;
  },
};

it('whatever befalls its tries, the machine closes, records and reports, and acts only on what it judged', () => {
  fc.assert(
    fc.property(anyHistory, ({ lag, tries, ...start }) => {
      const past = play(makeModel(start), lag, tries);
      const broken = Object.entries(CLAIMS).filter(([, holds]) => !holds(past));
      expect([...past.world.wrongs, ...broken.map(([claim]) => claim)]).toEqual([]);
    }),
    RUNS,
  );
});
