// A world for histories of the sweep: a few groups, the ledger, and faults addressed by the command that they befall.
import { homeTarget } from '../../../lib/config.ts';
import { type NetworkInterface, UNREAD_NETWORK } from '../../../lib/exposure/network.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { BusyError } from '../../../lib/remediation/errors.ts';
import { fingerprintOf, hashPolicies } from '../../../lib/remediation/fingerprints.ts';
import { type GroupSnapshot, parseRule } from '../../../lib/rule.ts';
import type { SweepCommand, SweepObservation } from '../../../lib/sweep/command.ts';
import { type FingerprintItem, fingerprintsIn, itemOf } from '../../../lib/sweep/fingerprints.ts';
import { next } from '../../../lib/sweep/next.ts';
import { begin, observe } from '../../../lib/sweep/observe.ts';
import type { StoredSweep, SweepAttempt, SweepTask } from '../../../lib/sweep/state.ts';
import { makeWorld } from '../io/world.ts';
import { remediate, remediated } from './model-remediation.ts';
import {
  Crash,
  type Fault,
  type Invocation,
  LIMIT,
  type ModelWorld,
  POLICIES,
  ruleOf,
  type Step,
} from './model-state.ts';

const config = { ...makeWorld([]).world.config, flowLogs: ['flows'] };

/** One invocation, as far as the faults let it come. */
export function live(world: ModelWorld, invocation: Invocation, name: string): void {
  const policies = POLICIES.slice(0, invocation.policies);
  const task = taskOf(invocation, policies);
  const deadline = world.now + 240_000 + invocation.spare;
  const seen = new Map<string, number>();
  let attempt = begin(task, name, new Date(world.now), deadline - world.now);
  for (let round = 0; round < 500; round += 1) {
    const commands = next(attempt);
    if (commands.length === 0) {
      note(world, attempt);
      return;
    }
    try {
      const observations = commands.map((command) => {
        const nth = seen.get(command.do) ?? 0;
        seen.set(command.do, nth + 1);
        const fault = invocation.faults.find((one) => one.command === command.do && one.nth === nth)?.fault;
        return perform(world, { attempt, command, fault, invocation });
      });
      world.now += 200;
      const time = { now: new Date(world.now), timeLeft: deadline - world.now };
      attempt = observations.reduce((before, one) => observe(before, { ...one, ...time }), attempt);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      note(world, attempt);
      return;
    }
  }
  world.wrongs.push('an invocation does not end');
}

/** What it published and could not store is published again. */
function note(world: ModelWorld, { attemptId }: SweepAttempt): void {
  const pending = world.sweep?.pending[0]?.record.id;
  const last = world.published.at(-1);
  if (last !== undefined && last === pending && world.sweep?.attemptId === attemptId) world.unnoted += 1;
}

function taskOf({ mode, isContinuation }: Invocation, policies: readonly Policy[]): SweepTask {
  const target = homeTarget(config);
  return { target, config, policies, policiesHash: hashPolicies(policies), mode, batch: 2, isContinuation };
}

function perform(world: ModelWorld, step: Step): SweepObservation {
  const { command, fault } = step;
  if (fault === 'crash before') throw new Crash();
  if (fault === 'throttled') return failed(command, 'RequestLimitExceeded');
  if (fault === 'another invocation') liveBeside(world);
  meddle(world, fault);
  const observation = carryOut(world, step);
  if (fault === 'crash after') throw new Crash();
  return fault === 'answer lost' ? failed(command, 'TimeoutError') : observation;
}

/** Another invocation begins in the middle of this one, and leaves a sweep alone that is under way. */
function liveBeside(world: ModelWorld): void {
  const before = world.sweep;
  live(world, ANOTHER, `beside-${world.now}`);
  const isUnderWay = before !== undefined && before.phase !== 'finished' && before.leaseUntil > world.now;
  if (isUnderWay && world.sweep !== before) world.wrongs.push('two invocations are at work on one sweep');
}

const ANOTHER: Invocation = {
  ...{ mode: 'enforce', policies: 2, isContinuation: false },
  ...{ isReleased: false, isOnHold: false, denied: 0, spare: 600_000, faults: [] },
};

function failed(command: SweepCommand, name: string): SweepObservation {
  return { saw: 'error', of: command.do, error: Object.assign(new Error(name), { name }) };
}

/** Somebody else is at the groups. */
function meddle(world: ModelWorld, fault: Fault['fault'] | undefined): void {
  const { groups, meddledWith, now } = world;
  const ids = [...groups.keys()];
  const id = ids[now % Math.max(1, ids.length)];
  if (fault === 'call left out') want(world);
  if (id === undefined || fault === undefined || !MEDDLING.includes(fault)) return;
  meddledWith.add(id);
  if (fault === 'group deleted') groups.delete(id);
  else groups.get(id)?.set(`sgr-${now}`, ruleOf(id, `sgr-${now}`, 22));
}

const MEDDLING: readonly Fault['fault'][] = ['group deleted', 'rule added', 'call left out'];

/** The event of a call that opens a rule, and does not say so. */
function want(world: ModelWorld): void {
  const covered = Date.parse(world.sweep?.coveredUntil ?? '1970-01-01');
  const { wantedSince, now } = world;
  const isWanted = wantedSince !== undefined && wantedSince > covered && wantedSince <= now;
  if (!isWanted && now > covered) world.wantedSince = now;
}

/** Since when a sweep is wanted. */
export function wantedIn({ sweep, wantedSince }: ModelWorld): string | undefined {
  const isCovered =
    wantedSince === undefined || wantedSince <= Date.parse(sweep?.coveredUntil ?? '1970-01-01');
  return isCovered ? undefined : new Date(wantedSince).toISOString();
}

