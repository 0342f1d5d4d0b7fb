// A world for histories of the machine: one group, one entry, and faults addressed by the command that they befall.
import { isDeepStrictEqual } from 'node:util';
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import { DEFAULT_FORMAT } from '../../../lib/evidence/flow-record.ts';
import { UNREAD_NETWORK } from '../../../lib/exposure/network.ts';
import { parseInterface } from '../../../lib/exposure/parse-interface.ts';
import { overlaps, within } from '../../../lib/network/intervals.ts';
import type { Asked } from '../../../lib/plan/breaker.ts';
import { policyIdOf } from '../../../lib/plan/breaker-state.ts';
import type { StoredClocks } from '../../../lib/plan/clocks.ts';
import type { Command, Observation } from '../../../lib/remediation/command.ts';
import { BusyError } from '../../../lib/remediation/errors.ts';
import { coverOf } from '../../../lib/remediation/grace.ts';
import { revocationsIn } from '../../../lib/remediation/judge.ts';
import type { Answer, Batch } from '../../../lib/remediation/mutation.ts';
import { next } from '../../../lib/remediation/next.ts';
import { begin, observe } from '../../../lib/remediation/observe.ts';
import {
  entryName,
  isFollowed,
  type ProgressRequest,
  progressOf,
} from '../../../lib/remediation/progress.ts';
import type { Attempt, End, Progress, Stored, Task, Waiting } from '../../../lib/remediation/state.ts';
import { contentOf, parseRule, type SecurityGroup, type SecurityGroupRule } from '../../../lib/rule.ts';
import { isForeign } from '../../../lib/target.ts';

/** What waits and may be taken up now, as tasks. */
export function tasksOfTick({ entries, now }: ModelWorld, task: Task): readonly Task[] {
  const isDue = ({ waits: { until, policies } }: Waiting) =>
    policies.length > 0 || (until !== undefined && Date.parse(until) <= now);
  const waiting = [...entries.values()].filter((entry) => entry.state === 'waiting').filter(isDue);
  const waits = new Map(waiting.map((entry) => [entry.waits.taskId, entry.waits]));
  return [...waits.values()].map((takesUp) => {
    return { ...task, id: takesUp.taskId, change: takesUp.change, takesUp, isLastTry: false };
  });
}

export const FAULTS = [
  'crash before',
  'crash after',
  'unanswered, done',
  'unanswered, not done',
  'refused',
  'throttled',
  'denied',
  'narrowed',
  'moved',
  'removed',
  'a second try at once',
  'slow',
] as const;

/** What befalls the nth command of that name within a try. */
export interface Fault {
  readonly command: Command['do'];
  readonly nth: number;
  readonly fault: (typeof FAULTS)[number];
}

export interface ModelWorld {
  group: SecurityGroup;
  readonly rules: Map<string, AwsSecurityGroupRule>;
  readonly entries: Map<string, Stored>;
  clocks: StoredClocks;
  /** How many clocks may be stored. */
  readonly clockRoom: number;
  /** When the first clock that was stored started. */
  firstClock?: number;
  now: number;
  /** How many reads still show the group as it was before the last change of the bot's. */
  lag: number;
  stale: readonly AwsSecurityGroupRule[];
  readonly mails: string[];
  /** The records that were published. */
  readonly told: Set<string>;
  /** The records of which flow logs are to be asked. */
  readonly scheduled: Set<string>;
  readonly byBot: Set<string>;
  readonly bySomebody: Set<string>;
  /** The rules that the bot has added. */
  readonly added: Set<string>;
  /** The rules that the bot could not withdraw. */
  readonly unwithdrawn: Set<string>;
  /** The rules that somebody has changed after their outcome was stored: that is a change of its own. */
  readonly changedLater: Set<string>;
  /** What must never happen and did. */
  readonly wrongs: string[];
  /** The ids of the policies that the breaker has wait. */
  breakerHolds: readonly string[];
  readonly hasMailRoom: boolean;
  /** Whether a flow log records the group's interface. */
  readonly hasFlowLogs: boolean;
  /** In the default VPC EC2 revokes the rules of a call that it knows, and lists the others. */
  readonly isDefaultVpc: boolean;
}

