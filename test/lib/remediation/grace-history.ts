// A history of rules with a grace in the machine's model world: people open, change, close and tag, events and sweeps report it, and the
// tick comes every minute.
import type { SecurityGroupRule as AwsSecurityGroupRule } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { type Changed, parseChange } from '../../../lib/change/change.ts';
import { homeTarget } from '../../../lib/config.ts';
import { within } from '../../../lib/network/intervals.ts';
import type { End, Task } from '../../../lib/remediation/state.ts';
import { addressesOf, parseRule, type SecurityGroupRule } from '../../../lib/rule.ts';
import { sweepChange } from '../../../lib/sweep/judge-group.ts';
import { makeEvent, makeWorld, policyOf, tcp } from '../io/world.ts';
import { makeModel } from './make-model.ts';
import { FAULTS, type Fault, live, type ModelWorld, tasksOfTick } from './model-world.ts';

const MINUTE = 60_000;
const GROUP = 'sg-0web';
/** Each overlaps the others, so that all rules stand in each other's place. */
const SOURCES = ['0.0.0.0/0', '0.0.0.0/1', '64.0.0.0/2'] as const;
/** The longest that an event is under way. */
const LATEST = 3;
/** Minutes until a try that failed is made again. */
const RETRY = 12;
const START = Date.parse('2026-06-01T12:05:00Z');

export const anyAct = fc.record({
  /** Minutes since the act before. */
  minutes: fc.oneof(fc.nat(4), fc.constant(9)),
  act: fc.constantFrom('open', 'modify', 'remove', 'remove and open', 'tag', 'untag', 'sweep', 'sweep'),
  source: fc.constantFrom(...SOURCES),
  which: fc.nat(4),
  delay: fc.nat(LATEST),
});
export type Act = typeof anyAct extends fc.Arbitrary<infer T> ? T : never;

export const anyFault: fc.Arbitrary<Fault> = fc.record({
  command: fc.constantFrom('load', 'read', 'read-clocks', 'write-clocks', 'write', 'revoke', 'publish'),
  nth: fc.nat(2),
  fault: fc.constantFrom(...FAULTS.filter((one) => !/narrowed|moved|removed|denied|refused/.test(one))),
});

const { world: made } = makeWorld([]);
const { config } = made;
const target = homeTarget(config);

/** A change that is under way, or that is tried again. */
interface Delivery {
  readonly at: number;
  readonly id: string;
  readonly change: (world: ModelWorld) => Changed;
  readonly isSweep: boolean;
  readonly faults: readonly Fault[];
}

/** What else there is in a history. */
interface Circumstances {
  /** How many clocks may be stored. */
  readonly clockRoom?: number;
  /** Whether rules have another port beside, and another policy, which gives no grace, trims them to that one. */
  readonly isTrimming?: boolean;
}

export interface History {
  readonly grace: number;
  readonly isTrimming: boolean;
  readonly world: ModelWorld;
  readonly wrongs: string[];
  deliveries: readonly Delivery[];
  opened: number;
  minute: number;
  /** When the machine first saw any violation. */
  firstSeen: number | undefined;
  /** The rules that it has seen to violate. */
  readonly seen: Set<string>;
}

function begin(
  grace: number,
  { clockRoom = Number.POSITIVE_INFINITY, isTrimming = false }: Circumstances,
): History {
  const world = makeModel(0, { clockRoom });
  const seen = new Set<string>();
  const counts = { opened: 0, minute: 0, firstSeen: undefined };
  return { grace, isTrimming, world, wrongs: [], deliveries: [], ...counts, seen };
}

const isTagged = ({ world }: History) => world.group.tags.public === 'yes';
const isOver = (history: History, spare = 0) => {
  const { firstSeen, world, grace } = history;
  if (firstSeen === undefined) return false;
  // What found no room for a clock had no grace: it begins with the first clock that was stored.
  const startedAt = world.clockRoom < Number.POSITIVE_INFINITY ? world.firstClock : firstSeen;
  return startedAt === undefined || world.now >= startedAt + (grace + spare) * MINUTE;
};

