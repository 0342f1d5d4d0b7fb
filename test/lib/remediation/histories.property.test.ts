// Histories of the machine against a model world: whatever befalls its tries, each claim holds at the end of all of them.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseChange } from '../../../lib/change/change.ts';
import type { Task } from '../../../lib/remediation/state.ts';
import { makeEvent, makeWorld, policyOf, tcp } from '../io/world.ts';
import { FAULTS, type Fault, live, type ModelWorld } from './model-world.ts';

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
  breakerHolds: fc.oneof(
    { weight: 4, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.boolean() },
  ),
  tries: fc.array(fc.array(anyFault, { maxLength: 3 }), { maxLength: 4 }),
});

const { config } = makeWorld([]).world;
const policies = [policyOf('no-ssh', [22], 'revoke')];

function makeModel(count: number, breakerHolds: boolean): ModelWorld {
  const rules = Array.from({ length: count }, (_, i) => ({ ...tcp(`sgr-${i}`, 22), ToPort: 22 + i }));
  return {
    group: { id: 'sg-0web', name: 'web', ownerId: '111122223333', vpcId: 'vpc-1', tags: {} },
    rules: new Map(rules.map((rule) => [rule.SecurityGroupRuleId ?? '', { GroupId: 'sg-0web', ...rule }])),
    entry: undefined,
    now: Date.parse('2026-06-01T12:05:00Z'),
    lag: 0,
    stale: [],
    mails: [],
    byBot: new Set(),
    bySomebody: new Set(),
    wrongs: [],
    breakerHolds,
  };
}

function taskOf(world: ModelWorld, isLastTry: boolean): Task {
  const change = parseChange(makeEvent([...world.rules.values()]));
  if (change.kind === 'none') throw new Error(change.reason);
  return { id: 'event-1', change, config, policies, isLastTry, isSilent: false, isAdmitted: false };
}

interface Past {
  readonly world: ModelWorld;
  /** How many messages were sent by a try that died before it could store so. */
  readonly unnoted: number;
}

/** All tries one after the other, and then some that nothing befalls. */
function play(world: ModelWorld, lag: number, tries: readonly (readonly Fault[])[]): Past {
  const [task, last] = [taskOf(world, false), taskOf(world, true)];
  let unnoted = 0;
  for (const [index, faults] of [...tries, [], [], []].entries()) {
    const told = world.mails.length;
    world.lag = lag;
    world.stale = [...world.rules.values()];
    live(world, index < tries.length + 2 ? task : last, faults, `try-${index}`);
    if (world.mails.length > told && world.entry?.state !== 'notified') unnoted += 1;
    world.now += 720_000;
  }
  return { world, unnoted };
}

const outcomesIn = ({ entry }: ModelWorld) =>
  new Map(entry?.record.findings.map((one) => [one.ruleId, one.outcome ?? one.action]));

const CLAIMS: Readonly<Record<string, (past: Past) => boolean>> = {
  'every violating rule is closed, unless the breaker holds it or AWS denies it': ({ world }) =>
    world.breakerHolds ||
    [...outcomesIn(world).values()].includes('denied') ||
    [...world.rules.values()].every(({ CidrIpv4 }) => CidrIpv4 === '10.0.0.0/8'),
  'what the bot revoked is on record as revoked, or as gone': ({ world }) =>
    [...world.byBot].every((id) => /^(revoked|gone)$/.test(outcomesIn(world).get(id) ?? '')),
  'what somebody else removed is not called revoked': ({ world }) =>
    [...world.bySomebody].every((id) => world.byBot.has(id) || outcomesIn(world).get(id) !== 'revoked'),
  'the entry is done where the bot revoked anything': ({ world }) =>
    world.byBot.size === 0 || world.entry?.state === 'notified',
  'people get one message, unless a try died as it sent it': ({ world, unnoted }) =>
    world.mails.length <= 1 + unnoted,
};

it('whatever befalls its tries, the machine closes, records and reports, and acts only on what it judged', () => {
  fc.assert(
    fc.property(anyHistory, ({ rules, lag, breakerHolds, tries }) => {
      const past = play(makeModel(rules, breakerHolds), lag, tries);
      const broken = Object.entries(CLAIMS).filter(([, holds]) => !holds(past));
      expect([...past.world.wrongs, ...broken.map(([claim]) => claim)]).toEqual([]);
    }),
    RUNS,
  );
});
