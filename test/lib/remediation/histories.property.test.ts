// Histories of the machine against a model world: whatever befalls its tries, each claim holds at the end of all of them.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseChange } from '../../../lib/change/change.ts';
import { homeTarget } from '../../../lib/config.ts';
import { isClosed } from '../../../lib/remediation/progress.ts';
import type { Task } from '../../../lib/remediation/state.ts';
import { isForeign } from '../../../lib/target.ts';
import { RUNS } from '../../runs.ts';
import { makeEvent, makeWorld, policyOf } from '../io/world.ts';
import { makeModel } from './make-model.ts';
import { FAULTS, type Fault, live, type ModelWorld, tasksOfTick } from './model-world.ts';

/** More than of other properties: a history takes a fraction of a millisecond. */
const HISTORIES = { numRuns: 5 * RUNS.numRuns };
const COMMANDS = [
  ...(['load', 'read', 'write', 'count', 'add', 'revoke', 'withdraw', 'wait'] as const),
  ...(['read-surroundings', 'claim-notice', 'publish', 'schedule-evidence'] as const),
];

/**
 * What the policy asks for; `give way` is to trim, and to leave a rule alone whose allowed rest cannot be kept. With `trim, then revoke`,
 * another policy asks to revoke what the first one lets stay.
 */
type Answer = 'revoke' | 'trim' | 'give way' | 'trim, then revoke';

