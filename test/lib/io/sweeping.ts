// A region full of groups, and sweeps of it whose invocations have as much time as a test gives them.
import { type Swept, sweepHandler } from '../../../handlers/sweep-handler.ts';
import type { SweepMode } from '../../../lib/config.ts';
import { addGroup, addRule } from '../../../lib/sandbox/index.ts';
import { makeEvent, makeWorld, reconcile, type TestWorld, tcp } from './world.ts';

/** As long as Lambda lets a function live. */
export const LIFETIME = 900_000;

export interface Region extends TestWorld {
  /** What was counted. */
  readonly metrics: readonly (readonly [name: string, value: number])[];
}

/** `sg-0000`, `sg-0001` and so on: group `i` has HTTPS open, and SSH where `isOpen` says so. */
export function makeRegion(count: number, isOpen: (index: number) => boolean = () => false): Region {
  const test = { ...makeWorld([]), metrics: [] as [string, number][] };
  test.world.metrics.addMetric = (name, _unit, value) => {
    test.metrics.push([name, value]);
    return test.world.metrics;
  };
  test.world.metrics.publishStoredMetrics = () => test.world.metrics;
  test.account.groups.clear();
  for (let index = 0; index < count; index += 1) open(test, index, isOpen(index) ? [22] : []);
  return test;
}

/** Adds a group with HTTPS and these ports open to the world. */
export function open({ account }: TestWorld, index: number, ports: readonly number[]): string {
  const GroupId = groupId(index);
  addGroup(account, { GroupId, GroupName: `web-${index}`, VpcId: 'vpc-0other' });
  for (const port of [443, ...ports]) addRule(account, { GroupId, ...tcp(ruleId(index, port), port) });
  return GroupId;
}

/** Opens a port of a group, and brings the event of it. */
export async function bring(
  { account, world }: TestWorld,
  index: number,
  port: number,
  eventID = `event-${index}`,
): Promise<void> {
  // EC2 gives no id twice.
  const rule = { ...tcp(`${ruleId(index, port)}-${eventID}`, port), GroupId: groupId(index) };
  addRule(account, rule);
  await reconcile(world, makeEvent([rule], { eventID }));
}

export function groupId(index: number): string {
  return `sg-${String(index).padStart(4, '0')}`;
}

export function ruleId(index: number, port: number): string {
  return `sgr-${index}-${port}`;
}

interface Options {
  readonly mode?: SweepMode;
  readonly lifetime?: number;
  readonly isContinuation?: boolean;
}

/** One invocation of the function. */
export async function sweepOnce({ world }: TestWorld, options: Options = {}): Promise<Swept> {
  const { mode = 'report', lifetime = LIFETIME, isContinuation = false } = options;
  const deadline = world.now().getTime() + lifetime;
  const handler = sweepHandler({ ...world, sweepMode: mode });
  const context = { getRemainingTimeInMillis: () => deadline - world.now().getTime() };
  return handler({ continue: isContinuation }, context as Parameters<typeof handler>[1]);
}

/** Lets time pass. */
export function pass({ world }: TestWorld, minutes: number): Promise<void> {
  return world.wait(minutes * 60_000);
}