function carryOut(world: ModelWorld, { attempt, command, fault, invocation }: Step): SweepObservation {
  switch (command.do) {
    case 'load':
      return { saw: 'sweep', sweep: world.sweep, wantedSince: wantedIn(world) };
    case 'save':
      return save(world, command.sweep);
    case 'list':
      return { saw: 'listed', groupIds: [...world.groups.keys()].toSorted() };
    case 'read-groups':
      return { saw: 'groups', snapshots: command.groupIds.flatMap((id) => snapshotOf(world, id)) };
    case 'read-lists':
      return { saw: 'lists', lists: new Map() };
    case 'read-associations':
      return { saw: 'associations', associations: new Map() };
    case 'read-vpcs':
      return { saw: 'vpcs', blocks: new Map() };
    case 'read-seen':
      return { saw: 'seen', seenBefore: seenIn(world, command) };
    case 'find-recorded':
      return { saw: 'recorded', recorded: recordedIn(world, command.except) };
    case 'store-fingerprints':
      for (const { number, groups } of command.items) {
        const items = world.fingerprinted.get(command.generation) ?? new Map();
        world.fingerprinted.set(command.generation, items.set(number, groups));
      }
      return { saw: 'fingerprinted' };
    case 'ask':
      return ask(world, { attempt, command, fault, invocation });
    case 'remediate':
      return remediate(world, { attempt, command, fault, invocation });
    case 'load-entry':
      return remediated(command.groupId, world.entries.get(command.id));
    case 'wait':
      world.now += command.milliseconds;
      return { saw: 'waited' };
    case 'read-around':
      world.looks += 1;
      return { saw: 'around', interfaces: interfacesOf(world, command.groupIds), network: UNREAD_NETWORK };
    case 'ask-together':
      for (const id of command.ids) world.evidence.add(id);
      return {
        saw: 'asked-together',
        evidence: { kind: 'asked', asked: command.ids.length, without: 0, omitted: 0 },
      };
    case 'find-entries':
      return { saw: 'entries', known: new Set() };
    case 'note-groups':
      return { saw: 'noted' };
    case 'log-totals':
      world.said.push(command.record);
      return { saw: 'logged' };
    case 'publish':
      world.published.push(command.digest.record.id);
      world.said.push(command.digest.record);
      return { saw: 'published', digest: command.digest };
  }
}

function seenIn(
  { fingerprinted }: ModelWorld,
  { base, groupIds }: Extract<SweepCommand, { do: 'read-seen' }>,
) {
  const items = fingerprinted.get(base.generation) ?? new Map<number, FingerprintItem['groups']>();
  return new Map(
    groupIds.map((id) => {
      const rules = fingerprintsIn(items.get(itemOf(base, id) ?? -1) ?? {}, id);
      return [id, { rules, modified: new Set<string>() }];
    }),
  );
}

function recordedIn({ entries }: ModelWorld, except: string): ReadonlySet<string> {
  const others = [...entries.values()].filter(({ id }) => !id.startsWith(except));
  const rules = others.flatMap(({ record }) => record.findings.map(({ rule }) => parseRule(rule)));
  return new Set(rules.map(fingerprintOf));
}

/** Only every other time, groups have interfaces. */
function interfacesOf({ looks }: ModelWorld, groupIds: readonly string[]): readonly NetworkInterface[] {
  if (looks % 2 === 0) return [];
  return groupIds.map((groupId) => ({
    ...{ id: `eni-${groupId}`, vpcId: 'vpc-1', subnetId: 'subnet-1', instanceId: undefined, name: undefined },
    ...{ isIdle: false, groupIds: [groupId], ownAddresses: [], clientPortsFrom: 32_768 },
    addresses: [{ family: 'ipv4', text: '203.0.113.7', inside: 1n }],
    ...{ deniesInternet: false, doubt: undefined },
  }));
}

function save(world: ModelWorld, sweep: StoredSweep): SweepObservation {
  const there = world.sweep;
  const written = { ...sweep, version: sweep.version + 1 };
  if ((there?.version ?? 0) !== sweep.version) {
    const isOwn = there?.attemptId === sweep.attemptId && there.version === written.version;
    return isOwn ? { saw: 'saved', sweep: there } : failedBusy();
  }
  if (written.phase === 'finished' && there?.phase !== 'finished') world.finished.push(written);
  world.sweep = written;
  return { saw: 'saved', sweep: written };
}

function failedBusy(): SweepObservation {
  return { saw: 'error', of: 'save', error: new BusyError('another invocation is sweeping') };
}

type Ask = Extract<SweepCommand, { do: 'ask' }>;

function ask(
  world: ModelWorld,
  { attempt, command: { id, groups }, invocation: { isReleased, isOnHold } }: Step<Ask>,
): SweepObservation {
  const waiting = isOnHold ? POLICIES.slice(1).map(({ key }) => key) : [];
  const going = groups.filter(({ policies }) => policies.some(({ key }) => !waiting.includes(key)));
  const isHeld = going.length > LIMIT && !isReleased;
  const onHold = isHeld ? [] : waiting;
  const ids = new Set(groups.map(({ groupId }) => groupId));
  world.asked.set(id, { groups: ids, policies: attempt.task.policiesHash, isReleased, isHeld, onHold });
  return { saw: 'asked', onHold, hold: isHeld ? { because: 'limit', limit: LIMIT } : undefined };
}

function snapshotOf({ groups }: ModelWorld, id: string): GroupSnapshot[] {
  const rules = groups.get(id);
  if (rules === undefined) return [];
  const group = { id, name: id, ownerId: '111122223333', vpcId: 'vpc-1', tags: {} };
  return [{ group, rules: [...rules.values()].map(parseRule) }];
}