/** Of what was trimmed, private addresses may stay. */
function isOpen({ CidrIpv4 = '' }: AwsSecurityGroupRule): boolean {
  return SOURCES.some((one) => one === CidrIpv4);
}

/** The rules that are open although the machine has seen them and their time is over. */
export function overdue(history: History): readonly string[] {
  const { world, seen } = history;
  if (!isOver(history, 1.1) || isTagged(history)) return [];
  const open = [...world.rules].filter(([id, rule]) => seen.has(id) && isOpen(rule));
  return open.map(([id]) => `${id} is overdue`);
}

function act(history: History, { act: what, source, which, delay }: Act, faults: readonly Fault[]): void {
  const { rules } = history.world;
  const id = [...rules.keys()][which % Math.max(rules.size, 1)];
  const how = { delay, faults };
  if (what === 'tag' || what === 'untag') tag(history, what === 'tag', how);
  if (what === 'sweep') {
    deliver(history, 'sweep', { delay: 0, faults }, (world) =>
      sweepChange(config, GROUP, [...world.rules.keys()]),
    );
  }
  if (what.startsWith('remove') && id !== undefined) rules.delete(id);
  if (what.endsWith('open')) {
    put(history, `sgr-${history.opened}`, source, 'AuthorizeSecurityGroupIngress', how);
    history.opened += 1;
  }
  const before = rules.get(id ?? '');
  // A rule that violates from now on has not been seen to do so.
  if (what === 'modify' && before !== undefined && !isOpen(before)) history.seen.delete(id ?? '');
  if (what === 'modify' && id !== undefined) put(history, id, source, 'ModifySecurityGroupRules', how);
}

type How = Pick<Act, 'delay'> & Pick<Delivery, 'faults'>;

function put(history: History, id: string, CidrIpv4: string, eventName: string, how: How): void {
  const ports = history.isTrimming ? { ToPort: 23 } : {};
  const rule = { GroupId: GROUP, ...tcp(id, 22, { CidrIpv4 }), ...ports };
  history.world.rules.set(id, rule);
  const change = changeOf([rule], eventName);
  deliver(history, id, how, () => change);
}

function tag(history: History, isAdded: boolean, how: How): void {
  history.world.group = { ...history.world.group, tags: isAdded ? { public: 'yes' } : {} };
  const tags = [{ key: 'public', value: 'yes' }];
  const rules = { by: 'tags' as const, groupIds: [GROUP], ruleIds: [], tags, isRemoval: !isAdded };
  const eventName = isAdded ? 'CreateTags' : 'DeleteTags';
  deliver(history, 'tags', how, () => ({ ...sweepChange(config, GROUP, []), eventName, rules }));
  if (isAdded) history.seen.clear();
}

function deliver(history: History, about: string, how: How, change: Delivery['change']): void {
  const { minute, deliveries } = history;
  const id = `event-${minute}-${deliveries.length}-${about}`;
  const isSweep = about === 'sweep';
  history.deliveries = [...deliveries, { at: minute + how.delay, id, change, isSweep, faults: how.faults }];
}

/** A minute: what arrives in it, and then the tick. */
function pass(history: History): void {
  const { world, deliveries, minute } = history;
  history.deliveries = deliveries.filter(({ at }) => at > minute);
  for (const delivery of deliveries.filter(({ at }) => at <= minute)) bring(history, delivery);
  const tick = taskOf(history, 'tick', sweepChange(config, GROUP, []), false);
  for (const task of tasksOfTick(world, tick)) run(history, task, [], `tick-${minute}`);
  history.minute += 1;
  world.now = Math.max(world.now, START + history.minute * MINUTE);
}

function bring(history: History, delivery: Delivery): void {
  const { id, isSweep, faults } = delivery;
  const change = delivery.change(history.world);
  note(history, change);
  const end = run(history, taskOf(history, id, change, isSweep), faults, `${id}-${history.minute}`);
  // What fails in a sweep is left to the next one; a sweep that died goes on.
  if (end?.kind === 'done' || (isSweep && end !== undefined)) return;
  history.deliveries = [...history.deliveries, { ...delivery, at: history.minute + RETRY, faults: [] }];
}