const anyFault: fc.Arbitrary<Fault> = fc.record({
  command: fc.constantFrom(...COMMANDS),
  nth: fc.nat(4),
  fault: fc.constantFrom(...FAULTS),
});
const anyHistory = fc.record({
  rules: fc.integer({ min: 1, max: 4 }),
  answer: fc.constantFrom<Answer>('revoke', 'trim', 'give way', 'trim, then revoke', 'trim, then revoke'),
  lag: fc.nat(2),
  ownerId: fc.oneof(
    { weight: 9, arbitrary: fc.constant('111122223333') },
    { weight: 1, arbitrary: fc.constant('999999999999') },
  ),
  isDefaultVpc: fc.boolean(),
  hasFlowLogs: fc.boolean(),
  hasMailRoom: fc.oneof(
    { weight: 4, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  tries: fc.array(
    fc.record({
      faults: fc.array(anyFault, { maxLength: 3 }),
      isTick: fc.boolean(),
      /** What is deployed. */
      deployed: fc.oneof(
        { weight: 6, arbitrary: fc.constant('enforce' as const) },
        { weight: 1, arbitrary: fc.constantFrom('dry-run' as const, 'no policy' as const) },
      ),
      /** The policies that the breaker has wait. */
      breakerHolds: fc.oneof(
        { weight: 4, arbitrary: fc.constant<readonly string[]>([]) },
        { weight: 2, arbitrary: fc.subarray(['no-ssh', 'no-more']) as fc.Arbitrary<readonly string[]> },
      ),
    }),
    { maxLength: 5 },
  ),
});

const { world: made } = makeWorld([]);
const config = { ...made.config, trimLimit: 3, flowLogs: ['flows'] };
const target = homeTarget(config);

interface Start {
  readonly rules: number;
  readonly ownerId: string;
  readonly isDefaultVpc: boolean;
  readonly hasMailRoom: boolean;
  readonly hasFlowLogs: boolean;
}

function begin({ rules, ownerId, ...more }: Start): ModelWorld {
  const world = makeModel(rules, more);
  return { ...world, group: { ...world.group, ownerId } };
}

function taskOf(world: ModelWorld, answer: Answer, isLastTry: boolean): Task {
  const change = parseChange(makeEvent([...world.rules.values()]));
  if (change.kind !== 'changed') throw new Error(change.kind);
  const isGiving = answer === 'give way';
  const action = answer === 'revoke' ? answer : 'trim';
  const policy = policyOf('no-ssh', [22], action, isGiving ? { otherwise: 'notify' } : {});
  const others = answer === 'trim, then revoke' ? [policyOf('no-more', [22, 23, 24, 25], 'revoke')] : [];
  const settings = { target, config, policies: [policy, ...others] };
  return { id: 'event-1', change, ...settings, isLastTry, isSilent: false, isAdmitted: false };
}

interface Past {
  readonly world: ModelWorld;
  /** How many messages were sent by a try that died before it could store so. */
  readonly unnoted: number;
  /** Whether a try judged with less than the others: what it has left open stays open. */
  readonly isLenient: boolean;
  /** Whether a try had so little time left that it could not look again. */
  readonly isRushed: boolean;
  readonly answer: Answer;
}

interface Try {
  readonly faults: readonly Fault[];
  /** Whether it takes up what waits, and is no delivery of the event. */
  readonly isTick: boolean;
  readonly breakerHolds: readonly string[];
  readonly deployed: 'enforce' | 'dry-run' | 'no policy';
}

const UNTROUBLED: Try = { faults: [], isTick: false, breakerHolds: [], deployed: 'enforce' };
const TICK: Try = { ...UNTROUBLED, isTick: true };
/**
 * One tick may have to publish first what another one left, so there are two. The last delivery is the replay of what a tick could not
 * revoke.
 */
const AFTER = [UNTROUBLED, UNTROUBLED, UNTROUBLED, TICK, TICK, UNTROUBLED];

/** All tries one after the other, and then some that nothing befalls. */
function play(world: ModelWorld, answer: Answer, lag: number, tries: readonly Try[]): Past {
  const [task, last] = [taskOf(world, answer, false), taskOf(world, answer, true)];
  let unnoted = 0;
  for (const [index, { faults, isTick, breakerHolds, deployed }] of [...tries, ...AFTER].entries()) {
    const told = world.mails.length;
    world.lag = lag;
    world.stale = [...world.rules.values()];
    world.breakerHolds = breakerHolds;
    const own = asDeployed(index < tries.length + 2 ? task : last, deployed);
    for (const one of isTick ? tasksOfTick(world, own) : [own]) live(world, one, faults, `try-${index}`);
    if (world.mails.length > told && ![...world.entries.values()].every(isClosed)) unnoted += 1;
    world.now += 720_000;
  }
  const isLenient = tries.some(({ deployed }) => deployed !== 'enforce');
  const isRushed = tries.some(({ faults }) => faults.some(({ fault }) => fault === 'slow'));
  return { world, unnoted, isLenient, isRushed, answer };
}

function asDeployed(task: Task, deployed: Try['deployed']): Task {
  if (deployed === 'no policy') return { ...task, policies: [] };
  return { ...task, config: { ...task.config, mode: deployed } };
}

const findingsIn = ({ entries }: ModelWorld) =>
  [...entries.values()].flatMap(({ record }) => record.findings);
/** What each rule came to in the last entry that has an outcome of it. */
const outcomesIn = (world: ModelWorld) =>
  new Map(
    findingsIn(world).flatMap(({ ruleId, outcome }) => (outcome === undefined ? [] : [[ruleId, outcome]])),
  );
const isHarmless = ({ CidrIpv4 = '', FromPort = 0 }: AwsSecurityGroupRule, answer: Answer) =>
  !CidrIpv4.startsWith('0.0.0.0/') || (FromPort > 22 && answer !== 'trim, then revoke');

const hasGivenWay = (world: ModelWorld, { SecurityGroupRuleId: id }: AwsSecurityGroupRule) =>
  findingsIn(world).some(({ ruleId, obstacle }) => ruleId === id && obstacle === 'refused');

const CLAIMS: Readonly<Record<string, (past: Past) => boolean>> = {
  'every violating rule is closed, what the breaker held too, unless the group is not ours, AWS denies it, or its policy gave way':
    ({ world, isLenient, answer }) =>
      isLenient ||
      isForeign(world.group, target) ||
      [...outcomesIn(world).values()].includes('denied') ||
      [...world.rules.values()].every((rule) => isHarmless(rule, answer) || hasGivenWay(world, rule)),
  'a rule whose policy gives way is closed only where its allowed rest stays': ({ world, answer }) =>
    answer !== 'give way' ||
    [...world.byBot.difference(world.added)].every((id) => {
      const last = 22 + Number(id.replace('sgr-', ''));
      const isRest = ({ FromPort = 0, ToPort }: AwsSecurityGroupRule) => FromPort > 22 && ToPort === last;
      return last === 22 || [...world.rules.values()].some(isRest);
    }),
  'what the bot revoked is on record as revoked, or as gone, or as unconfirmed where no time was left to look':
    ({ world, isRushed }) =>
      [...world.byBot.difference(world.added)].every((id) =>
        (isRushed ? /^(revoked|gone|unconfirmed)$/ : /^(revoked|gone)$/).test(
          outcomesIn(world).get(id) ?? '',
        ),
      ),
  'what somebody else removed is not called revoked': ({ world }) =>
    [...world.bySomebody].every((id) => world.byBot.has(id) || outcomesIn(world).get(id) !== 'revoked'),
  'every entry is done, and nothing waits any more': ({ world }) =>
    [...world.entries.values()].every(({ state }) => state === 'notified' || state === 'batched') ||
    world.byBot.size === 0,
  'people get one message of each entry, unless a try died as it sent it': ({ world, unnoted }) =>
    world.mails.length <= world.entries.size + unnoted,
  'what the bot added stays only of a rule that is gone, unless EC2 did not let it be withdrawn': ({
    world,
    isLenient,
  }) =>
    isLenient ||
    [...world.added].every((id) => {
      const { FromPort, ToPort = 0 } = world.rules.get(id) ?? {};
      const whole = `sgr-${ToPort - 22}`;
      if (FromPort !== 23 || !world.rules.has(whole)) return true;
      return world.unwithdrawn.has(id) || world.changedLater.has(whole);
    }),
  'of what the bot revoked people have heard, or the next batch reports it': ({ world }) =>
    [...world.entries.values()].every(
      (entry) =>
        !entry.record.findings.some(({ outcome }) => outcome === 'revoked' || outcome === 'gone') ||
        world.told.has(entry.id) ||
        ('headline' in entry && entry.headline !== undefined),
    ),
  'flow logs are asked where a message says so': ({ world }) =>
    [...world.entries.values()].every(
      ({ id, record }) => record.exposure?.flowLogs?.kind !== 'asked' || world.scheduled.has(id),
    ),
  'a message that misses flow logs has asked whether another has said so': ({ world }) =>
    [...world.entries.values()].every(({ record }) => {
      const note = record.exposure?.flowLogs;
      return note?.kind !== 'none' || note.isNews !== undefined;
    }),
  'a rule is revoked by one entry': ({ world }) => {
    const revoked = findingsIn(world).filter(({ outcome }) => outcome === 'revoked');
    return new Set(revoked.map(({ ruleId }) => ruleId)).size === revoked.length;
  },
};

/** EC2 shows late what was added for a rule that it then keeps from being revoked. */
const LATE_ADDITION = {
  ...{ rules: 3, answer: 'give way' as const, lag: 2, ownerId: '111122223333' as const, isDefaultVpc: false },
  hasMailRoom: true,
  hasFlowLogs: true,
  tries: [
    { ...UNTROUBLED, faults: [{ command: 'revoke' as const, nth: 1, fault: 'crash after' as const }] },
    { ...UNTROUBLED, faults: [{ command: 'revoke' as const, nth: 0, fault: 'denied' as const }] },
  ],
};

/** A tick cannot revoke what is left of a trimmed rule: the replay of the event, which does not name that part, revokes it. */
const FAILED_PART = {
  ...{ rules: 2, answer: 'trim, then revoke' as const, lag: 0, ownerId: '111122223333' as const },
  ...{ isDefaultVpc: false, hasMailRoom: false, hasFlowLogs: false },
  tries: [
    { ...UNTROUBLED, faults: [], breakerHolds: ['no-more'] },
    {
      ...UNTROUBLED,
      isTick: true,
      faults: [{ command: 'revoke' as const, nth: 0, fault: 'refused' as const }],
    },
  ],
};

it('whatever befalls its tries, the machine closes, records and reports, and acts only on what it judged', () => {
  fc.assert(
    fc.property(anyHistory, ({ lag, tries, answer, ...start }) => {
      const past = play(begin(start), answer, lag, tries);
      const broken = Object.entries(CLAIMS).filter(([, holds]) => !holds(past));
      expect([...past.world.wrongs, ...broken.map(([claim]) => claim)]).toEqual([]);
    }),
    { ...HISTORIES, examples: [[LATE_ADDITION], [FAILED_PART]] },
  );
});