/** One instance, whose VPC has a flow log. */
const SURROUNDINGS = {
  interfaces: [
    parseInterface({
      ...{ NetworkInterfaceId: 'eni-1', VpcId: 'vpc-1', PrivateIpAddress: '10.0.0.5', Status: 'in-use' },
      Groups: [{ GroupId: 'sg-0web' }],
    }),
  ],
  network: UNREAD_NETWORK,
  rules: new Map(),
  flowLogs: [{ id: 'fl-1', resourceId: 'vpc-1', logGroup: 'flows', format: DEFAULT_FORMAT }],
};

/** What costs a budget or changes a group. */
const ACTS = new Set<Command['do']>(['count', 'count-recurrence', 'revoke', 'add', 'withdraw']);

class Crash extends Error {}

/** Milliseconds: the timeout of the functions. */
const LIFETIME = 120_000;

/** One try of a task, as far as the faults and the function's timeout let it come; answers how it ended, undefined where it died. */
export function live(world: ModelWorld, task: Task, faults: readonly Fault[], name: string): End | undefined {
  const steps = stepsOf(world, task, faults, name);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same step by step, so that others may do something between any two of its steps; `ahead` is by how much its clock is wrong. */
export function* stepsOf(
  world: ModelWorld,
  task: Task,
  faults: readonly Fault[],
  name: string,
  ahead = 0,
): Generator<undefined, End | undefined, undefined> {
  const seen = new Map<string, number>();
  const endsAt = world.now + LIFETIME;
  let attempt = begin(task, name, new Date(world.now + ahead), LIFETIME);
  for (let round = 0; round < 300; round += 1) {
    const commands = commandsOf(attempt);
    if (commands.length === 0) return attempt.end;
    yield;
    try {
      const observations = commands.map((command): Observation => {
        const nth = seen.get(command.do) ?? 0;
        seen.set(command.do, nth + 1);
        const fault = faults.find((one) => one.command === command.do && one.nth === nth)?.fault;
        const observation = perform(world, attempt, command, fault);
        if (world.now > endsAt) throw new Crash();
        return observation;
      });
      attempt = take(world, attempt, observations, { endsAt, ahead });
    } catch (error) {
      if (error instanceof Crash) return undefined;
      throw error;
    }
  }
  world.wrongs.push('a try does not end');
  return undefined;
}

const answers = new WeakMap<Attempt, readonly Command[]>();

/** What `next` answers, asked once: half of a history is spent on the records and messages that it makes. */
function commandsOf(attempt: Attempt): readonly Command[] {
  const commands = answers.get(attempt) ?? next(attempt);
  answers.set(attempt, commands);
  return commands;
}

function take(
  world: ModelWorld,
  attempt: Attempt,
  observations: readonly Observation[],
  { endsAt, ahead }: { readonly endsAt: number; readonly ahead: number },
): Attempt {
  const time = { now: new Date(world.now + ahead), timeLeft: endsAt - world.now };
  const inOrder = (seen: readonly Observation[]) =>
    seen.reduce((before, one) => observe(before, { ...one, ...time }), attempt);
  const after = inOrder(observations);
  if (observations.length < 2) return after;
  const effects = (of: Attempt) => [of.end?.kind, commandsOf(of)];
  const isAlike = isDeepStrictEqual(effects(after), effects(inOrder(observations.toReversed())));
  if (!isAlike) {
    world.wrongs.push(`the order of ${observations.map(({ saw }) => saw)} makes a difference`);
  }
  return after;
}

function perform(
  world: ModelWorld,
  attempt: Attempt,
  command: Command,
  fault: Fault['fault'] | undefined,
): Observation {
  if (fault === 'crash before') throw new Crash();
  if (isForeign(world.group, attempt.task.target) && ACTS.has(command.do)) {
    world.wrongs.push(`${command.do} for a group of another account`);
  }
  const isLater = attempt.entry?.state === 'resolved';
  for (const id of meddle(world, fault)) if (isLater) world.changedLater.add(id);
  if (fault === 'slow') world.now += 100_000;
  if (fault === 'a second try at once') live(world, attempt.task, [], `${attempt.attemptId}-second`);
  const observation = carryOut(world, attempt, command, fault);
  if (fault === 'crash after') throw new Crash();
  return observation;
}

/** Somebody else is at the group in the same moment. Answers the ids of the rules that they change. */
function meddle(
  { rules, bySomebody, added }: ModelWorld,
  fault: Fault['fault'] | undefined,
): readonly string[] {
  const [first] = [...rules.values()].filter(
    ({ CidrIpv4, SecurityGroupRuleId = '' }) => CidrIpv4 !== '10.0.0.0/8' && !added.has(SecurityGroupRuleId),
  );
  if (first === undefined || (fault !== 'narrowed' && fault !== 'moved' && fault !== 'removed')) return [];
  const id = first.SecurityGroupRuleId ?? '';
  if (fault === 'narrowed') rules.set(id, { ...first, CidrIpv4: '10.0.0.0/8' });
  if (fault === 'moved') {
    rules.set(id, { ...first, CidrIpv4: first.CidrIpv4 === '0.0.0.0/0' ? '0.0.0.0/1' : '0.0.0.0/0' });
  }
  if (fault === 'removed' && rules.delete(id)) bySomebody.add(id);
  return [id];
}

function carryOut(
  world: ModelWorld,
  attempt: Attempt,
  command: Command,
  fault: Fault['fault'] | undefined,
): Observation {
  switch (command.do) {
    case 'load':
      return { saw: 'progress', progress: load(world, command) };
    case 'read':
    case 'find':
      return { saw: 'group', snapshot: { group: world.group, rules: visible(world).map(parseRule) } };
    case 'read-lists':
      return { saw: 'lists', lists: new Map() };
    case 'read-clocks':
      return { saw: 'clocks', clocks: world.clocks };
    case 'load-covers':
      return {
        saw: 'covers',
        covers: new Map(
          command.taskIds.map((id) => [id, coverOf(load(world, { id, isSilent: false, takesUp: true }))]),
        ),
      };
    case 'write-clocks': {
      return { saw: 'clocks', clocks: writeClocks(world, command.clocks) };
    }
    case 'read-associations':
      return { saw: 'associations', associations: new Map() };
    case 'read-vpcs':
      return { saw: 'vpcs', blocks: new Map() };
    case 'wait':
      world.now += command.milliseconds;
      return { saw: 'waited' };
    case 'write':
      return write(world, command.entry as Stored);
    case 'count':
      return { saw: 'counted', admission: ask(world, command.request.rules) };
    case 'count-mail':
      return { saw: 'mail-counted', hasRoom: world.hasMailRoom };
    case 'uncount':
      return { saw: 'uncounted' };
    case 'count-recurrence':
      return { saw: 'recurrence', recurring: [] };
    case 'revoke':
      refuseUnrecorded(world, attempt, command.batch);
      refuseHeld(world, attempt, command.batch);
      return { saw: 'revoked', batch: command.batch, answer: revoke(world, command.batch, fault) };
    case 'read-surroundings':
      refuseEarly(world, attempt);
      return { saw: 'surroundings', ...SURROUNDINGS, ...(world.hasFlowLogs ? {} : { flowLogs: [] }) };
    case 'claim-notice':
      return { saw: 'notice-claimed', isNews: world.now % 2 === 0 };
    case 'announce':
      return { saw: 'announced', checks: command.checks };
    case 'confirm-announced':
      return { saw: 'confirmed' };
    case 'publish':
      if (fault === 'refused') return { saw: 'error', of: 'publish', error: new Error('InternalError') };
      world.mails.push(command.message.subject);
      world.told.add(command.message.record.id);
      return { saw: 'published', message: command.message };
    case 'schedule-evidence':
      world.scheduled.add(command.scheduled.first.id);
      return { saw: 'confirmed' };
    case 'add':
      return { saw: 'added', rules: command.rules, answer: add(world, attempt, command, fault) };
    case 'find-leaning':
      return { saw: 'leaning', leaning: new Set() };
    case 'withdraw':
      return { saw: 'withdrawn', batch: command.batch, answer: withdraw(world, command.batch, fault) };
    case 'note-modified':
      return { saw: 'modified-noted' };
    case 'read-fingerprints':
      return { saw: 'fingerprints', fingerprints: undefined };
  }
}

/** The clocks after a write: of somebody else if they were faster, or as they were if there is no room. */
function writeClocks(world: ModelWorld, { isFull, ...written }: StoredClocks): StoredClocks {
  if (isFull !== true && written.clocks.length > world.clockRoom) return { ...world.clocks, isFull: true };
  if (world.clocks.version !== written.version) return world.clocks;
  world.clocks = { ...written, version: written.version + 1 };
  world.firstClock ??= Math.min(...written.clocks.map(({ startedAt }) => startedAt));
  return isFull === true ? { ...world.clocks, isFull } : world.clocks;
}

/** A policy goes, or it waits. */
function ask({ breakerHolds }: ModelWorld, rules: readonly Asked[]) {
  const keys = rules.flatMap(({ policies: asking }) => asking.map(({ key }) => key));
  const isHeld = (key: string) => breakerHolds.includes(policyIdOf(key));
  const waiting = new Map(
    rules.map(({ ruleId, policies: asking }) => {
      return [ruleId, new Set(asking.map(({ key }) => key).filter(isHeld))] as const;
    }),
  );
  const held = new Set(
    rules
      .filter(({ policies: asking }) => asking.every(({ key }) => isHeld(key)))
      .map(({ ruleId }) => ruleId),
  );
  const hold = { because: 'limit' as const, limit: 10, minutes: 15, name: 'limit' };
  const going = new Set(keys.filter((key) => !isHeld(key)));
  const holds = new Map(
    keys.filter(isHeld).map((key) => [key, { ...hold, policyIds: [policyIdOf(key)] }] as const),
  );
  return { held, waiting, holds, going, latching: [], uncounted: [], members: [] };
}

function load({ entries }: ModelWorld, request: ProgressRequest): Progress {
  const found: Stored[] = [];
  for (;;) {
    const entry = entries.get(entryName(request.id, found.length));
    if (entry !== undefined) found.push(entry);
    if (entry === undefined || !isFollowed(entry, request)) return progressOf(request.id, found);
  }
}

function visible(world: ModelWorld): readonly AwsSecurityGroupRule[] {
  if (world.lag === 0) return [...world.rules.values()];
  world.lag -= 1;
  return world.stale;
}

function write({ entries }: ModelWorld, entry: Stored): Observation {
  const version = entries.get(entry.id)?.version ?? 0;
  if ((entry.version ?? 0) !== version) return { saw: 'error', of: 'write', error: new BusyError('busy') };
  const written = { ...entry, version: version + 1 };
  entries.set(entry.id, written);
  return { saw: 'written', entry: written };
}

/** Acts only on what goes by policies that the breaker does not have wait. */
function refuseHeld(world: ModelWorld, attempt: Attempt, { rules }: Batch): void {
  for (const rule of rules) {
    if (isOnlyAskedByHeld(world, attempt, rule))
      world.wrongs.push(`${rule.id} is sent, and only held policies ask`);
  }
}

/** Record before act, and act only on what was judged to violate. */
function refuseUnrecorded(world: ModelWorld, attempt: Attempt, { rules, by }: Batch): void {
  const { entries, wrongs } = world;
  const note = entries.get(attempt.entry?.id ?? '')?.note;
  const { config, policies } = attempt.task;
  if (config.mode === 'dry-run') wrongs.push('rules are sent in a dry run');
  if (policies.length === 0) wrongs.push('rules are sent though no policy is in force');
  for (const rule of rules) {
    if (note?.revoking[rule.id]?.content !== contentOf(rule))
      wrongs.push(`${rule.id} is sent and not recorded`);
    if (rule.aws.CidrIpv4 === '10.0.0.0/8') wrongs.push(`${rule.id} is sent though it violates nothing`);
    if (by === 'id' && !mayGoById(rule, attempt)) wrongs.push(`${rule.id} is sent by its id`);
  }
}

/** Of a rule, what a policy on hold asks for waits, whatever other policies ask for. */
function isOnlyAskedByHeld({ breakerHolds }: ModelWorld, { judged, task }: Attempt, rule: SecurityGroupRule) {
  const going = task.policies.filter(({ id }) => !breakerHolds.includes(id));
  const asking = going.filter(({ traffic }) => overlaps(traffic, [rule.traffic]));
  const isTrimmed = judged?.plan.trim.some((trimming) => trimming.rule.id === rule.id) === true;
  const isWhole = asking.some(
    ({ action, traffic }) => action === 'revoke' || within([rule.traffic], traffic),
  );
  return !isWhole && !(isTrimmed && asking.length > 0);
}

/** No rule stays open any longer for what is merely told. */
function refuseEarly({ wrongs }: ModelWorld, attempt: Attempt): void {
  for (const { rule } of revocationsIn(attempt.judged)) {
    if (attempt.targets.get(rule.id)?.sent === undefined)
      wrongs.push(`the network is read before ${rule.id} is sent`);
  }
}

function withdraw(world: ModelWorld, batch: Batch, fault: Fault['fault'] | undefined): Answer {
  refuseOthers(world, batch);
  const answer = revoke(world, batch, fault);
  if (answer.kind !== 'accepted') for (const { id } of batch.rules) world.unwithdrawn.add(id);
  return answer;
}

/** Only what the bot itself has added is withdrawn. */
function refuseOthers({ added, wrongs }: ModelWorld, { rules }: Batch): void {
  for (const { id } of rules)
    if (!added.has(id)) wrongs.push(`${id} is withdrawn, and the bot has not added it`);
}

/** What is to stay of a rule; each is recorded before. */
function add(
  world: ModelWorld,
  attempt: Attempt,
  { rules, tags }: Extract<Command, { do: 'add' }>,
  fault: Fault['fault'] | undefined,
): Answer {
  const known = refusal(fault);
  if (known !== undefined) return known;
  const note = world.entries.get(attempt.entry?.id ?? '')?.note;
  const contents = new Set([...world.rules.values()].map((rule) => contentOf(parseRule(rule))));
  if (rules.some((rule) => contents.has(contentOf(parseRule(rule))))) {
    return { kind: 'duplicate', detail: 'InvalidPermission.Duplicate: it is there' };
  }
  const ids = rules.map((rule) => {
    const id = `sgr-added-${world.added.size}`;
    if (!note?.adding.includes(contentOf(parseRule(rule))))
      world.wrongs.push(`${id} is added and not recorded`);
    world.added.add(id);
    world.rules.set(id, { ...rule, SecurityGroupRuleId: id, GroupId: 'sg-0web', Tags: [...tags] });
    return id;
  });
  if (fault === 'unanswered, done') return { kind: 'unanswered', detail: 'TimeoutError: no answer' };
  return { kind: 'accepted', ruleIds: ids };
}

/** What EC2 answers without doing anything. */
function refusal(fault: Fault['fault'] | undefined): Answer | undefined {
  switch (fault) {
    case 'refused':
      return { kind: 'refused', detail: 'InvalidParameterValue: no' };
    case 'throttled':
      return { kind: 'throttled', detail: 'RequestLimitExceeded: later' };
    case 'denied':
      return { kind: 'denied', detail: 'UnauthorizedOperation: no' };
    case 'unanswered, not done':
      return { kind: 'unanswered', detail: 'TimeoutError: no answer' };
    default:
      return undefined;
  }
}

function mayGoById({ id }: SecurityGroupRule, { targets, earlierNote }: Attempt): boolean {
  return (targets.get(id)?.sent?.changes ?? 0) >= 2 || earlierNote.byId.includes(id);
}

function revoke(world: ModelWorld, { rules, by }: Batch, fault: Fault['fault'] | undefined): Answer {
  const refused = refusal(fault);
  if (refused !== undefined) return refused;
  const known = rules.filter(({ id, aws }) => {
    const live = world.rules.get(id);
    return live !== undefined && (by === 'id' || live.CidrIpv4 === aws.CidrIpv4);
  });
  const isPartial = world.isDefaultVpc && by === 'properties';
  if (known.length < rules.length && !isPartial) {
    return { kind: 'not-found', detail: 'InvalidPermission.NotFound: no such rule' };
  }
  world.stale = [...world.rules.values()];
  for (const { id } of known) if (world.rules.delete(id)) world.byBot.add(id);
  if (fault === 'unanswered, done') return { kind: 'unanswered', detail: 'TimeoutError: no answer' };
  const unknownIds = rules.filter((rule) => !known.includes(rule)).map(({ id }) => id);
  return { kind: 'accepted', ruleIds: undefined, unknownIds };
}