/** What the machine is about to see. */
function note(history: History, { rules }: Changed): void {
  if (isTagged(history)) return;
  const live = [...history.world.rules.keys()];
  for (const id of live.filter((one) => rules.by !== 'id' || rules.ids.includes(one))) {
    history.firstSeen ??= history.world.now;
    history.seen.add(id);
  }
}

function run(history: History, task: Task, faults: readonly Fault[], name: string): End | undefined {
  const { world, wrongs } = history;
  const before = new Set(world.byBot);
  const rules = new Map(world.rules);
  const end = live(world, task, faults, name);
  // What stays of a rule violates since that did.
  for (const id of world.rules.keys()) if (world.added.has(id) && !rules.has(id)) history.seen.add(id);
  for (const id of world.byBot.difference(before)) {
    if (isWithdrawn(world, rules.get(id))) continue;
    if (!isOver(history) && !isTrimmed(world, rules.get(id))) wrongs.push(`${id} is closed before its time`);
    if (isTagged(history)) wrongs.push(`${id} is closed though the group is tagged`);
  }
  return end;
}

/** Whether a rule that is gone was added to keep a part of one that is still there, so that nothing is closed. */
function isWithdrawn({ rules, added }: ModelWorld, gone: AwsSecurityGroupRule | undefined): boolean {
  if (gone?.SecurityGroupRuleId === undefined || !added.has(gone.SecurityGroupRuleId)) return false;
  const part = parseRule(gone);
  const isWhole = (rule: SecurityGroupRule) =>
    within([part.traffic], [rule.traffic]) &&
    within(addressesOf(part.peer).ipv4, addressesOf(rule.peer).ipv4);
  return [...rules.values()].map(parseRule).some(isWhole);
}

/** Whether the other port of a rule that is gone is still open, to the same addresses. */
function isTrimmed({ rules }: ModelWorld, gone: AwsSecurityGroupRule | undefined): boolean {
  const isRest = ({ FromPort, CidrIpv4 }: AwsSecurityGroupRule) =>
    FromPort === 23 && CidrIpv4 === gone?.CidrIpv4;
  return gone?.FromPort === 22 && [...rules.values()].some(isRest);
}

function taskOf({ grace, isTrimming }: History, id: string, change: Changed, isSweep: boolean): Task {
  const excuse = { groups: { tags: { public: 'yes' } }, reason: 'r', owner: 'o', expires: '2099-01-01' };
  const exceptions = [excuse];
  const patient = policyOf('ssh', isTrimming ? [22, 23] : [22], 'revoke', { grace: `${grace}m`, exceptions });
  const policies = isTrimming ? [policyOf('trim', [22], 'trim', { exceptions }), patient] : [patient];
  return {
    id,
    change,
    target,
    config: { ...config, trimLimit: 3 },
    policies,
    isLastTry: true,
    isSilent: isSweep,
    isAdmitted: isSweep,
  };
}

function changeOf(rules: readonly AwsSecurityGroupRule[], eventName: string): Changed {
  const change = parseChange(makeEvent(rules));
  if (change.kind !== 'changed') throw new Error('the event names no rules');
  return { ...change, eventName };
}

/** The acts one after the other, and then as long as anything may take. */
export function play(
  grace: number,
  acts: readonly Act[],
  faults: readonly (readonly Fault[])[] = [],
  circumstances: Circumstances = {},
): History {
  const history = begin(grace, circumstances);
  for (const [index, one] of acts.entries()) {
    for (let i = 0; i < one.minutes; i += 1) {
      pass(history);
      // What failed is tried again later.
      if (faults.length === 0) history.wrongs.push(...overdue(history));
    }
    act(history, one, faults[index] ?? []);
  }
  for (let i = 0; i < grace + 3 * RETRY; i += 1) pass(history);
  return history;
}
